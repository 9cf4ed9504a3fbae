/**
 * Reads what a step wrote to GITHUB_OUTPUT, GITHUB_ENV or GITHUB_STATE: `name=value` lines and the form with a delimiter
 * for values of several lines.
 *
 * Source: docs.github.com, "Workflow commands", multiline strings.
 * @throws Error for a line of neither form, or a delimiter that never comes, with the runner's words.
 */
export function parseCommandFile(text: string): { [name: string]: string } {
  const found: { [name: string]: string } = {};
  const lines = text.split(/\r?\n/);
  while (lines.length > 0) {
    const line = lines.shift() ?? '';
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (equals > 0 && (heredoc < 0 || equals < heredoc))
      found[line.slice(0, equals)] = line.slice(equals + 1);
    else if (heredoc > 0) found[line.slice(0, heredoc)] = takeUntil(lines, line.slice(heredoc + 2));
    else throw new Error(`Invalid format '${line}'`);
  }
  return found;
}

function takeUntil(lines: string[], delimiter: string): string {
  const end = lines.indexOf(delimiter);
  if (end < 0 || delimiter === '')
    throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`);
  return lines
    .splice(0, end + 1)
    .slice(0, -1)
    .join('\n');
}
