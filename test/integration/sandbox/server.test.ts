import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClock } from '../../../src/sandbox/clock.ts';
import { addRepository, addUser } from '../../../src/sandbox/found.ts';
import { createSandbox } from '../../../src/sandbox/server.ts';
import { client, makeBranch, shopPath, startTown, writeFile, type Town } from './support.ts';

let town: Town;
beforeAll(async () => {
  town = await startTown();
  await writeFile(town, { path: 'README.md', content: 'hello\n' });
});
afterAll(() => town.close());

it('answers under /api/v3 and under the root alike, whatever the case of names', async () => {
  for (const base of [town.sandbox.apiUrl, town.sandbox.url]) {
    const answer = await fetch(`${base}/repos/ACME/Shop`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      full_name: 'acme/shop',
      clone_url: `${town.sandbox.url}/acme/shop.git`,
    });
  }
});

it.each([
  'traffic/views',
  'branches/main/protection/enforce_admins',
  'branches/feature/x/rename',
  'commits/main/comments',
])('names the unknown route %s in a 501', async (path) => {
  const answer = await fetch(`${town.sandbox.apiUrl}/repos/acme/shop/${path}`);
  expect(answer.status).toBe(501);
  expect(await answer.text()).toContain(`GET /repos/acme/shop/${path}`);
});

it('takes branch names with slashes, escaped or not', async () => {
  await makeBranch(town, 'feature/x');
  for (const name of ['feature/x', 'feature%2Fx']) {
    for (const path of [
      `branches/${name}`,
      `commits/${name}`,
      `git/ref/heads/${name}`,
      `compare/main...${name}`,
    ]) {
      const answer = await fetch(`${town.sandbox.apiUrl}/repos/acme/shop/${path}`);
      expect([path, answer.status]).toEqual([path, 200]);
    }
  }
});

it('refuses a token nobody has, also where strangers may read', async () => {
  await expect(client(town.sandbox, 'ghp_nobody').repos.get(shopPath)).rejects.toMatchObject({ status: 401 });
});

it('answers 304 to a caller who has the answer already', async () => {
  const url = `${town.sandbox.apiUrl}/repos/acme/shop`;
  const etag = (await fetch(url)).headers.get('etag') ?? '';
  const again = await fetch(url, { headers: { 'if-none-match': etag } });
  expect(again.status).toBe(304);
});

it('leads through pages with Link headers', async () => {
  for (const name of ['a', 'b', 'c']) await writeFile(town, { path: name, content: name });
  const all = await town
    .as('ada')
    .paginate('GET /repos/{owner}/{repo}/commits', { ...shopPath, per_page: 2 });
  expect(all).toHaveLength(4);
  const first = await fetch(`${town.sandbox.apiUrl}/repos/acme/shop/commits?per_page=2`);
  expect(first.headers.get('link')).toMatch(/page=2>; rel="next".*page=2>; rel="last"/);
});

it('stamps everything with its own clock, also commits', async () => {
  const clock = createClock(Date.parse('2026-11-20T21:59:59Z'));
  const other = await startTown({ clock });
  const sha = await writeFile(other, { path: 'a', content: 'a' });
  clock.advanceTo(Date.parse('2026-11-21T22:00:00Z'));
  const second = await writeFile(other, { path: 'b', content: 'b' });
  const dates = await Promise.all(
    [sha, second].map(
      async (ref) =>
        (await other.as('ada').repos.getCommit({ ...shopPath, ref })).data.commit.committer?.date,
    ),
  );
  expect(dates).toEqual(['2026-11-20T21:59:59Z', '2026-11-21T22:00:00Z']);
  await other.close();
});

it('keeps world and repositories in a data folder', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'sandbox-data-'));
  const first = await createSandbox({ dataFolder });
  addRepository(first, { owner: addUser(first, { login: 'ada' }), name: 'kept' });
  await first.close();
  const second = await createSandbox({ dataFolder });
  expect((await client(second).repos.get({ owner: 'ada', repo: 'kept' })).data.name).toBe('kept');
  await second.close();
  rmSync(dataFolder, { recursive: true });
});

it('logs each call with its route and caller, for budgets', async () => {
  town.sandbox.requests.length = 0;
  await town.as('tina').repos.get(shopPath);
  expect(town.sandbox.requests).toMatchObject([
    { method: 'GET', route: '/repos/{owner}/{repo}', status: 200, actor: 'tina' },
  ]);
});

it('brings about the faults it was asked for, and only those', async () => {
  const { faults } = town.sandbox;
  const get = (): Promise<Response> => fetch(`${town.sandbox.apiUrl}/repos/acme/shop`);
  faults.failApi({ path: /^\/repos/, effect: { kind: 'status', status: 429, retryAfterSeconds: 7 } });
  const limited = await get();
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7']);
  faults.failApi({ path: /^\/repos/, effect: { kind: 'cut_before' } });
  await expect(get()).rejects.toThrow('fetch failed');
  expect((await get()).status).toBe(200);
});

it('can lose the answer to a call that was carried out', async () => {
  town.sandbox.faults.failApi({ method: 'PUT', effect: { kind: 'cut_after' } });
  await expect(writeFile(town, { path: 'lost-answer', content: 'x' })).rejects.toThrow();
  const { data } = await town.as('ada').repos.getContent({ ...shopPath, path: 'lost-answer' });
  expect(data).toMatchObject({ type: 'file', path: 'lost-answer' });
});
