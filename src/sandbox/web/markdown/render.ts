import { renderBlocks } from './block.ts';
import type { MarkdownLinks } from './inline.ts';

/**
 * Renders what people and bots write on issues: GitHub's Markdown as far as comments use it, as safe HTML.
 *
 * Bounds: everything is escaped but `details`, `summary`, `br` and a few tags of writing, without attributes; links lead
 * to http, https, mail or this site; hidden HTML comments are not part of it. Images are links.
 */
export function renderMarkdown(text: string, links: MarkdownLinks): string {
  const clean = text.replaceAll(/\r\n?/g, '\n').replaceAll(/[\0\uE000]/g, '');
  return renderBlocks(separateTags(hideComments(clean)).split('\n'), links);
}

/** Takes out `<!-- ... -->`, also one that never ends, but not what code shows. */
function hideComments(text: string): string {
  const parts =
    /(^ {0,3}(`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^ {0,3}\2[`~]*[ \t]*$|(?![\s\S])))|(`+)[^`\n]+?\3(?!`)|<!--[\s\S]*?(?:-->|(?![\s\S]))/gm;
  return text.replaceAll(parts, (part: string) => (part.startsWith('<!--') ? '' : part));
}

/** Gives `details` and `summary` lines of their own, so that what is between them is Markdown. */
function separateTags(text: string): string {
  let fence: string | null = null;
  return text
    .split('\n')
    .flatMap((line) => {
      const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? null;
      if (mark !== null && (fence === null || mark.startsWith(fence))) fence = fence === null ? mark : null;
      if (fence !== null || !/<\/?(?:details|summary)/i.test(line)) return [line];
      return line
        .replaceAll(/(<details(?: open)?\s*>|<\/details\s*>)/gi, '\n$1\n')
        .replaceAll(/(<summary\s*>.*?<\/summary\s*>)/gi, '\n$1\n')
        .split('\n')
        .filter((part) => part.trim() !== '');
    })
    .join('\n');
}
