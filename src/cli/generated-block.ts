/** Makes the text between the marks of a block, by the block's name. */
export type BlockSource = Readonly<Record<string, () => string>>;

const MARK = /<!-- generated:(?<name>[a-z-]+) -->\n[\s\S]*?<!-- end generated -->/gu;

/**
 * Fills every block `<!-- generated:<name> -->` … `<!-- end generated -->` of a Markdown text anew.
 *
 * @throws Error when a block has a name that no source knows, or no end.
 */
export function fillBlocks(markdown: string, sources: BlockSource): string {
  const filled = markdown.replaceAll(MARK, (_, name: string) => {
    const source = sources[name];
    if (source === undefined) {
      throw new Error(`nothing generates "${name}"; known are ${Object.keys(sources).join(', ')}`);
    }
    return `<!-- generated:${name} -->\n<!-- Written by npm run gen. -->\n\n${source()}\n\n<!-- end generated -->`;
  });
  const opened = filled.split('<!-- generated:').length;
  const closed = filled.split('<!-- end generated -->').length;
  if (opened !== closed) throw new Error('a generated block has no end, <!-- end generated -->');
  return filled;
}
