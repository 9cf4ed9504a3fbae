import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pickedMessage } from '../../src/adapters/git/message.ts';
import { createOrigin } from '../support/git-origin.ts';
import { fastImport } from '../support/git-fast-import.ts';

/** Lines that matter to git's idea of a trailer block, and some that do not. */
const line = fc.constantFrom(
  'Fix the thing',
  'plain words, no trailer',
  'Signed-off-by: Ada <ada@example.com>',
  '(cherry picked from commit 0123456789012345678901234567890123456789)',
  'Fixes: #12',
  'Co-authored-by : Grace <grace@example.com>',
  'not a trailer: because of blanks',
  '-dashes-: yes',
  ': no key',
  'https://example.com/a:b',
  ' continued',
  '\tlisted',
  'Conflicts:',
  '# a comment',
  '',
  '',
  '   ',
  'trailing blanks \t ',
  'carriage return\r',
  'ümläut: ß',
);

const message = fc
  .tuple(fc.array(line, { minLength: 1, maxLength: 9 }), fc.constantFrom('', '\n', '\n\n'))
  .map(([lines, end]) => lines.join('\n') + end)
  .filter((text) => text.trim() !== '');

/** The messages that git gives the picked copies of commits with these messages, and their sources. */
function pickedByGit(
  messages: readonly string[],
): readonly { readonly source: string; readonly message: string }[] {
  const origin = createOrigin();
  try {
    const repository = `${origin.folder}/work`;
    const root = {
      branch: 'uat',
      parent: null,
      message: 'root',
      files: [{ path: 'base', content: 'base\n' }],
    };
    const sources = messages.map((text, index) => ({
      branch: 'source',
      parent: index,
      message: text,
      files: [{ path: `f${index}`, content: 'x\n' }],
    }));
    const [, ...oids] = fastImport(repository, [root, ...sources]);
    origin.git('checkout', '-q', 'uat');
    origin.git('commit', '-q', '--allow-empty', '-m', 'so that nothing is a fast-forward');
    origin.git('cherry-pick', '-x', 'uat~1..source');
    const copies = origin.git('rev-list', '--reverse', `--max-count=${messages.length}`, 'uat').split('\n');
    return copies.map((copy, index) => {
      const raw = execFileSync('git', ['-C', repository, 'cat-file', 'commit', copy], { encoding: 'latin1' });
      return { source: oids[index] ?? '', message: raw.slice(raw.indexOf('\n\n') + 2) };
    });
  } finally {
    origin.dispose();
  }
}

describe('the message of a picked commit', () => {
  it('is byte for byte the one that git cherry-pick -x writes, whatever the message was', () => {
    fc.assert(
      fc.property(fc.array(message, { minLength: 40, maxLength: 40 }), (messages) => {
        const expected = pickedByGit(messages);
        const actual = messages.map((text, index) =>
          pickedMessage(Buffer.from(text).toString('latin1'), expected[index]?.source ?? '', []),
        );
        expect(messages.filter((_, index) => actual[index] !== expected[index]?.message)).toEqual([]);
      }),
      { numRuns: 4, endOnFailure: true },
    );
  }, 60_000);
});
