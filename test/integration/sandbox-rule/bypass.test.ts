import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addTeam } from '../../../src/sandbox/found.ts';
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
import { checkRule, headOf, openPull, outcomeOf, pullRule, setRules } from './support.ts';

type ListedActor = NonNullable<Parameters<typeof setRules>[2]['bypass_actors']>[number];

let town: Town;
let tree: WorkTree;
let robot: Awaited<ReturnType<typeof installTestApp>>;
let count = 0;
let branch = '';
beforeAll(async () => {
  town = await startTown();
  tree = await makeWorkTree();
  await writeFile(town, { path: 'README.md', content: 'Shop\n' });
  robot = await installTestApp(town, { permissions: { contents: 'write', pull_requests: 'write' } });
});
afterAll(async () => {
  tree.remove();
  await town.close();
});
beforeEach(async () => {
  count += 1;
  branch = `kept/${count}`;
  await makeBranch(town, branch);
});

const guard = (bypass_actors: ListedActor[]) =>
  setRules(town, [branch], { rules: [{ type: 'update' }, pullRule()], bypass_actors });
let written = 0;
function write(octokit: typeof robot.client) {
  written += 1;
  const file = { path: `${written}.txt`, branch, message: 'x', content: '' };
  return outcomeOf(octokit.repos.createOrUpdateFileContents({ ...shopPath, ...file }));
}
const suites = async () =>
  (await town.as('ada').repos.getRepoRuleSuites({ ...shopPath, ref: `refs/heads/${branch}` })).data;

describe('who is on the bypass list of a ruleset', () => {
  it('an App passes, and no other', async () => {
    await guard([{ actor_type: 'Integration', actor_id: robot.app.id, bypass_mode: 'always' }]);
    const other = await installTestApp(town, { slug: `other-${count}`, permissions: { contents: 'write' } });
    expect(await write(robot.client)).toBe('done');
    expect(await write(other.client)).toMatchObject({ status: 409 });
    expect(await write(town.as('ada'))).toMatchObject({ status: 409 });
  });

  it.each([
    ['people of at least a role', (): ListedActor => ({ actor_type: 'RepositoryRole', actor_id: 4 })],
    ['the owners of the organisation', (): ListedActor => ({ actor_type: 'OrganizationAdmin', actor_id: 1 })],
    ['a person', (): ListedActor => ({ actor_type: 'User', actor_id: town.people.ada.id })],
    [
      'the members of a team',
      (): ListedActor => {
        const team = addTeam(town.sandbox, town.acme, {
          name: `Keepers ${count}`,
          members: [town.people.ada],
        });
        return { actor_type: 'Team', actor_id: team.id };
      },
    ],
  ])('%s pass', async (who, listed) => {
    await guard([listed()]);
    expect(await write(town.as('ada'))).toBe('done');
    const writers = who === 'people of at least a role';
    expect(await write(town.as('will'))).toEqual(writers ? 'done' : expect.objectContaining({ status: 409 }));
    expect(await write(robot.client)).toMatchObject({ status: 409 });
  });

  it('is told by git that rules were broken, and it is written down', async () => {
    await guard([{ actor_type: 'RepositoryRole', actor_id: 4, bypass_mode: 'always' }]);
    const before = await headOf(town, branch);
    await tree.git('fetch', '-q', town.remote('ada'), branch);
    await tree.git('checkout', '-q', '--detach', 'FETCH_HEAD');
    await tree.git('commit', '-q', '--allow-empty', '-m', 'By hand');
    const pushed = await tree.git('push', town.remote('will'), `HEAD:refs/heads/${branch}`);
    expect(pushed.code).toBe(0);
    expect(
      pushed.text
        .split('\n')
        .map((line) => line.trimEnd())
        .slice(0, 6),
    ).toEqual([
      `remote: Bypassed rule violations for refs/heads/${branch}:`,
      'remote:',
      'remote: - Cannot update this protected ref.',
      'remote:',
      'remote: - Changes must be made through a pull request.',
      'remote:',
    ]);
    const [suite] = await suites();
    expect(suite).toMatchObject({
      actor_name: 'will',
      before_sha: before,
      after_sha: (await tree.git('rev-parse', 'HEAD')).text,
      ref: `refs/heads/${branch}`,
      result: 'bypass',
    });
    const { data } = await town
      .as('ada')
      .repos.getRepoRuleSuite({ ...shopPath, rule_suite_id: suite?.id ?? 0 });
    expect(data.rule_evaluations).toEqual([
      {
        rule_source: { type: 'ruleset', id: expect.any(Number), name: branch },
        enforcement: 'active',
        result: 'fail',
        rule_type: 'update',
        details: 'Cannot update this protected ref.',
      },
      expect.objectContaining({ rule_type: 'pull_request', result: 'fail' }),
    ]);
  });

  it('passes in pull requests only where the mode says so', async () => {
    await guard([{ actor_type: 'RepositoryRole', actor_id: 4, bypass_mode: 'pull_request' }]);
    expect(await write(town.as('will'))).toMatchObject({ status: 409 });
    const { number } = await openPull(town, { branch: `${branch}-fix`, base: branch });
    const merged = town.as('will').pulls.merge({ ...shopPath, pull_number: number });
    expect(await outcomeOf(merged)).toBe('done');
    expect((await suites()).map(({ result }) => result)).toEqual(['bypass', 'fail']);
  });

  it('leaves no trace at all where the mode is exempt', async () => {
    await guard([{ actor_type: 'Integration', actor_id: robot.app.id, bypass_mode: 'exempt' }]);
    expect(await write(robot.client)).toBe('done');
    expect(await suites()).toEqual([]);
  });

  it('passes only that ruleset', async () => {
    await guard([{ actor_type: 'Integration', actor_id: robot.app.id, bypass_mode: 'always' }]);
    await setRules(town, [branch], { name: `${branch} checks`, rules: [checkRule(['ci'])] });
    expect(await write(robot.client)).toEqual({
      status: 409,
      message: 'Repository rule violations found\n\nRequired status check "ci" is expected.\n\n',
    });
  });
});

describe('rules that are only evaluated', () => {
  it('refuse nothing and say what they would have refused', async () => {
    await setRules(town, [branch], { rules: [{ type: 'update' }], enforcement: 'evaluate' });
    expect(await write(robot.client)).toBe('done');
    expect(await suites()).toMatchObject([{ result: 'pass', evaluation_result: 'fail' }]);
  });

  it('are not even looked at when disabled', async () => {
    await setRules(town, [branch], { rules: [{ type: 'update' }], enforcement: 'disabled' });
    expect(await write(robot.client)).toBe('done');
    expect(await suites()).toEqual([]);
  });
});

it('the record of judgements can be asked by outcome and person', async () => {
  await guard([{ actor_type: 'Integration', actor_id: robot.app.id, bypass_mode: 'always' }]);
  await write(robot.client);
  await write(town.as('will'));
  const asked = async (query: { rule_suite_result?: 'fail' | 'bypass'; actor_name?: string }) => {
    const { data } = await town
      .as('ada')
      .repos.getRepoRuleSuites({ ...shopPath, ref: `refs/heads/${branch}`, ...query });
    return data.map(({ actor_name }) => actor_name);
  };
  expect(await asked({})).toEqual(['will', 'robot[bot]']);
  expect(await asked({ rule_suite_result: 'bypass' })).toEqual(['robot[bot]']);
  expect(await asked({ actor_name: 'will' })).toEqual(['will']);
});
