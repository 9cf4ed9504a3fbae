import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOrigin, PICK_TIME_MS, type Origin } from '../support/git-origin.ts';
import { fastImport, type ImportedCommit, type ImportedFile } from '../support/git-fast-import.ts';

/** One thing that somebody does to a file. */
const edit = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('line' as const), file: fc.nat(5), line: fc.nat(29) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('delete' as const), file: fc.nat(5), line: fc.nat(29) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('rename' as const), file: fc.nat(5), line: fc.nat(3) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('script' as const), file: fc.nat(5), line: fc.nat(29) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('binary' as const), file: fc.nat(5), line: fc.nat(255) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('entry' as const), file: fc.nat(5), line: fc.nat(99) }),
  },
);

type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

interface Step {
  readonly edits: readonly Edit[];
  /** By a merged side branch of one commit. */
  readonly merged: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  edits: fc.array(edit, { minLength: 1, maxLength: 2 }),
  merged: fc.boolean(),
});

const history = fc.record({
  target: fc.array(step, { maxLength: 5 }),
  source: fc.array(step, { minLength: 1, maxLength: 10 }),
});

type Files = ReadonlyMap<string, ImportedFile>;

const base: Files = new Map(
  [
    { path: '.gitattributes', content: 'CHANGES merge=union\nf5 -merge\n' },
    { path: 'CHANGES', content: 'start\n' },
    ...Array.from({ length: 6 }, (_, file) => ({
      path: `f${file}`,
      content: Array.from({ length: 30 }, (_line, index) => `file ${file} line ${index}\n`).join(''),
    })),
  ].map((file) => [file.path, file]),
);

function apply(files: Files, { kind, file, line }: Edit, mark: string): Files {
  const next = new Map(files);
  if (kind === 'entry') {
    const old = next.get('CHANGES');
    return next.set('CHANGES', { path: 'CHANGES', content: `${String(old?.content ?? '')}${mark}\n` });
  }
  const found = [...next.values()].find(({ path }) => new RegExp(`(^|/)f${file}$`, 'u').test(path));
  if (found === undefined) return next;
  const { path, content } = found;
  if (kind === 'delete') next.delete(path);
  if (kind === 'script') next.set(path, { ...found, mode: '100755' });
  if (kind === 'binary') next.set('x.bin', { path: 'x.bin', content: Buffer.from([0, line, 0]) });
  if (kind === 'rename') {
    next.delete(path);
    next.set(`d${line}/f${file}`, { ...found, path: `d${line}/f${file}` });
  }
  if (kind === 'line') {
    const lines = String(content).split('\n');
    lines[line] = `changed by ${mark}`;
    next.set(path, { ...found, content: lines.join('\n') });
  }
  return next;
}

function difference(from: Files, to: Files): readonly ImportedFile[] {
  const gone = [...from.keys()].filter((path) => !to.has(path)).map((path) => ({ path, content: null }));
  return [...gone, ...[...to.values()].filter((file) => from.get(file.path) !== file)];
}

/** Both branches as commits; `picks` are the positions of what is to be picked. */
function build({ target, source }: { target: readonly Step[]; source: readonly Step[] }) {
  const commits: ImportedCommit[] = [
    { branch: 'main', parent: null, message: 'root', files: [...base.values()] },
  ];
  const picks: number[] = [];
  for (const [branch, steps] of [
    ['uat', target],
    ['main', source],
  ] as const) {
    let files = base;
    let parent = 0;
    for (const [number, { edits, merged }] of steps.entries()) {
      const mark = `${branch} ${number}`;
      const after = edits.reduce((now, one) => apply(now, one, mark), files);
      const changed = { message: `${mark}\n\nSome words.\n`, files: difference(files, after) };
      commits.push({ branch: merged ? 'side' : branch, parent, ...changed });
      if (merged) {
        commits.push({ branch, parent, merged: commits.length - 1, ...changed, message: `Merge ${mark}\n` });
      }
      parent = commits.length - 1;
      if (branch === 'main') picks.push(parent);
      files = after;
    }
  }
  return { commits, picks };
}

/** What a person gets who picks one after the other and leaves out those that stop. */
function pickedByGit(origin: Origin, onto: string, sources: readonly string[]) {
  const kinds: string[] = [];
  let tip = onto;
  for (const source of sources) {
    const picked = origin.cherryPick(tip, [source]);
    kinds.push(picked === null ? 'stopped' : 'applied');
    tip = picked ?? tip;
  }
  return { tip, kinds };
}

describe('a stack of picks', () => {
  it('ends in the very commit that git cherry-pick -x makes one by one, for any histories', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (histories) => {
        const origin = createOrigin();
        try {
          const { commits, picks } = build(histories);
          const oids = fastImport(`${origin.folder}/work`, commits);
          if (histories.target.length === 0) origin.git('branch', 'uat', oids[0] ?? '');
          origin.git('checkout', '-q', '-f', 'main');
          origin.publish();
          const sources = picks.map((position) => oids[position] ?? '');
          const onto = origin.git('rev-parse', 'uat');

          const stack = await origin.open().stack({
            onto,
            changes: sources.map((oid) => ({ kind: 'pick', key: oid, commits: [oid], trailers: [] })),
            nowMs: PICK_TIME_MS,
            checkDependencies: false,
            refuseWorkflowFiles: false,
          });

          const expected = pickedByGit(origin, onto, sources);
          expect(stack.outcomes.map(({ kind }) => (kind === 'applied' ? 'applied' : 'stopped'))).toEqual(
            expected.kinds,
          );
          expect(stack.tip).toBe(expected.tip);
        } finally {
          origin.dispose();
        }
      }),
      { numRuns: 6, endOnFailure: true },
    );
  }, 60_000);
});
