import { expect, test } from 'vitest';
import { environmentsOf } from '../../../src/sandbox/environment/store.ts';
import { rulesetsOf } from '../../../src/sandbox/rule/store.ts';
import { readSeed } from '../../../src/sandbox/seed/format.ts';
import { plantSeed } from '../../../src/sandbox/seed/plant.ts';
import { createSandbox } from '../../../src/sandbox/server.ts';

test.each([
  ['{', 'not JSON'],
  ['{"user": []}', 'the seed: Unrecognized key: "user"'],
  ['{"users": [{"login": "a b"}]}', 'users[0].login: is not a login'],
  [
    '{"repositories": [{"name": "a/b", "collaborators": {"ada": "push"}}]}',
    'repositories[0].collaborators.ada',
  ],
  ['{"repositories": [{"name": "a/b", "commits": [{"message": ""}]}]}', 'repositories[0].commits[0].message'],
  ['{"apps": [{"slug": "Tonic", "owner": "ada"}]}', 'apps[0].slug: is not a slug'],
])('a seed that is not one says where it is wrong: %s', (text, fault) => {
  expect(readSeed(text)).toMatchObject({ kind: 'faults', faults: [expect.stringContaining(fault)] });
});

function seedWithRules(listed: object) {
  const conditions = { ref_name: { include: ['~ALL'], exclude: [] } };
  const rule = {
    type: 'required_status_checks',
    parameters: {
      strict_required_status_checks_policy: false,
      required_status_checks: [{ context: 'gate', integration_id: 'tonic' }],
    },
  };
  const ruleset = { name: 'Keep', enforcement: 'active', conditions, bypass_actors: [listed], rules: [rule] };
  return {
    users: [{ login: 'ada' }],
    repositories: [{ name: 'ada/shop', rulesets: [ruleset] }],
    apps: [{ slug: 'tonic', owner: 'ada' }],
  };
}

test('rulesets of a seed may name Apps, roles and people', async () => {
  const read = readSeed(
    JSON.stringify(seedWithRules({ actor_type: 'RepositoryRole', actor_id: 'maintain' })),
  );
  if (read.kind === 'faults') throw new Error(read.faults.join());
  const sandbox = await createSandbox();
  try {
    await plantSeed(sandbox, read.seed, '/nowhere');
    const [repository] = sandbox.world.repositories;
    expect(repository && rulesetsOf(repository)).toMatchObject([
      {
        name: 'Keep',
        include: ['~ALL'],
        bypassActors: [{ actor_type: 'RepositoryRole', actor_id: 2, bypass_mode: 'always' }],
        rules: [
          {
            parameters: {
              required_status_checks: [{ context: 'gate', integration_id: sandbox.world.apps[0]?.id }],
            },
          },
        ],
      },
    ]);
  } finally {
    await sandbox.close();
  }
});

test.each([
  [
    { users: [{ login: 'ada' }], repositories: [{ name: 'ada/shop', collaborators: { ann: 'write' } }] },
    'repository ada/shop: there is no account ann',
  ],
  [{ repositories: [{ name: 'acme/shop' }] }, 'repository acme/shop: there is no account acme'],
  [{ apps: [{ slug: 'tonic', owner: 'acme' }] }, 'there is no account acme'],
  [
    { users: [{ login: 'ada' }], repositories: [{ name: 'ada/shop', from: './nowhere' }] },
    'repository ada/shop: git fetch',
  ],
  [seedWithRules({ actor_type: 'Integration', actor_id: 'nobody' }), 'there is no Integration nobody'],
  [
    seedWithRules({ actor_type: 'OrganizationAdmin' }),
    'ruleset Keep: Actor OrganizationAdmin must be part of the ruleset source',
  ],
])('a seed that names what is not there is refused: %j', async (given, sentence) => {
  const read = readSeed(JSON.stringify(given));
  if (read.kind === 'faults') throw new Error(read.faults.join());
  const sandbox = await createSandbox();
  try {
    await expect(plantSeed(sandbox, read.seed, '/nowhere')).rejects.toThrow(sentence);
  } finally {
    await sandbox.close();
  }
});

const SHOP_APP = {
  slug: 'tonic',
  owner: 'acme',
  permissions: { actions: 'read', deployments: 'write' },
  events: ['deployment_protection_rule'],
};

/** A seed with one environment and, perhaps, an App. */
function seedWithEnvironment(environment: unknown, app: object = SHOP_APP) {
  const read = readSeed(
    JSON.stringify({
      users: [{ login: 'ada' }],
      organizations: [{ login: 'acme', owners: ['ada'], teams: [{ name: 'Bug Crew', members: ['ada'] }] }],
      repositories: [{ name: 'acme/shop', environments: ['uat', environment] }],
      apps: [app],
    }),
  );
  if (read.kind === 'faults') throw new Error(read.faults.join());
  return read.seed;
}

test('environments of a seed may say what protects them', async () => {
  const seed = seedWithEnvironment({
    name: 'prod',
    wait_minutes: 5,
    reviewers: ['ada', 'bug-crew'],
    prevent_self_review: true,
    can_admins_bypass: false,
    branches: ['main', 'release/*'],
    protection_rules: ['tonic'],
  });
  const sandbox = await createSandbox();
  try {
    await plantSeed(sandbox, seed, '/nowhere');
    const [repository] = sandbox.world.repositories;
    expect(repository && environmentsOf(repository)).toMatchObject([
      { name: 'uat', waitTimer: null, refPolicy: null, customRules: [], canAdminsBypass: true },
      {
        name: 'prod',
        waitTimer: { minutes: 5 },
        reviewRule: { reviewers: [{ type: 'User' }, { type: 'Team' }] },
        preventSelfReview: true,
        canAdminsBypass: false,
        refPolicy: { kind: 'patterns' },
        refPatterns: [{ name: 'main' }, { name: 'release/*' }],
        customRules: [{ appId: sandbox.world.apps[0]?.id }],
      },
    ]);
  } finally {
    await sandbox.close();
  }
});

test.each([
  [{ name: 'prod', reviewers: ['nobody'] }, SHOP_APP, /no reviewer nobody/],
  [{ name: 'prod', protection_rules: ['other'] }, SHOP_APP, /no App other/],
  [{ name: 'prod', protection_rules: ['tonic'] }, { ...SHOP_APP, events: [] }, /no App tonic/],
])('an environment that names what is not there is refused: %j', async (environment, app, fault) => {
  const seed = seedWithEnvironment(environment, app);
  const sandbox = await createSandbox();
  try {
    await expect(plantSeed(sandbox, seed, '/nowhere')).rejects.toThrow(fault);
  } finally {
    await sandbox.close();
  }
});
