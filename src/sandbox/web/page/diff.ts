import { html } from 'hono/html';
import type { FileChange } from '../../git/diff.ts';
import type { Markup } from '../visit.ts';

const LINES_SHOWN = 2000;

/** Changed files, each to be opened, with their lines in colour. */
export function showDiff(files: readonly FileChange[]): Markup {
  const [plus, minus] = [
    files.reduce((sum, file) => sum + file.additions, 0),
    files.reduce((sum, file) => sum + file.deletions, 0),
  ];
  return html`<h2>
      ${files.length} ${files.length === 1 ? 'file' : 'files'} changed
      <span class="plus-count">+${plus}</span> <span class="minus-count">−${minus}</span>
    </h2>
    ${files.map((file) => showFile(file))}`;
}

function showFile(file: FileChange): Markup {
  const name = file.previousPath === null ? file.path : `${file.previousPath} → ${file.path}`;
  return html`<details class="box" open>
    <summary class="content">
      <code>${name}</code> <span class="tag">${file.status}</span>
      <span class="plus-count">+${file.additions}</span> <span class="minus-count">−${file.deletions}</span>
    </summary>
    ${file.patch === null ? html`<p class="empty">No text to show.</p>` : showPatch(file.patch)}
  </details>`;
}

function showPatch(patch: string): Markup {
  const lines = patch.split('\n');
  const shown = lines.slice(0, LINES_SHOWN).map((line) => html`<span class="${kindOf(line)}">${line}</span>`);
  const rest = lines.length - shown.length;
  return html`<pre class="diff">
${shown}${rest > 0 ? html`<span class="at">${rest} more lines</span>` : ''}</pre>`;
}

function kindOf(line: string): string {
  const kinds: { [first: string]: string } = { '+': 'plus', '-': 'minus', '@': 'at' };
  return kinds[line.charAt(0)] ?? '';
}
