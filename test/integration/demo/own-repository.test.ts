import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkOwnRepository } from '../../../src/compose-demo-clone.ts';

let folder: string;
let repo: string;

function git(cwd: string, ...args: string[]): void {
  const identity = ['-c', 'user.name=A', '-c', 'user.email=a@acme.example'];
  execFileSync('git', [...identity, ...args], { cwd, stdio: 'pipe' });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'own-repository-'));
  repo = join(folder, 'repo');
  git(folder, 'init', '--quiet', '--initial-branch=main', repo);
  for (const text of ['one', 'two']) {
    writeFileSync(join(repo, 'file'), text);
    git(repo, 'add', '.');
    git(repo, 'commit', '--quiet', '-m', text);
  }
  git(repo, 'branch', 'staging');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('takes a repository with both branches', async () => {
  await expect(checkOwnRepository({ repo, uat: 'staging', prod: 'main' })).resolves.toBeUndefined();
});

it('names the branches that there are when one is missing', async () => {
  const check = checkOwnRepository({ repo, uat: 'uat', prod: 'main' });
  await expect(check).rejects.toThrow(/has no branch uat; it has main, staging/u);
});

it('refuses what is no repository', async () => {
  const check = checkOwnRepository({ repo: join(folder, 'nothing'), uat: 'uat', prod: 'main' });
  await expect(check).rejects.toThrow(/is no git repository that can be read/u);
});

it('refuses a shallow clone and says how to get the rest', async () => {
  const shallow = join(folder, 'shallow');
  git(folder, 'clone', '--quiet', '--depth=1', '--no-single-branch', `file://${repo}`, shallow);
  git(shallow, 'branch', 'staging', 'origin/staging');
  const check = checkOwnRepository({ repo: shallow, uat: 'staging', prod: 'main' });
  await expect(check).rejects.toThrow(/shallow clone.*git fetch --unshallow/u);
});
