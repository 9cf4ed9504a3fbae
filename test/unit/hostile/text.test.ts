import { describe, expect, test } from 'vitest';
import { parseCodeOwners } from '../../../src/adapters/analysis/code-owners.ts';
import { findMentions } from '../../../src/adapters/analysis/mention.ts';
import { pickedMessage } from '../../../src/adapters/git/message.ts';
import { isRefName, isTreePath } from '../../../src/adapters/git/names.ts';
import { refuseBranchName, refuseFilePath, refuseTimeZone } from '../../../src/config/name-rule.ts';
import { parseComment } from '../../../src/domain/commands/parse.ts';
import { parseFixMentions } from '../../../src/domain/fix.ts';
import { isOurs } from '../../../src/domain/label.ts';
import { parsePathPattern } from '../../../src/domain/path-pattern.ts';
import { withoutSecrets } from '../../../src/domain/redact.ts';
import { renderAnalysis } from '../../../src/domain/text/analysis.ts';
import { code, codeBlock, nameOf, plain, tableCell } from '../../../src/domain/text/markdown.ts';
import { ownLines } from '../../../src/domain/text/own-lines.ts';
import { renderNotes } from '../../../src/domain/text/release/notes.ts';
import { findAlive } from '../../support/alive.ts';
import { anAnalysis } from '../../support/an-analysis.ts';
import { aPolicy, aRelease } from '../../support/builders.ts';
import { cpuMs } from '../../support/cpu-time.ts';
import { hostile, writeOut, type HostileEntry } from '../../support/hostile.ts';

/** The longest that anything may take with one text, ms of the processor. */
const LIMIT_MS = 1_000;

const KINDS = ['titles', 'bodies', 'branches', 'commands', 'commits', 'configs'] as const;
type TextEntry = Pick<HostileEntry<'titles'>, 'name' | 'text'>;

const texts: readonly (TextEntry & { readonly kind: string })[] = [
  ...KINDS.flatMap((kind) => hostile(kind).map(({ name, text }) => ({ kind, name, text }))),
  ...hostile('commits').map(({ name, path }) => ({ kind: 'paths', name, text: path })),
];

/** Everything that reads a text of somebody. */
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  parseComment,
  parseFixMentions: (text) => parseFixMentions({ title: text, body: text }),
  ownLines,
  findMentions,
  withoutSecrets,
  plain,
  code,
  codeBlock,
  tableCell,
  refuseBranchName,
  refuseFilePath,
  refuseTimeZone,
  isRefName,
  isTreePath,
  isOurs: (text) => isOurs(text, aPolicy()),
  pickedMessage: (text) => pickedMessage(Buffer.from(text).toString('latin1'), 'a'.repeat(40), []),
  parseCodeOwners: (text) => parseCodeOwners(text)('src/cart.js'),
  parsePathPattern: (text) => parsePathPattern(text.slice(0, 500))(text.slice(0, 4_000)),
};

/** Everything that shows a text of somebody. */
const SHOWN: Readonly<Record<string, (text: string) => string>> = {
  plain,
  code,
  codeBlock,
  'a cell': (text) => `| ${tableCell(code(text))} |`,
  'a name': (login) => nameOf({ login }),
  'an answer': (text) => {
    const read = parseComment(text);
    return read.kind === 'refused' ? read.refusal.message : '';
  },
  'release notes': (title) => {
    const release = aRelease();
    const bugs = [{ number: 1, pulls: [2], title, services: [title], approvals: [] }];
    return renderNotes({ ...release, envelope: { ...release.envelope, bugs } });
  },
  'an analysis': (text) =>
    renderAnalysis(
      anAnalysis({
        probableCause: text,
        files: [{ path: text, line: 1, because: text }],
        commits: [{ oid: 'a'.repeat(40), title: text, authorName: text, because: text }],
        plan: [text],
        owners: [text],
        services: [text],
        modules: [text],
        basedOn: [text],
      }),
    ),
};

describe('is read in time, and shown with nothing in it alive:', () => {
  test.each(texts)(
    '$kind: $name',
    ({ text }) => {
      const written = writeOut(text);
      for (const [reader, read] of Object.entries(READERS))
        expect([reader, cpuMs(() => read(written)) < LIMIT_MS]).toEqual([reader, true]);
      for (const [place, show] of Object.entries(SHOWN))
        expect([place, findAlive(show(written))]).toEqual([place, []]);
    },
    30_000,
  );
});

/** Characters: the longer one is below what GitHub keeps of a text, so that no cut makes it look quick. */
const SHORT = 15_000;
const GROWTH = 4;

describe('four times as long takes no more than about four times as long:', () => {
  const growing = texts.filter(({ text }) => typeof text !== 'string' && writeOut(text).length > 3_000);

  test.each(growing)(
    '$kind: $name',
    ({ text }) => {
      const scale = SHORT / writeOut(text).length;
      const [short, long] = [writeOut(text, undefined, scale), writeOut(text, undefined, scale * GROWTH)];
      for (const [reader, read] of Object.entries(READERS)) {
        const isInProportion = () => {
          const shortMs = cpuMs(() => read(short));
          // In quadratic time it would be sixteen times as long.
          return cpuMs(() => read(long)) <= 30 + 9 * shortMs;
        };
        // Once is enough: memory may be swept in the midst of one try, not of all.
        expect([reader, [1, 2, 3].some(isInProportion)]).toEqual([reader, true]);
      }
    },
    30_000,
  );
});
