/** Our own Markdown as plain text, for where none is understood. What had to be escaped in it is text again. */
export function fromMarkdown(markdown: string): string {
  return markdown
    .replaceAll(/\*\*|`/gu, '')
    .replaceAll(/&#(\d{1,7});/gu, (_, digits: string) => String.fromCodePoint(Number(digits)));
}
