import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { SandboxEvent } from '../../../src/sandbox/webhook/event.ts';
import { client, installTestApp, shopPath, startTown, writeFile, type Town } from '../sandbox/support.ts';
import { ask, checkRule, outcomeOf, pullRule, setRules } from './support.ts';

const Answer = z.object({
  repository: z.object({ rulesets: z.object({ nodes: z.array(z.looseObject({})) }) }),
});

let town: Town;
let events: SandboxEvent[] = [];
beforeAll(async () => {
  town = await startTown();
  await writeFile(town, { path: 'README.md', content: 'Shop\n' });
  town.sandbox.onEvent((event) => events.push(event));
});
afterAll(() => town.close());
beforeEach(() => {
  events = [];
});

const get = (person: 'ada' | 'will' | 'rita', ruleset_id: number) =>
  town.as(person).repos.getRepoRuleset({ ...shopPath, ruleset_id });

describe('a ruleset', () => {
  it('is made, changed part by part and deleted by admins, and the Apps are told what changed', async () => {
    const id = await setRules(town, ['one'], { rules: [{ type: 'deletion' }, { type: 'creation' }] });
    await town.as('ada').repos.updateRepoRuleset({
      ...shopPath,
      ruleset_id: id,
      name: 'first',
      rules: [{ type: 'deletion' }, checkRule(['ci'])],
    });
    expect((await get('ada', id)).data).toMatchObject({
      name: 'first',
      target: 'branch',
      source_type: 'Repository',
      source: 'acme/shop',
      enforcement: 'active',
      conditions: { ref_name: { include: ['refs/heads/one'], exclude: [] } },
      rules: [{ type: 'deletion' }, checkRule(['ci'])],
      bypass_actors: [],
    });
    await town.as('ada').repos.deleteRepoRuleset({ ...shopPath, ruleset_id: id });
    expect(await outcomeOf(get('ada', id))).toMatchObject({ status: 404 });

    expect(events.map(({ name, action }) => `${name}.${action}`)).toEqual([
      'repository_ruleset.created',
      'repository_ruleset.edited',
      'repository_ruleset.deleted',
    ]);
    expect(events[1]?.payload).toMatchObject({
      changes: {
        name: { from: 'one' },
        rules: { added: [checkRule(['ci'])], deleted: [{ type: 'creation' }], updated: [] },
      },
      repository_ruleset: { id, name: 'first' },
      sender: { login: 'ada' },
    });
  });

  it('tells a change of its rules, its refs and its enforcement apart', async () => {
    const id = await setRules(town, ['two'], { rules: [checkRule(['ci'])] });
    await town.as('ada').repos.updateRepoRuleset({
      ...shopPath,
      ruleset_id: id,
      enforcement: 'disabled',
      conditions: { ref_name: { include: ['~ALL'], exclude: ['refs/heads/two'] } },
      rules: [checkRule(['ci', 'lint'])],
    });
    expect(events.at(-1)?.payload['changes']).toEqual({
      enforcement: { from: 'active' },
      conditions: {
        updated: [
          {
            condition: { ref_name: { include: ['~ALL'], exclude: ['refs/heads/two'] } },
            changes: { include: { from: ['refs/heads/two'] }, exclude: { from: [] } },
          },
        ],
      },
      rules: {
        added: [],
        deleted: [],
        updated: [
          {
            rule: checkRule(['ci', 'lint']),
            changes: { configuration: { from: JSON.stringify(checkRule(['ci'])) } },
          },
        ],
      },
    });
  });

  it('shows whom it lets pass only to those who may change it, and everybody whether it lets them', async () => {
    const reader = await installTestApp(town, { slug: 'reader', permissions: {} });
    const keeper = await installTestApp(town, { slug: 'keeper', permissions: { administration: 'write' } });
    const listed = [
      { actor_type: 'Integration' as const, actor_id: reader.app.id, bypass_mode: 'exempt' as const },
      { actor_type: 'RepositoryRole' as const, actor_id: 4, bypass_mode: 'pull_request' as const },
      { actor_type: 'OrganizationAdmin' as const, actor_id: 1, bypass_mode: 'always' as const },
    ];
    const id = await setRules(town, ['secret'], { bypass_actors: listed });
    const seen = async (octokit: ReturnType<typeof client>) => {
      const { data } = await octokit.repos.getRepoRuleset({ ...shopPath, ruleset_id: id });
      return [data.bypass_actors, data.current_user_can_bypass];
    };
    expect(await seen(town.as('ada'))).toEqual([listed, 'always']);
    expect(await seen(keeper.client)).toEqual([listed, 'never']);
    expect(await seen(reader.client)).toEqual([undefined, 'exempt']);
    expect(await seen(town.as('will'))).toEqual([undefined, 'pull_requests_only']);
    expect(await seen(client(town.sandbox))).toEqual([undefined, 'never']);
    expect(events[0]?.payload['repository_ruleset']).not.toHaveProperty('bypass_actors');
  });

  it('is written by nobody but admins and Apps with administration', async () => {
    const given = { ...shopPath, name: 'mine', enforcement: 'active' as const };
    const weak = await installTestApp(town, {
      slug: 'weak',
      permissions: { administration: 'read', contents: 'write' },
    });
    for (const caller of [town.as('will'), weak.client])
      expect(await outcomeOf(caller.repos.createRepoRuleset(given))).toMatchObject({ status: 403 });
    const suites = weak.client.repos.getRepoRuleSuites(shopPath);
    expect(await outcomeOf(suites)).toMatchObject({ status: 403 });
  });

  it.each([
    ['a rule nobody knows', { rules: [{ type: 'be_nice' }] }, 422, "Invalid rule 'be_nice'"],
    ['wrong parameters', { rules: [{ type: 'required_status_checks' }] }, 422, 'required_status_checks'],
    ['a rule that is not enforced here', { rules: [{ type: 'workflows' }] }, 501, 'workflows'],
    [
      'code owners',
      { rules: [pullRule({ require_code_owner_review: true })] },
      501,
      'require_code_owner_review',
    ],
    ['a parameter nobody knows', { rules: [pullRule({ be_nice: true })] }, 422, 'be_nice'],
    ['tags', { target: 'tag' }, 501, 'tag'],
    [
      'a branch without its full name',
      { conditions: { ref_name: { include: ['main'], exclude: [] } } },
      422,
      "Invalid target patterns: 'main'",
    ],
    [
      'an App that is not installed',
      { bypass_actors: [{ actor_type: 'Integration', actor_id: 15368 }] },
      422,
      'must be part of the ruleset source or owner organization',
    ],
    [
      'a role that may not bypass',
      { bypass_actors: [{ actor_type: 'RepositoryRole', actor_id: 1 }] },
      422,
      'RepositoryRole 1',
    ],
    ['a name that is taken', { name: 'taken' }, 422, 'Name must be unique'],
  ])('is refused with %s', async (...[, given, status, words]) => {
    const known = await town.as('ada').repos.getRepoRulesets(shopPath);
    if (!known.data.some(({ name }) => name === 'taken')) await setRules(town, ['taken'], {});
    const body = { name: 'fresh', enforcement: 'active', ...given };
    const made = town.as('ada').request('POST /repos/acme/shop/rulesets', body);
    const outcome = await outcomeOf(made);
    expect(outcome).toMatchObject({ status, message: expect.stringContaining(words) });
  });

  it('adds up with the others that are active on a branch, also on one that is not there yet', async () => {
    const all = await setRules(town, ['release/**/*'], { rules: [{ type: 'deletion' }] });
    const some = await setRules(town, ['release/1/*'], { rules: [checkRule(['ci'])] });
    await setRules(town, ['release/*/*'], { rules: [{ type: 'creation' }], enforcement: 'evaluate' });
    const { data } = await town.as('rita').repos.getBranchRules({ ...shopPath, branch: 'release/1/x' });
    const source = { ruleset_source_type: 'Repository', ruleset_source: 'acme/shop' };
    expect(data).toEqual([
      { type: 'deletion', ...source, ruleset_id: all },
      { ...checkRule(['ci']), ...source, ruleset_id: some },
    ]);
  });

  it('is told by GraphQL in its words', async () => {
    const robot = await installTestApp(town, { slug: 'pinned', permissions: {} });
    const check = { context: 'tonic / gate', integration_id: robot.app.id };
    const id = await setRules(town, ['graph'], {
      rules: [checkRule([check, 'ci'], { strict: true }), pullRule(), { type: 'update' }],
      bypass_actors: [
        { actor_type: 'Integration', actor_id: robot.app.id, bypass_mode: 'always' },
        { actor_type: 'RepositoryRole', actor_id: 5, bypass_mode: 'exempt' },
      ],
    });
    const document = `{ repository(owner: "acme", name: "shop") { rulesets(last: 1) { nodes {
      databaseId name target enforcement conditions { refName { include exclude } }
      bypassActors(first: 5) { nodes { actor { ... on App { slug } } bypassMode repositoryRoleName } }
      rules(first: 5) { nodes { type parameters { ... on RequiredStatusChecksParameters {
        strictRequiredStatusChecksPolicy requiredStatusChecks { context integrationId } }
        ... on PullRequestParameters { allowedMergeMethods requiredApprovingReviewCount } } } } } } } }`;
    const shown = async (person: 'ada' | 'rita') =>
      Answer.parse((await ask(town, person, { document })).data).repository.rulesets.nodes[0];
    expect(await shown('ada')).toEqual({
      databaseId: id,
      name: 'graph',
      target: 'BRANCH',
      enforcement: 'ACTIVE',
      conditions: { refName: { include: ['refs/heads/graph'], exclude: [] } },
      bypassActors: {
        nodes: [
          { actor: { slug: 'pinned' }, bypassMode: 'ALWAYS', repositoryRoleName: null },
          { actor: null, bypassMode: null, repositoryRoleName: 'admin' },
        ],
      },
      rules: {
        nodes: [
          {
            type: 'REQUIRED_STATUS_CHECKS',
            parameters: {
              strictRequiredStatusChecksPolicy: true,
              requiredStatusChecks: [
                { context: 'tonic / gate', integrationId: robot.app.id },
                { context: 'ci', integrationId: null },
              ],
            },
          },
          {
            type: 'PULL_REQUEST',
            parameters: {
              allowedMergeMethods: ['merge', 'squash', 'rebase'],
              requiredApprovingReviewCount: 0,
            },
          },
          { type: 'UPDATE', parameters: null },
        ],
      },
    });
    expect(await shown('rita')).toMatchObject({ databaseId: id, bypassActors: null });
  });
});
