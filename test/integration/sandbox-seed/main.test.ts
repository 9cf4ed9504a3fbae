import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';

const MAIN = join(import.meta.dirname, '../../../src/sandbox/main.ts');
const started: ChildProcess[] = [];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-seed-'));
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((child) => stop(child)));
  rmSync(folder, { recursive: true, force: true });
});

const SEED = {
  users: [
    { login: 'ada', token: 'ghp_ada_ada_ada' },
    { login: 'rea', token: 'ghp_rea_rea_rea' },
  ],
  organizations: [
    {
      login: 'acme',
      base_permission: 'none',
      owners: ['ada'],
      teams: [{ name: 'Bug Crew', members: ['rea'] }],
    },
  ],
  repositories: [
    {
      name: 'acme/shop',
      private: true,
      teams: { 'bug-crew': 'triage' },
      commits: [
        {
          message: 'Begin',
          author: 'ada',
          at: '2026-11-01T10:00:00Z',
          files: { 'run.sh': { content: 'true\n', executable: true } },
        },
        { message: 'Ahead', branch: 'uat', files: { 'a.txt': 'a' } },
      ],
      labels: [{ name: 'bug', color: 'ff0000' }],
      environments: ['uat', 'prod'],
      variables: { MODE: 'slots' },
      issues: [
        { title: 'It broke', author: 'rea', labels: ['bug'], comments: [{ author: 'ada', body: 'I see' }] },
        { title: 'Old', author: 'rea', closed: 'not_planned' },
      ],
    },
  ],
  apps: [
    {
      slug: 'tonic',
      owner: 'acme',
      permissions: { issues: 'write', contents: 'read' },
      webhook: { url: 'http://127.0.0.1:9/', secret: 'sesame' },
    },
  ],
};

const described = z.object({
  url: z.string(),
  api: z.string(),
  users: z.array(z.object({ login: z.string(), token: z.string() })),
  repositories: z.array(z.object({ name: z.string(), clone: z.string() })),
  apps: z.array(
    z.object({
      id: z.number(),
      private_key: z.string(),
      webhook_secret: z.string(),
      installations: z.array(z.object({ id: z.number(), account: z.string() })),
    }),
  ),
});

function writeSeed(seed: unknown): string {
  const file = join(folder, 'seed.json');
  writeFileSync(file, JSON.stringify(seed));
  return file;
}

/** Starts the command and answers its one line. */
async function start(...args: string[]): Promise<z.output<typeof described>> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  const line = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.endsWith('\n')) resolve(text);
    });
    child.on('exit', (code) => reject(new Error(`ended with ${code}`)));
  });
  expect(line.trim().split('\n')).toHaveLength(1);
  return described.parse(JSON.parse(line));
}

function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => {
    child.on('exit', resolve);
    child.kill('SIGTERM');
  });
}

const shop = { owner: 'acme', repo: 'shop' };

test('a seed is there as written, for any client, and the App can log in', async () => {
  const sandbox = await start('--seed', writeSeed(SEED));
  const rea = new Octokit({ auth: 'ghp_rea_rea_rea', baseUrl: sandbox.api });
  const { data: issues } = await rea.rest.issues.listForRepo({ ...shop, state: 'all', direction: 'asc' });
  expect(issues).toMatchObject([
    { title: 'It broke', user: { login: 'rea' }, labels: [{ name: 'bug', color: 'ff0000' }], comments: 1 },
    { title: 'Old', state: 'closed', state_reason: 'not_planned' },
  ]);
  const { data: branches } = await rea.rest.repos.listBranches(shop);
  expect(branches.map((branch) => branch.name)).toEqual(['main', 'uat']);
  const { data: role } = await rea.rest.repos.getCollaboratorPermissionLevel({ ...shop, username: 'rea' });
  expect(role.role_name).toBe('triage');

  const [app] = sandbox.apps;
  const bot = new Octokit({
    authStrategy: createAppAuth,
    auth: { appId: app?.id, privateKey: app?.private_key, installationId: app?.installations[0]?.id },
    baseUrl: sandbox.api,
  });
  const { data: comment } = await bot.rest.issues.createComment({ ...shop, issue_number: 1, body: 'Hello' });
  expect(comment.user?.login).toBe('tonic[bot]');
  const cloned = spawnSync('git', [
    'clone',
    '--quiet',
    sandbox.repositories[0]?.clone.replace('http://', 'http://x:ghp_rea_rea_rea@') ?? '',
    join(folder, 'clone'),
  ]);
  expect(cloned.status).toBe(0);
});

test('a data folder brings everything back after the end, tokens too, and the seed is not planted again', async () => {
  const seed = writeSeed(SEED);
  const data = join(folder, 'data');
  const first = await start('--seed', seed, '--data', data);
  const ada = new Octokit({ auth: 'ghp_ada_ada_ada', baseUrl: first.api });
  const { data: made } = await ada.rest.issues.create({ ...shop, title: 'Kept' });
  expect(await stop(started.splice(0)[0] ?? fail())).toBe(0);
  const second = await start('--seed', seed, '--data', data);
  expect(second.users).toEqual(first.users);
  const again = new Octokit({ auth: 'ghp_ada_ada_ada', baseUrl: second.api });
  const { data: issue } = await again.rest.issues.get({ ...shop, issue_number: made.number });
  expect(issue.title).toBe('Kept');
  expect((await again.rest.issues.listForRepo({ ...shop, state: 'all' })).data).toHaveLength(3);
});

function fail(): never {
  throw new Error('nothing was started');
}

test('a repository is taken over from a path with its branches and its default branch', async () => {
  const origin = join(folder, 'origin');
  const git = (...args: string[]) =>
    spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', '-C', origin, ...args]);
  spawnSync('git', ['init', '--quiet', '-b', 'trunk', origin]);
  writeFileSync(join(origin, 'a.txt'), 'a');
  git('add', '.');
  git('commit', '-qm', 'Begin');
  git('branch', 'uat');
  const seed = writeSeed({ users: SEED.users, repositories: [{ name: 'ada/own', from: 'origin' }] });
  const sandbox = await start('--seed', seed);
  const ada = new Octokit({ auth: 'ghp_ada_ada_ada', baseUrl: sandbox.api });
  const own = { owner: 'ada', repo: 'own' };
  expect((await ada.rest.repos.get(own)).data.default_branch).toBe('trunk');
  expect((await ada.rest.repos.listBranches(own)).data.map((one) => one.name)).toEqual(['trunk', 'uat']);
});

test('what cannot be understood ends with a sentence and nothing on the output', () => {
  const seed = writeSeed({ repositories: [{ name: 'shop' }] });
  for (const [args, sentence] of [
    [['--seed', seed], 'repositories[0].name: is not owner/name'],
    [['--prot', '1'], "Unknown option '--prot'"],
    [['--port', 'x'], '--port x: not a port'],
  ] as const) {
    const ended = spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8', timeout: 20_000 });
    expect([ended.status, ended.stdout]).toEqual([1, '']);
    expect(ended.stderr).toContain(sentence);
  }
});
