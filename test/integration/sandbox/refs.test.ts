import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerLsRefs } from '../../../src/sandbox/git/ls-refs.ts';
import { createObjectReader, type ObjectReader } from '../../../src/sandbox/git/object-reader.ts';
import { packet } from '../../../src/sandbox/git/pkt-line.ts';
import { moveRefs, setRef } from '../../../src/sandbox/git/ref.ts';

const AUTHOR = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];

let folder: string;
let reader: ObjectReader;

function git(args: readonly string[], input: string | Buffer = ''): Buffer {
  return execFileSync('git', ['-C', folder, ...args], {
    input,
    env: { ...process.env, GIT_PROTOCOL: 'version=2' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
}

function commit(message: string): string {
  const tree = git(['hash-object', '-t', 'tree', '-w', '--stdin']).toString().trim();
  return git([...AUTHOR, 'commit-tree', tree, '-m', message])
    .toString()
    .trim();
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'refs-'));
  git(['init', '--quiet', '--bare', '--initial-branch=main']);
  reader = createObjectReader(folder);
});
afterAll(async () => {
  await reader.close();
  rmSync(folder, { recursive: true, force: true });
});

const ALL = ['peel', 'symrefs', 'unborn'];
const QUESTIONS = [
  [],
  ALL,
  [...ALL, 'ref-prefix refs/heads/', 'ref-prefix refs/tags/', 'ref-prefix HEAD'],
  ['symrefs', 'ref-prefix HE'],
  ['ref-prefix refs/heads/a'],
  ['peel', 'ref-prefix refs/tags/v'],
  ['ref-prefix refs/heads/none'],
];

/** Both answers to each question: that of the sandbox, and that of git itself. */
async function ask(): Promise<{ ours: string[]; gits: string[] }> {
  const bodies = QUESTIONS.map((words) =>
    Buffer.concat([
      packet('command=ls-refs\n'),
      packet('object-format=sha1'),
      Buffer.from('0001'),
      ...words.map((word) => packet(`${word}\n`)),
      Buffer.from('0000'),
    ]),
  );
  const ours = await Promise.all(bodies.map((body) => answerLsRefs({ folder, reader }, body)));
  return {
    ours: ours.map(String),
    gits: bodies.map((body) => git(['upload-pack', '--stateless-rpc', folder], body).toString()),
  };
}

it('clients are told of refs word for word as git tells of them: of none, of packed ones, moved ones and tags', async () => {
  const empty = await ask();
  expect(empty.ours).toEqual(empty.gits);

  for (const ref of [
    'refs/heads/main',
    'refs/heads/a/b',
    'refs/heads/a.c',
    'refs/pull/3/head',
    'refs/tags/w',
  ])
    git(['update-ref', ref, commit('one')]);
  git([...AUTHOR, 'tag', '-a', 'v1', '-m', 'First', 'main']);
  git(['pack-refs', '--all']);
  git(['update-ref', 'refs/heads/main', commit('two')]);
  git(['update-ref', 'refs/heads/late', commit('three')]);
  const full = await ask();
  expect(full.ours).toEqual(full.gits);
  expect(full.ours[1]).toContain('peeled:');
});

it('refs move only from where they are said to be, whether by their files or by git', async () => {
  const ref = 'refs/heads/moved';
  const [first, second, third] = [commit('first'), commit('second'), commit('third')];
  const at = () => git(['rev-parse', ref]).toString().trim();
  const move = (oldSha: string, newSha: string) => moveRefs({ folder, reader }, [{ ref, oldSha, newSha }]);

  await setRef(folder, ref, first);
  expect(await move(first, second)).toBeNull();
  expect(at()).toBe(second);
  expect(await move(first, third)).toContain('but expected');
  expect(await move(second, git(['hash-object', '-w', '--stdin'], 'text').toString().trim())).toContain(
    'commit',
  );
  expect(await move(second, '1'.repeat(40))).not.toBeNull();

  git(['pack-refs', '--all', '--prune']);
  expect(await move(second, third)).toBeNull();
  expect(at()).toBe(third);

  writeFileSync(join(folder, `${ref}.lock`), '');
  expect(await move(third, first)).toContain('lock');
  rmSync(join(folder, `${ref}.lock`));
  expect(at()).toBe(third);
});

it('a ref is made neither where another is in its way nor outside of the repository', async () => {
  const sha = commit('one');
  await setRef(folder, 'refs/heads/deep/er', sha);
  await expect(setRef(folder, 'refs/heads/deep', sha)).rejects.toThrow();
  await expect(setRef(folder, 'refs/heads/deep/er/still', sha)).rejects.toThrow();
  await expect(setRef(folder, 'refs/heads/../../../outside', sha)).rejects.toThrow();
  git(['pack-refs', '--all', '--prune']);
  await expect(setRef(folder, 'refs/heads/deep', sha)).rejects.toThrow();
});
