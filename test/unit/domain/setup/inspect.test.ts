import { describe, expect, it } from 'vitest';
import { describeChange, planChanges } from '../../../../src/domain/setup/change.ts';
import type { BranchFacts, SetupFacts } from '../../../../src/domain/setup/facts.ts';
import { SETUP_CHECKS, blocking, type Finding } from '../../../../src/domain/setup/finding.ts';
import { inspectSetup } from '../../../../src/domain/setup/inspect.ts';
import { aPolicy } from '../../../support/builders.ts';
import {
  anEnvironment,
  anInstallation,
  APP_ID,
  aRule,
  aRuleset,
  aSetup,
  aWantedSetup,
  rulesets,
} from '../../../support/a-setup.ts';

function find(changes: Partial<SetupFacts>, wanted = aWantedSetup()): readonly Finding[] {
  return inspectSetup(aSetup(changes), wanted).filter(({ severity }) => severity !== 'ok');
}

/** `blocks_prod gate_required main` */
function told(changes: Partial<SetupFacts>, wanted = aWantedSetup()): string[] {
  return find(changes, wanted).map(({ severity, code, where }) => `${severity} ${code} ${where}`);
}

/** The set-up with one branch changed. */
function withBranch(
  name: string,
  change: (branch: BranchFacts) => Partial<BranchFacts>,
): Partial<SetupFacts> {
  const branches = new Map(aSetup().branches);
  const branch = branches.get(name);
  if (branch !== undefined) branches.set(name, { ...branch, ...change(branch) });
  return { branches };
}

const without = (type: string) => (branch: BranchFacts) => ({
  rules: (branch.rules ?? []).filter((rule) => rule.type !== type),
});

const requiring = (context: string, appId: number | null) => (branch: BranchFacts) => ({
  rules: [
    ...(without('required_status_checks')(branch).rules ?? []),
    aRule({ type: 'required_status_checks', checks: [{ context, appId }] }),
  ],
});

/** The set-up with a ruleset changed. */
function withRuleset(id: number, changes: Parameters<typeof aRuleset>[0]): Partial<SetupFacts> {
  const all = new Map(aSetup().rulesets);
  const ruleset = all.get(id);
  if (ruleset !== undefined) all.set(id, { ...ruleset, ...changes });
  return { rulesets: all };
}

const bypassed = (kind: string, mode: 'always' | 'pull_request' | 'exempt', id: number | null = 5) => ({
  bypass: [{ kind, id, mode }],
});

const theApp = { kind: 'Integration', id: APP_ID, mode: 'always' } as const;

describe('a repository that is set up', () => {
  it('has nothing to mend, and every check has looked', () => {
    expect(find({})).toEqual([]);
    const codes = new Set<string>(inspectSetup(aSetup(), aWantedSetup()).map(({ code }) => code));
    // Nobody asks for reviews by a rule there.
    expect(Object.keys(SETUP_CHECKS).filter((code) => !codes.has(code))).toEqual(['reviews_fresh']);
  });

  it('may have its gate from classic protection that holds for admins', () => {
    const classic = {
      checks: [{ context: 'tonic / gate', appId: APP_ID }],
      reviews: null,
      enforceAdmins: true,
      allowsForcePushes: false,
      allowsDeletions: false,
    };
    expect(told(withBranch('main', () => ({ rules: [], classic })))).toEqual([]);
    const forced = { ...classic, allowsForcePushes: true };
    expect(told(withBranch('main', () => ({ rules: [], classic: forced })))).toEqual([
      'blocks_prod history_kept main',
    ]);
    const forAll = { ...classic, enforceAdmins: false };
    expect(told(withBranch('main', () => ({ rules: [], classic: forAll })))).toEqual([
      'blocks_prod gate_bypass main',
      'blocks_prod history_kept main',
    ]);
  });

  it('may have its gate twice: one that nobody passes is enough', () => {
    const extra = aRule({
      type: 'required_status_checks',
      rulesetId: 9,
      checks: [{ context: 'tonic / gate', appId: APP_ID }],
    });
    const organisations = aRuleset({
      id: 9,
      name: 'org',
      isOwn: false,
      ...bypassed('OrganizationAdmin', 'always'),
    });
    expect(
      told({
        ...withBranch('main', ({ rules }) => ({ rules: [extra, ...(rules ?? [])] })),
        rulesets: new Map([...aSetup().rulesets, [9, organisations]]),
      }),
    ).toEqual([]);
  });
});

describe('what would let code reach PROD unapproved blocks', () => {
  it.each<[string, Partial<SetupFacts>, string[]]>([
    ['no gate', withBranch('main', without('required_status_checks')), ['gate_required main']],
    ['a gate from anybody', withBranch('main', requiring('tonic / gate', null)), ['gate_required main']],
    ['a gate of another App', withBranch('main', requiring('tonic / gate', 15_368)), ['gate_required main']],
    [
      'UAT’s gate on PROD',
      withBranch('main', requiring('tonic / gate (uat)', APP_ID)),
      ['gate_required main'],
    ],
    [
      'an admin who may pass',
      withRuleset(1, bypassed('RepositoryRole', 'always')),
      ['gate_bypass main', 'history_kept main'],
    ],
    [
      'somebody exempt',
      withRuleset(1, bypassed('User', 'exempt')),
      ['gate_bypass main', 'history_kept main'],
    ],
    [
      'a bypass by pull request',
      withRuleset(1, bypassed('Team', 'pull_request')),
      ['gate_bypass main', 'history_kept main'],
    ],
    ['the App’s own bypass', withRuleset(1, { bypass: [theApp] }), ['gate_bypass main', 'history_kept main']],
    ['force pushes', withBranch('main', without('non_fast_forward')), ['history_kept main']],
    ['deletion', withBranch('main', without('deletion')), ['history_kept main']],
    ['an open ledger', withBranch('tonic-ledger', without('update')), ['ledger_closed tonic-ledger']],
    [
      'a ledger that can be deleted',
      withBranch('tonic-ledger', without('deletion')),
      ['ledger_closed tonic-ledger'],
    ],
    [
      'a ledger that can be founded',
      withBranch('tonic-ledger', without('creation')),
      ['ledger_closed tonic-ledger'],
    ],
    [
      'a ledger that others may write',
      withRuleset(3, { bypass: [theApp, ...bypassed('User', 'exempt').bypass] }),
      ['ledger_bypass tonic-ledger'],
    ],
    [
      'a key for every workflow',
      { secrets: { repository: ['TONIC_PRIVATE_KEY'], organization: [] } },
      ['key_private TONIC_PRIVATE_KEY'],
    ],
    [
      'a key of the organisation',
      { secrets: { repository: [], organization: ['TONIC_PRIVATE_KEY'] } },
      ['key_private TONIC_PRIVATE_KEY'],
    ],
  ])('%s', (_, changes, expected) => {
    expect(blocking(find(changes)).map(({ code, where }) => `${code} ${where}`)).toEqual(expected);
  });

  it('an environment with the key that every branch may use', () => {
    const environments = new Map(aSetup().environments).set('tonic', anEnvironment({ branches: 'all' }));
    expect(told({ environments })).toEqual(['blocks_prod environment_branches tonic']);
    environments.set('tonic', anEnvironment({ branches: ['main', 'release/*'] }));
    expect(told({ environments })).toEqual(['blocks_prod environment_branches tonic']);
    environments.set('tonic', anEnvironment({ branches: 'protected', secrets: null }));
    expect(told({ environments })).toEqual(['blocks_prod environment_branches tonic']);
    environments.set('tonic', anEnvironment({ branches: 'all', secrets: [] }));
    expect(told({ environments })).toEqual([
      'warns environment_branches tonic',
      'warns key_present TONIC_PRIVATE_KEY',
    ]);
  });

  it('a configuration on a branch that is not PROD and that nobody else has to look at', () => {
    const policy = aPolicy();
    const wanted = aWantedSetup(policy, 'uat');
    const onUat = { ...aSetup(), defaultBranch: 'uat' };
    const blocks = blocking(inspectSetup(onUat, wanted)).map(({ code }) => code);
    expect(blocks).toContain('config_guarded');
    const guardedBy = (approvals: number) => {
      const rule = aRule({ type: 'pull_request', rulesetId: 4, reviews: { approvals, dismissStale: true } });
      const reviewed = withBranch('uat', ({ rules }) => ({ rules: [...(rules ?? []), rule] }));
      return blocking(inspectSetup({ ...onUat, ...reviewed }, wanted)).map(({ code }) => code);
    };
    expect(guardedBy(1)).not.toContain('config_guarded');
    expect(guardedBy(0)).toContain('config_guarded');
  });

  it('an App that every workflow can act as', () => {
    const app = aSetup().app;
    if (app === null) throw new Error('the set-up has an App');
    expect(told({ app: { ...app, slug: 'github-actions' } })).toEqual([
      'blocks_prod app_known App 42 (github-actions)',
    ]);
  });

  it('an admin whom it names by a login that nobody has: whoever takes the name is one', () => {
    const policy = aPolicy();
    const named = (role: 'admin' | 'senior') => ({
      ...policy,
      roles: { ...policy.roles, [role]: { ...policy.roles[role], users: ['Ada', 'lin'] } },
    });
    const toldOf = (role: 'admin' | 'senior', unknownLogins: readonly string[] | null) =>
      told({ unknownLogins }, aWantedSetup(named(role)));
    expect(toldOf('admin', [])).toEqual([]);
    expect(toldOf('admin', ['lin'])).toEqual(['blocks_prod people_exist roles.admin.users']);
    expect(toldOf('senior', ['lin'])).toEqual(['warns people_exist roles.senior.users']);
    expect(toldOf('admin', null)).toContain('unknown people_exist roles.admin.users');
    const notify = { ...policy, hotfix: { ...policy.hotfix, notify: ['lin'] } };
    expect(told({ unknownLogins: ['lin'] }, aWantedSetup(notify))).toEqual([
      'warns people_exist hotfix.notify',
    ]);
  });

  it('a rule of the App that is missing where no job has a gate step either', () => {
    const environments = new Map(aSetup().environments).set('production', anEnvironment({ ruleApps: [] }));
    expect(told({ environments })).toEqual(['warns protection_rule production']);
    const files = new Map(aSetup().files).set('.github/workflows/tonic-t2.yml', { jobs: {} });
    expect(told({ environments, files })).toContain('blocks_prod protection_rule production');
  });
});

const words = (changes: Partial<SetupFacts>) =>
  blocking(find(changes))
    .map(({ what }) => what)
    .join('\n');

describe('what is told of a missing gate', () => {
  it('names a ruleset that only watches, and one that is off', () => {
    for (const enforcement of ['evaluate', 'disabled'] as const) {
      const asleep = { ...withBranch('main', () => ({ rules: [] })), ...withRuleset(1, { enforcement }) };
      expect(words(asleep)).toContain(`"tonic: PROD" is in mode ${enforcement}, which stops nothing`);
    }
  });

  it('names who may pass, in which mode', () => {
    expect(words(withRuleset(1, bypassed('User', 'exempt')))).toContain(
      'user 5 (exempt, which leaves no record)',
    );
    expect(words(withRuleset(1, bypassed('OrganizationAdmin', 'always', 1)))).toContain(
      'organisation owners (always)',
    );
  });

  it('names the other App', () => {
    expect(words(withBranch('main', requiring('tonic / gate', 15_368)))).toContain(
      'of App 15368 instead of App 42 (tonic-deploy)',
    );
  });
});

describe('what only bothers UAT or the slots warns', () => {
  it.each<[string, Partial<SetupFacts>, string[]]>([
    ['no gate on UAT', withBranch('uat', without('required_status_checks')), ['gate_required uat']],
    ['force pushes on UAT', withBranch('uat', without('non_fast_forward')), ['history_kept uat']],
    [
      'candidates of others',
      withBranch('tonic/candidate/sample', without('creation')),
      ['candidates_closed tonic/candidate/**'],
    ],
    ['a ledger that the App cannot write', withRuleset(3, { bypass: [] }), ['ledger_bypass tonic-ledger']],
    [
      'a ledger that the App may write by pull request',
      withRuleset(3, { bypass: [{ ...theApp, mode: 'pull_request' }] }),
      ['ledger_bypass tonic-ledger'],
    ],
    ['a missing branch', withBranch('uat', () => ({ exists: false })), ['branches_exist uat']],
    [
      'reviews that outlive a push',
      withBranch('uat', ({ rules }) => ({
        rules: [
          ...(rules ?? []),
          aRule({ type: 'pull_request', rulesetId: 2, reviews: { approvals: 1, dismissStale: false } }),
        ],
      })),
      ['reviews_fresh uat'],
    ],
    [
      'slots that are off',
      {
        variables: new Map([
          ['TONIC_ENABLED', 'false'],
          ['TONIC_CLIENT_ID', 'Iv23liTonic'],
        ]),
      },
      ['switched_on TONIC_ENABLED'],
    ],
    [
      'the id of another App',
      {
        variables: new Map([
          ['TONIC_ENABLED', 'true'],
          ['TONIC_CLIENT_ID', 'Iv0'],
        ]),
      },
      ['client_id TONIC_CLIENT_ID'],
    ],
    ['a missing label', { labels: aWantedSetup().labels.slice(1) }, ['labels labels']],
    [
      'missing workflows',
      { files: new Map([['.github/ISSUE_TEMPLATE/bug.yml', {}]]) },
      ['workflow_present .github/workflows/tonic-t1.yml', 'workflow_present .github/workflows/tonic-t2.yml'],
    ],
    [
      'a missing form',
      { files: new Map(aSetup().files).set('.github/ISSUE_TEMPLATE/bug.yml', null) },
      ['issue_form .github/ISSUE_TEMPLATE/bug.yml'],
    ],
  ])('%s', (_, changes, expected) => {
    expect(told(changes)).toEqual(expected.map((each) => `warns ${each}`));
  });

  it('an App that may too little, too much, or hears too little', () => {
    const app = aSetup().app;
    if (app === null) throw new Error('the set-up has an App');
    const withInstallation = (installation: NonNullable<SetupFacts['app']>['installation']) =>
      find({ app: { ...app, installation } });
    const permissions = { contents: 'read', metadata: 'read', workflows: 'write' };
    const weak = withInstallation(anInstallation({ permissions, events: ['issues'], isSuspended: true }));
    expect(weak.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      'warns app_installed',
      'warns app_permissions',
      'warns app_permissions',
      'warns app_events',
    ]);
    expect(weak[1]).toMatchObject({
      what: 'It lacks contents: write, checks: write.',
      mend: expect.stringContaining('accept them at https://github.com/organizations/acme'),
    });
    expect(weak[2]?.what).toContain('workflows');
    expect(withInstallation('missing').map(({ code }) => code)).toEqual(['app_installed']);
  });
});

describe('what whoever looks may not see', () => {
  it('is unknown and blocks nothing', () => {
    const blind = find({
      app: null,
      branches: new Map([...aSetup().branches].map(([name, branch]) => [name, { ...branch, rules: null }])),
      environments: null,
      variables: null,
      secrets: null,
      labels: null,
      files: null,
    });
    expect(blind.length).toBeGreaterThan(5);
    expect(new Set(blind.map(({ severity }) => severity))).toEqual(new Set(['unknown']));
  });

  it('is told for bypass lists, which only admins see', () => {
    const hidden = [...aSetup().rulesets.values()].map((each) => ({ ...each, bypass: null }));
    expect(told({ rulesets: rulesets(...hidden) })).toEqual([
      'unknown gate_bypass uat',
      'unknown gate_bypass main',
      'unknown ledger_bypass tonic-ledger',
    ]);
  });

  it('is told where the App is not known: a pin cannot be compared, a missing one blocks all the same', () => {
    expect(told({ app: null })).toEqual([
      'warns protection_rule uat',
      'warns protection_rule production',
      'unknown gate_required uat',
      'unknown gate_required main',
      'unknown ledger_bypass tonic-ledger',
      'unknown app_known App',
    ]);
    const open = { ...withBranch('main', without('required_status_checks')), app: null };
    expect(told(open)).toContain('blocks_prod gate_required main');
    const loose = { ...withBranch('main', requiring('tonic / gate', null)), app: null };
    expect(told(loose)).toContain('blocks_prod gate_required main');
  });
});

describe('the changes that mend', () => {
  const bare: Partial<SetupFacts> = {
    branches: new Map([...aSetup().branches].map(([name, branch]) => [name, { ...branch, rules: [] }])),
    rulesets: new Map(),
    environments: new Map(),
    variables: new Map(),
    labels: [],
  };

  it('are none where nothing is wrong', () => {
    expect(planChanges(find({}))).toEqual([]);
  });

  it('make everything that is missing, each once, rulesets last', () => {
    const changes = planChanges(find(bare));
    expect(changes.map((change) => change.kind)).toEqual([
      'labels',
      'variable',
      'variable',
      'environment',
      'environment',
      'environment',
      'protection_rule',
      'protection_rule',
      'ruleset',
      'ruleset',
      'ruleset',
      'ruleset',
    ]);
  });

  it('say what they do, a line each', () => {
    const lines = planChanges(find(bare)).map(describeChange);
    expect(lines).toContain('make the ruleset "tonic: PROD" on refs/heads/main');
    expect(lines).toContain('let only main use the environment tonic, made if it is missing');
    expect(new Set(lines).size).toBe(lines.length);
  });

  it('mend a ruleset of our name instead of making another', () => {
    const [change] = planChanges(find(withRuleset(1, bypassed('User', 'always'))));
    expect(change).toMatchObject({ kind: 'ruleset', id: 1, ruleset: { name: 'tonic: PROD' }, appId: APP_ID });
  });

  it('make our own ruleset beside one of the organisation that can be passed', () => {
    const organisations = aRuleset({
      id: 1,
      name: 'tonic: PROD',
      isOwn: false,
      ...bypassed('Team', 'always'),
    });
    const [change] = planChanges(find({ rulesets: new Map([...aSetup().rulesets, [1, organisations]]) }));
    expect(change).toMatchObject({ kind: 'ruleset', id: null });
  });

  it('make no rule for an App that is not known', () => {
    const changes = planChanges(find({ ...bare, app: null }));
    expect(changes.map((change) => change.kind)).not.toContain('ruleset');
  });

  it('do not start slots that somebody has stopped', () => {
    const variables = new Map([
      ['TONIC_ENABLED', 'false'],
      ['TONIC_CLIENT_ID', 'Iv23liTonic'],
    ]);
    expect(planChanges(find({ variables }))).toEqual([]);
  });
});

it('every finding says how to mend it in one line', () => {
  for (const finding of find({
    app: null,
    environments: new Map(),
    variables: new Map(),
    files: new Map(),
  })) {
    expect(finding.mend, finding.code).not.toBeNull();
    expect(`${finding.what}${finding.mend}`, finding.code).not.toContain('\n');
  }
});
