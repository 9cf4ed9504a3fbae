import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { personOf, typeTonic } from '../support/e2e-cli.ts';
import { startShop, type Shop } from '../support/e2e-shop.ts';

let shop: Shop;
let folder: string;
beforeAll(async () => {
  shop = await startShop({ isSetUp: false });
  folder = mkdtempSync(join(tmpdir(), 'tonic-cli-'));
});
afterAll(async () => {
  await shop.demo.close();
  rmSync(folder, { recursive: true });
});

const asAda = () => personOf(shop, 'ada');
const tonic = (args: readonly string[], variables = asAda()) => typeTonic(folder, args, variables);

const AT = ['--repo', 'acme/shop'];
const Told = z.object({
  safe: z.boolean().optional(),
  changes: z.array(z.object({ outcome: z.string() })).optional(),
  findings: z.array(z.object({ code: z.string(), severity: z.string(), where: z.string() })),
});

/** What a command tells machines. */
async function json(...args: string[]): Promise<{ code: number } & z.output<typeof Told>> {
  const { code, out } = await tonic([...args, ...AT, '--json']);
  return { code, ...Told.parse(JSON.parse(out)) };
}

describe('a shop that nobody has set up', () => {
  it('is told so by tonic doctor, which ends with 1', async () => {
    const { code, safe, findings } = await json('doctor');
    expect(code).toBe(1);
    expect(safe).toBe(false);
    const blocks = findings.filter(({ severity }) => severity === 'blocks_prod');
    expect(blocks.map(({ code: name, where }) => `${name} ${where}`)).toEqual([
      'gate_required main',
      'history_kept main',
      'ledger_closed tonic-ledger',
    ]);
  });

  it('is told in words how to mend each thing', async () => {
    const { code, out, err } = await tonic(['doctor', ...AT]);
    expect([code, err]).toEqual([1, '']);
    expect(out).toContain('acme/shop on 127.0.0.1');
    expect(out).toContain('mend: tonic init --apply');
    expect(out).toContain('3 findings let code reach PROD unapproved');
    expect(out).not.toContain('\u001B');
  });

  it('stays as it is while tonic init only says what it would do', async () => {
    const { code, out } = await tonic(['init', '--apply', '--dry-run', ...AT]);
    expect(code).toBe(1);
    expect(out).toContain('make the ruleset "tonic: PROD" on refs/heads/main');
    expect((await json('doctor')).code).toBe(1);
  });

  it('is right after tonic init --apply; a second time there is nothing to do', async () => {
    const first = await tonic(['init', '--apply', ...AT]);
    expect([first.code, first.err]).toEqual([0, '']);
    expect(first.out).toContain('Nothing here lets code reach PROD unapproved');
    expect(await json('doctor')).toMatchObject({ code: 0, safe: true });
    expect(await json('init', '--apply')).toMatchObject({ code: 0, changes: [] });
  });

  it('is no longer right when somebody weakens it', async () => {
    const { octokit, at } = shop.scene.actor('ada');
    const { data } = await octokit.request('GET /repos/{owner}/{repo}/rulesets', at);
    const id = data.find(({ name }) => name === 'tonic: PROD')?.id ?? 0;
    await octokit.request('PUT /repos/{owner}/{repo}/rulesets/{ruleset_id}', {
      ...at,
      ruleset_id: id,
      bypass_actors: [{ actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'exempt' }],
    });
    const { code, findings } = await json('doctor');
    expect(code).toBe(1);
    expect(
      findings.filter(({ severity }) => severity === 'blocks_prod').map(({ code: name }) => name),
    ).toEqual(['gate_bypass', 'history_kept']);
  });
});

describe('somebody', () => {
  it.each<{ who: string; args?: readonly string[]; set?: Record<string, string>; told: string }>([
    { who: 'has no token', set: { GITHUB_TOKEN: '' }, told: 'GITHUB_TOKEN is not set' },
    { who: 'has a wrong token', set: { GITHUB_TOKEN: 'ghp_wrong' }, told: 'GITHUB_TOKEN is wrong' },
    { who: 'names no repository', args: [], told: 'name one by --repo owner/name' },
    {
      who: 'names one that is not there',
      args: ['--repo', 'acme/none'],
      told: 'There is no such repository',
    },
    { who: 'mistypes', args: ['--fix'], told: 'Usage: tonic doctor' },
  ])('who $who ends with 2 and a sentence', async ({ args = AT, set = {}, told }) => {
    const { code, out, err } = await tonic(['doctor', ...args], { ...asAda(), ...set });
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(told);
    expect(err).not.toContain('ghp_wrong');
    expect(err).not.toContain('    at ');
  });
});

it('tonic init writes the files at the top of a repository only, and leaves them alone after', async () => {
  const nowhere = await tonic(['init'], {});
  expect([nowhere.code, nowhere.err]).toEqual([2, expect.stringContaining('is in no git repository')]);
  execFileSync('git', ['init', '--quiet'], { cwd: folder });
  mkdirSync(join(folder, 'src'));
  const below = await typeTonic(join(folder, 'src'), ['init'], {});
  expect([below.code, below.err]).toEqual([2, expect.stringContaining('is not the top of its repository')]);
  const first = await tonic(['init'], {});
  expect(first.code).toBe(0);
  expect(first.out).toContain('write         .github/workflows/tonic-t2.yml');
  expect(readFileSync(join(folder, '.github/tonic.yml'), 'utf8')).toContain('$schema=');
  const second = await tonic(['init'], {});
  expect([second.code, second.out]).toEqual([0, expect.stringContaining('there         .github/tonic.yml')]);
});
