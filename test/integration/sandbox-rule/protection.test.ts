import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SandboxEvent } from '../../../src/sandbox/webhook/event.ts';
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
import { ask, openPull, outcomeOf, setRules } from './support.ts';

let town: Town;
let tree: WorkTree;
let robot: Awaited<ReturnType<typeof installTestApp>>;
let events: SandboxEvent[] = [];
let count = 0;
let branch = '';
beforeAll(async () => {
  town = await startTown();
  tree = await makeWorkTree();
  await writeFile(town, { path: 'README.md', content: 'Shop\n' });
  robot = await installTestApp(town, { permissions: { contents: 'write', checks: 'write' } });
  town.sandbox.onEvent((event) => events.push(event));
});
afterAll(async () => {
  tree.remove();
  await town.close();
});
beforeEach(async () => {
  count += 1;
  branch = `protected/${count}`;
  await makeBranch(town, branch);
  events = [];
});

const nothing = {
  required_status_checks: null,
  enforce_admins: true,
  required_pull_request_reviews: null,
  restrictions: null,
};
const protect = (wanted: object) =>
  town
    .as('ada')
    .request('PUT /repos/acme/shop/branches/{branch}/protection', { branch, ...nothing, ...wanted });
const read = async () => (await town.as('ada').repos.getBranchProtection({ ...shopPath, branch })).data;
let written = 0;
function write(octokit: typeof robot.client) {
  written += 1;
  const file = { path: `p-${written}.txt`, branch, message: 'x', content: '' };
  return outcomeOf(octokit.repos.createOrUpdateFileContents({ ...shopPath, ...file }));
}
async function pinned(check: object) {
  await protect({ required_status_checks: { strict: false, contexts: [], checks: [check] } });
  return (await read()).required_status_checks?.checks;
}
const reviews = { required_approving_review_count: 1 };
const byPull = 'Changes must be made through a pull request.';

describe('the protection of a branch', () => {
  it('is set, read and taken away by admins, and the Apps are told', async () => {
    expect(await outcomeOf(read())).toEqual({ status: 404, message: 'Branch not protected' });
    await protect({ required_pull_request_reviews: reviews });
    await protect({
      required_status_checks: { strict: true, checks: [{ context: 'ci', app_id: robot.app.id }] },
      restrictions: { users: ['will'], teams: ['release-admins'], apps: ['robot'] },
    });
    expect(await read()).toMatchObject({
      required_status_checks: {
        strict: true,
        contexts: ['ci'],
        checks: [{ context: 'ci', app_id: robot.app.id }],
      },
      enforce_admins: { enabled: true },
      restrictions: {
        users: [{ login: 'will' }],
        teams: [{ slug: 'release-admins' }],
        apps: [{ slug: 'robot' }],
      },
      allow_force_pushes: { enabled: false },
    });
    expect(await read()).not.toHaveProperty('required_pull_request_reviews');
    const { data } = await town.as('rita').repos.getBranch({ ...shopPath, branch });
    expect(data).toMatchObject({ protected: true, protection: { enabled: true } });
    await town.as('ada').repos.deleteBranchProtection({ ...shopPath, branch });

    expect(events.map(({ name, action }) => `${name}.${action}`)).toEqual([
      'branch_protection_rule.created',
      'branch_protection_rule.edited',
      'branch_protection_rule.deleted',
    ]);
    expect(events[1]?.payload).toMatchObject({
      changes: {
        required_status_checks: { from: [] },
        authorized_actor_names: { from: [] },
        pull_request_reviews_enforcement_level: { from: 'everyone' },
      },
      rule: { name: branch, authorized_actor_names: ['will'], required_status_checks: ['ci'] },
    });
    expect(await outcomeOf(read())).toMatchObject({ status: 404 });
  });

  it('is for nobody else to see, and needs a branch and known names', async () => {
    const seen = town.as('will').repos.getBranchProtection({ ...shopPath, branch });
    expect(await outcomeOf(seen)).toMatchObject({ status: 403 });
    const none = { ...shopPath, branch: 'nowhere' };
    expect(await outcomeOf(town.as('ada').repos.getBranchProtection(none))).toMatchObject({ status: 404 });
    const unknown = { restrictions: { users: ['nobody'], teams: [], apps: [] } };
    expect(await outcomeOf(protect(unknown))).toMatchObject({ status: 422 });
    expect(await outcomeOf(protect({ lock_branch: true }))).toMatchObject({ status: 422 });
  });

  it('refuses a push in its own words', async () => {
    await protect({ required_pull_request_reviews: reviews });
    await tree.git('fetch', '-q', town.remote('ada'), branch);
    await tree.git('checkout', '-q', '--detach', 'FETCH_HEAD');
    await tree.git('commit', '-q', '--allow-empty', '-m', 'By hand');
    const pushed = await tree.git('push', town.remote('will'), `HEAD:refs/heads/${branch}`);
    expect(
      pushed.text
        .split('\n')
        .map((line) => line.trimEnd())
        .slice(0, 6),
    ).toEqual([
      `remote: error: GH006: Protected branch update failed for refs/heads/${branch}.`,
      'remote:',
      `remote: - ${byPull}`,
      'remote:',
      expect.stringMatching(/^To http/),
      ` ! [remote rejected] HEAD -> ${branch} (protected branch hook declined)`,
    ]);
    expect(await write(town.as('will'))).toEqual({ status: 409, message: byPull });
    const { number } = await openPull(town, { branch: `${branch}-fix`, base: branch });
    const merged = town.as('will').pulls.merge({ ...shopPath, pull_number: number });
    expect(await outcomeOf(merged)).toEqual({
      status: 405,
      message: 'At least 1 approving review is required by reviewers with write access.',
    });
  });

  it('has a type of its own in GraphQL', async () => {
    await protect({ required_pull_request_reviews: reviews });
    const { data } = await town.as('rita').repos.getBranch({ ...shopPath, branch });
    const { errors } = await ask(town, 'will', {
      document: `mutation($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }`,
      variables: {
        input: {
          branch: { repositoryNameWithOwner: 'acme/shop', branchName: branch },
          expectedHeadOid: data.commit.sha,
          message: { headline: 'x' },
        },
      },
    });
    expect(errors).toEqual([{ type: 'BRANCH_PROTECTION_RULE_VIOLATION', message: byPull }]);
  });

  it('lets admins pass unless it includes them, but never lose history', async () => {
    await protect({ required_pull_request_reviews: reviews });
    expect(await write(town.as('ada'))).toMatchObject({ status: 409 });
    await protect({ required_pull_request_reviews: reviews, enforce_admins: false });
    expect(await write(town.as('ada'))).toBe('done');
    expect(await write(town.as('will'))).toMatchObject({ status: 409 });
    const { data: main } = await town.as('ada').repos.getBranch({ ...shopPath, branch: 'main' });
    const back = { ...shopPath, ref: `heads/${branch}`, sha: main.commit.sha, force: true };
    expect(await outcomeOf(town.as('ada').git.updateRef(back))).toEqual({
      status: 422,
      message: 'Cannot force-push to this branch',
    });
    await protect({ allow_force_pushes: true });
    expect(await outcomeOf(town.as('ada').git.updateRef(back))).toBe('done');
  });

  it('lets only those push whom it names', async () => {
    await protect({ restrictions: { users: [], teams: ['release-admins'], apps: ['robot'] } });
    expect(await write(town.as('will'))).toEqual({
      status: 409,
      message: "You're not authorized to push to this branch.",
    });
    expect(await write(town.as('ada'))).toBe('done');
    expect(await write(robot.client)).toBe('done');
    const { data } = await town
      .as('ada')
      .repos.getRepoRuleSuites({ ...shopPath, ref: `refs/heads/${branch}` });
    expect(data.map(({ result }) => result)).toEqual(['pass', 'pass', 'fail']);
  });

  it('pins a check to the App that last reported it, and -1 to nobody', async () => {
    const { data } = await town.as('rita').repos.getBranch({ ...shopPath, branch });
    const name = `ci ${count}`;
    await robot.client.checks.create({ ...shopPath, name, head_sha: data.commit.sha });
    expect(await pinned({ context: name })).toEqual([{ context: name, app_id: robot.app.id }]);
    expect(await pinned({ context: name, app_id: -1 })).toEqual([{ context: name, app_id: null }]);
    expect(await pinned({ context: 'never seen' })).toEqual([{ context: 'never seen', app_id: null }]);
  });

  it('holds beside rulesets: both have to be met', async () => {
    await protect({ required_status_checks: { strict: false, contexts: ['ci'] } });
    await setRules(town, [branch], { rules: [{ type: 'update' }] });
    expect(await write(town.as('will'))).toEqual({
      status: 409,
      message:
        'Repository rule violations found\n\nCannot update this protected ref.\n\nRequired status check "ci" is expected.\n\n',
    });
  });
});
