import type { Octokit } from '@octokit/rest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  installTestApp,
  makeBranch,
  makeWorkTree,
  shopPath,
  startTown,
  writeFile,
  type Town,
  type WorkTree,
} from '../sandbox/support.ts';
import { checkRule, headOf, openPull, outcomeOf, setRules } from './support.ts';

type App = Awaited<ReturnType<typeof installTestApp>>;

let town: Town;
let tree: WorkTree;
let tonic: App;
let forger: App;
let count = 0;
let branch = '';
beforeAll(async () => {
  town = await startTown();
  tree = await makeWorkTree();
  await writeFile(town, { path: 'README.md', content: 'Shop\n' });
  const permissions = { checks: 'write', statuses: 'write', contents: 'write' } as const;
  tonic = await installTestApp(town, { slug: 'tonic', permissions });
  forger = await installTestApp(town, { slug: 'forger', permissions });
});
afterAll(async () => {
  tree.remove();
  await town.close();
});
beforeEach(async () => {
  count += 1;
  branch = `checked/${count}`;
  await makeBranch(town, branch);
});

const GATE = 'tonic / gate';
const pinned = () => ({ context: GATE, integration_id: tonic.app.id });
type Conclusion = 'success' | 'failure' | 'neutral' | 'skipped' | 'cancelled';
const report = (octokit: Octokit, head_sha: string, conclusion: Conclusion) =>
  octokit.checks.create({ ...shopPath, name: GATE, head_sha, status: 'completed', conclusion });
const say = (octokit: Octokit, sha: string, state: 'success' | 'failure' | 'error') =>
  octokit.repos.createCommitStatus({ ...shopPath, sha, state, context: GATE });
/** The forger's App ends a run of any name. */
const end = (name: string, head_sha: string, conclusion: Conclusion) =>
  forger.client.checks.create({ ...shopPath, name, head_sha, status: 'completed', conclusion });
const prepare = async (rule: ReturnType<typeof checkRule>) => {
  await setRules(town, [branch], { rules: [rule] });
  return openPull(town, { branch: `${branch}-fix`, base: branch });
};
const merge = (number: number) =>
  outcomeOf(town.as('will').pulls.merge({ ...shopPath, pull_number: number }));
const refusedWith = (sentence: string) => ({
  status: 405,
  message: `Repository rule violations found\n\n${sentence}\n\n`,
});
const expected = refusedWith(`Required status check "${GATE}" is expected.`);

describe('a check that is pinned to an App', () => {
  it('is passed only by that App: not by a run or status of the same name from anybody else', async () => {
    const { number, sha } = await prepare(checkRule([pinned()]));
    await report(forger.client, sha, 'success');
    await say(town.as('will'), sha, 'success');
    await say(forger.client, sha, 'success');
    expect(await merge(number)).toEqual(expected);
    await report(tonic.client, sha, 'success');
    expect(await merge(number)).toBe('done');
  });

  it('is not spoilt by what others say under its name, and may be a status of the App', async () => {
    const { number, sha } = await prepare(checkRule([pinned()]));
    await say(tonic.client, sha, 'success');
    await say(town.as('will'), sha, 'failure');
    await report(forger.client, sha, 'failure');
    expect(await merge(number)).toBe('done');
  });

  it('has to stand on the head: one of an older commit does not count', async () => {
    const { number, sha } = await prepare(checkRule([pinned()]));
    await report(tonic.client, sha, 'success');
    await writeFile(town, { path: 'later.txt', content: 'x', branch: `${branch}-fix` });
    expect(await merge(number)).toEqual(expected);
  });

  it.each([
    ['success', 'done'],
    ['neutral', 'done'],
    ['skipped', 'done'],
    ['failure', refusedWith(`Required status check "${GATE}" is failing.`)],
    ['cancelled', refusedWith(`Required status check "${GATE}" is failing.`)],
  ] as const)('lets %s through or not: %j', async (conclusion, outcome) => {
    const { number, sha } = await prepare(checkRule([pinned()]));
    await report(tonic.client, sha, conclusion);
    expect(await merge(number)).toEqual(outcome);
  });
});

describe('a check that is not pinned', () => {
  it('is passed by anybody’s run or status', async () => {
    const first = await prepare(checkRule([GATE]));
    await say(town.as('will'), first.sha, 'success');
    expect(await merge(first.number)).toBe('done');
    const second = await openPull(town, { branch: `${branch}-again`, base: branch });
    await report(forger.client, second.sha, 'success');
    expect(await merge(second.number)).toBe('done');
  });

  it('has to be passed by all who use the name', async () => {
    const { number, sha } = await prepare(checkRule([GATE]));
    await say(town.as('will'), sha, 'error');
    await report(forger.client, sha, 'success');
    expect(await merge(number)).toEqual(refusedWith(`Required status check "${GATE}" is errored.`));
  });
});

describe('several checks', () => {
  it('are counted by what they lack', async () => {
    const { number, sha } = await prepare(checkRule(['a', 'b', 'c', 'd']));
    expect(await merge(number)).toEqual(refusedWith('4 of 4 required status checks are expected.'));
    await end('a', sha, 'success');
    await end('b', sha, 'failure');
    await forger.client.checks.create({ ...shopPath, name: 'c', head_sha: sha, status: 'in_progress' });
    expect(await merge(number)).toEqual(
      refusedWith(
        '3 of 4 required status checks have not succeeded: 1 failing and 1 in progress and 1 expected.',
      ),
    );
    await end('b', sha, 'success');
    await end('d', sha, 'success');
    expect(await merge(number)).toEqual(refusedWith('Required status check "c" is in progress.'));
  });
});

describe('where checks are required', () => {
  it('a direct push brings only a commit that has passed them elsewhere', async () => {
    await setRules(town, [branch], { rules: [checkRule([pinned()])] });
    await tree.git('fetch', '-q', town.remote('ada'), branch);
    await tree.git('checkout', '-q', '--detach', 'FETCH_HEAD');
    await tree.git('commit', '-q', '--allow-empty', '-m', 'By hand');
    const sha = (await tree.git('rev-parse', 'HEAD')).text;
    const pushed = await tree.git('push', town.remote('will'), `HEAD:refs/heads/${branch}`);
    expect(pushed.text).toContain(`remote: - Required status check "${GATE}" is expected.`);

    await tree.git('push', '-q', town.remote('will'), `HEAD:refs/heads/${branch}-side`);
    await report(tonic.client, sha, 'success');
    expect((await tree.git('push', town.remote('will'), `HEAD:refs/heads/${branch}`)).code).toBe(0);
    expect(await headOf(town, branch)).toBe(sha);
  });

  it('a new branch needs them as well, unless the rule leaves that out', async () => {
    await setRules(town, [`${branch}-strict`], { rules: [checkRule(['ci'])] });
    await setRules(town, [`${branch}-mild`], { rules: [checkRule(['ci'], { notOnCreate: true })] });
    expect(await outcomeOf(makeBranch(town, `${branch}-strict`))).toMatchObject({ status: 422 });
    expect(await outcomeOf(makeBranch(town, `${branch}-mild`))).toBe('done');
  });

  it('a strict policy wants the head to have the base in it', async () => {
    const { number, sha } = await prepare(checkRule(['ci'], { strict: true }));
    const other = await openPull(town, { branch: `${branch}-other`, base: branch });
    await end('ci', sha, 'success');
    await end('ci', other.sha, 'success');
    expect(await merge(other.number)).toBe('done');
    expect(await merge(number)).toEqual(
      refusedWith('The head branch is not up to date with the base branch.'),
    );
  });
});
