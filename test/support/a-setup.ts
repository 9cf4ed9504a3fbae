import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Policy } from '../../src/domain/policy.ts';
import type {
  BranchFacts,
  BranchRule,
  EnvironmentFacts,
  InstallationFacts,
  RulesetFacts,
  SetupFacts,
} from '../../src/domain/setup/facts.ts';
import { wantedSetup, type WantedSetup } from '../../src/domain/setup/wanted-setup.ts';
import { fillWorkflow } from '../../src/domain/setup/workflow.ts';
import { aPolicy } from './builders.ts';

export const APP_ID = 42;
const ISSUE_FORM = '.github/ISSUE_TEMPLATE/bug.yml';

/** What the product wants of a repository with this policy. */
export function aWantedSetup(policy: Policy = aPolicy(), defaultBranch = 'main'): WantedSetup {
  return wantedSetup(policy, defaultBranch, {
    permissions: { contents: 'write', checks: 'write', metadata: 'read' },
    events: ['issues', 'push'],
    issueForm: ISSUE_FORM,
    workflows: (['T1', 'T2'] as const).map((kind) => {
      const path = `.github/workflows/tonic-${kind.toLowerCase()}.yml`;
      const content: unknown = parse(fillWorkflow(readFileSync(path, 'utf8'), kind, policy));
      return { path, kind, content };
    }),
  });
}

/** A repository that is set up as wanted. */
export function aSetup(changes: Partial<SetupFacts> = {}): SetupFacts {
  const wanted = aWantedSetup();
  return {
    url: 'https://github.com/acme/shop',
    defaultBranch: 'main',
    app: {
      id: APP_ID,
      slug: 'tonic-deploy',
      clientId: 'Iv23liTonic',
      installation: anInstallation(),
      hasWebhook: true,
    },
    branches: new Map([
      ['main', aBranch(['deletion', 'non_fast_forward'], 1, ['tonic / gate'])],
      ['uat', aBranch(['deletion', 'non_fast_forward'], 2, ['tonic / gate (uat)'])],
      ['tonic-ledger', aBranch(['creation', 'update', 'deletion', 'non_fast_forward'], 3)],
      ['tonic/candidate/sample', aBranch(['creation', 'update', 'deletion'], 4)],
      ['tonic/preview/sample', aBranch(['creation', 'update', 'deletion'], 4)],
    ]),
    rulesets: rulesets(
      aRuleset({ id: 1, name: 'tonic: PROD' }),
      aRuleset({ id: 2, name: 'tonic: UAT' }),
      aRuleset({ id: 3, name: 'tonic: ledger', bypass: [theApp] }),
      aRuleset({ id: 4, name: 'tonic: candidates', bypass: [theApp] }),
    ),
    environments: new Map([
      ['tonic', anEnvironment({ ruleApps: [] })],
      ['uat', anEnvironment()],
      ['production', anEnvironment()],
    ]),
    variables: new Map([
      ['TONIC_ENABLED', 'true'],
      ['TONIC_CLIENT_ID', 'Iv23liTonic'],
    ]),
    secrets: { repository: [], organization: [] },
    labels: wanted.labels,
    files: new Map<string, unknown>([
      [ISSUE_FORM, {}],
      ...wanted.workflows.map(({ path, content }) => [path, pinOwn(content)] as const),
    ]),
    unknownLogins: [],
    ...changes,
  };
}

/** What a slot sees of a repository that is set up as wanted: rules, and not who may pass them. */
export function aGuardedRepository(): SetupFacts {
  return {
    url: '',
    defaultBranch: 'main',
    app: { id: APP_ID, slug: 'tonic-deploy', clientId: null, installation: null, hasWebhook: null },
    branches: new Map([
      ['main', aBranch(['deletion', 'non_fast_forward'], 1, ['tonic / gate'])],
      ['tonic-ledger', aBranch(['creation', 'update', 'deletion', 'non_fast_forward'], 3)],
    ]),
    rulesets: new Map(),
    environments: null,
    variables: null,
    secrets: null,
    labels: null,
    files: null,
    unknownLogins: null,
  };
}

const theApp = { kind: 'Integration', id: APP_ID, mode: 'always' } as const;

export function rulesets(...all: readonly RulesetFacts[]): ReadonlyMap<number, RulesetFacts> {
  return new Map(all.map((ruleset) => [ruleset.id, ruleset]));
}

export function aRuleset(changes: Partial<RulesetFacts> = {}): RulesetFacts {
  return { id: 1, name: 'tonic: PROD', enforcement: 'active', isOwn: true, bypass: [], ...changes };
}

/** A branch with rules of one ruleset; checks are the App's. */
function aBranch(types: readonly string[], rulesetId: number, checks: readonly string[] = []): BranchFacts {
  const rules = types.map((type) => aRule({ type, rulesetId }));
  const pinned = checks.map((context) => ({ context, appId: APP_ID }));
  const demanded = aRule({ type: 'required_status_checks', rulesetId, checks: pinned });
  return { exists: true, rules: checks.length === 0 ? rules : [...rules, demanded], classic: 'none' };
}

export function aRule(changes: Partial<BranchRule> = {}): BranchRule {
  return { type: 'deletion', rulesetId: 1, checks: [], reviews: null, ...changes };
}

export function anEnvironment(changes: Partial<EnvironmentFacts> = {}): EnvironmentFacts {
  return {
    branches: ['main'],
    ruleApps: [APP_ID],
    adminsMayBypass: false,
    secrets: ['TONIC_PRIVATE_KEY'],
    ...changes,
  };
}

export function anInstallation(changes: Partial<InstallationFacts> = {}): InstallationFacts {
  return {
    permissions: { contents: 'write', checks: 'write', metadata: 'read' },
    events: ['issues', 'push'],
    isSuspended: false,
    url: 'https://github.com/organizations/acme/settings/installations/7',
    ...changes,
  };
}

/** Our own action is pinned by whoever copies a workflow. */
function pinOwn(content: unknown): unknown {
  return JSON.parse(JSON.stringify(content).replaceAll('/action@v0', `/action@${'a'.repeat(40)}`));
}
