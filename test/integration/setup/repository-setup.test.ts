import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createGitHub } from '../../../src/adapters/github/github.ts';
import { createOctokit } from '../../../src/adapters/github/octokit.ts';
import { openSetup, setupFiles } from '../../../src/compose-setup.ts';
import { describeChange, planChanges } from '../../../src/domain/setup/change.ts';
import { blocking, type Finding } from '../../../src/domain/setup/finding.ts';
import { unsafeGuards } from '../../../src/domain/setup/guard.ts';
import { setSecret } from '../../../src/sandbox/actions/setting.ts';
import { applySetup } from '../../../src/usecases/setup/apply-setup.ts';
import { inspectRepository } from '../../../src/usecases/setup/inspect-repository.ts';
import { startWorld, type SandboxWorld } from '../../support/sandbox-world.ts';

const SHOP = { owner: 'acme', repo: 'shop' };
const ENVIRONMENTS = ['tonic', 'uat', 'prod'];
const silent = (): void => undefined;
const MANIFEST = z
  .object({
    default_permissions: z.record(z.string(), z.enum(['read', 'write'])),
    default_events: z.array(z.string()),
  })
  .parse(parse(readFileSync('app.yml', 'utf8')));

let world: SandboxWorld;

/** A repository with the files of `tonic init` and the App's key where it belongs, and nothing else. */
async function openWorld(): Promise<void> {
  world = await startWorld({
    app: {
      slug: 'tonic-deploy',
      permissions: MANIFEST.default_permissions,
      events: MANIFEST.default_events,
    },
  });
  const wanted = setupFiles(null);
  if (wanted.kind === 'broken') throw new Error(wanted.problems);
  // Whoever copies a workflow pins the action that it runs.
  const files = wanted.files.map(({ path, content }) => [
    path,
    content.replaceAll('/action@v0', `/action@${'a'.repeat(40)}`),
  ]);
  await world.commit(Object.fromEntries(files));
  await world.commit({ a: 'a' }, 'uat');
  for (const environment of ENVIRONMENTS) {
    setSecret(
      world.repository,
      { name: 'TONIC_PRIVATE_KEY', value: 'k', environment },
      world.sandbox.clock.now(),
    );
  }
}

/** The set-up as somebody sees it, with the App's own credentials or without. */
function setupFor(login: string, withApp = true) {
  return openSetup({
    owner: 'acme',
    name: 'shop',
    apiUrl: world.sandbox.apiUrl,
    token: world.tokenOf(login),
    app: withApp ? { appId: world.app.id, privateKey: world.app.privateKeyPem ?? '' } : null,
    appSlug: null,
    log: { info: silent, warn: silent, error: silent },
  });
}

const look = (login = 'ada') => inspectRepository(setupFor(login));

/** `blocks_prod gate_required main`, without what is right. */
function told(findings: readonly Finding[]): string[] {
  return findings
    .filter(({ severity }) => severity !== 'ok')
    .map(({ severity, code, where }) => `${severity} ${code} ${where}`);
}

async function apply(login = 'ada', findings?: readonly Finding[]) {
  return applySetup(setupFor(login), planChanges(findings ?? (await look(login))), silent);
}

async function rulesetNamed(name: string) {
  const { data } = await world.as('ada').request('GET /repos/{owner}/{repo}/rulesets', SHOP);
  const id = data.find((each) => each.name === name)?.id;
  if (id === undefined) throw new Error(`there is no ruleset ${name}`);
  const { data: ruleset } = await world
    .as('ada')
    .request('GET /repos/{owner}/{repo}/rulesets/{ruleset_id}', { ...SHOP, ruleset_id: id });
  return ruleset;
}

async function changeRuleset(name: string, change: object) {
  const { id } = await rulesetNamed(name);
  await world
    .as('ada')
    .request('PUT /repos/{owner}/{repo}/rulesets/{ruleset_id}', { ...SHOP, ruleset_id: id, ...change });
}

/** GitHub does not tell it, so it is never right by itself. */
const UNTOLD = 'unknown admins_wait prod';

describe('a fresh repository', () => {
  beforeEach(openWorld);
  afterEach(() => world.close());

  it('is told all that is missing, and what blocks', async () => {
    expect(told(await look())).toEqual([
      'blocks_prod gate_required main',
      'blocks_prod history_kept main',
      'blocks_prod ledger_closed tonic-ledger',
      'warns gate_required uat',
      'warns history_kept uat',
      'warns candidates_closed tonic/candidate/**',
      'warns candidates_closed tonic/preview/**',
      'warns protection_rule uat',
      'warns protection_rule prod',
      'warns environment_exists tonic',
      'warns environment_exists uat',
      'warns environment_exists prod',
      'warns switched_on TONIC_ENABLED',
      'warns client_id TONIC_CLIENT_ID',
      'warns key_present TONIC_PRIVATE_KEY',
      'warns labels labels',
    ]);
  });

  it('is told of the logins in its configuration that no account has, in one call for all of them', async () => {
    const users = ['Ada', 'renamed-since', 'gone'];
    await world.commit({ '.github/tonic.yml': `roles: { admin: { users: [${users.join(', ')}] } }` });
    const from = world.sandbox.requests.length;
    const found = (await look()).filter(({ code }) => code === 'people_exist');
    expect(told(found)).toEqual(['blocks_prod people_exist roles.admin.users']);
    expect(found[0]?.what).toContain('There is no account renamed-since, gone:');
    const asked = world.sandbox.requests.slice(from).filter(({ operation }) => operation === 'TonicAccounts');
    expect(asked).toHaveLength(1);
    await world.commit({ '.github/tonic.yml': 'roles: { admin: { users: [ada] } }' });
    expect(told(await look()).join()).not.toContain('people_exist');
  });

  it('is right once all of it was made, and there is nothing left to make', async () => {
    const applied = await apply();
    expect(applied.map(({ change, outcome }) => `${outcome} ${describeChange(change)}`)).toEqual([
      'done make or mend 21 labels',
      'done set the variable TONIC_ENABLED to true',
      `done set the variable TONIC_CLIENT_ID to ${world.app.clientId}`,
      'done let only main use the environment tonic, made if it is missing',
      'done let only main use the environment uat, made if it is missing',
      'done let only main use the environment prod, made if it is missing',
      'done put the App’s protection rule on the environment uat',
      'done put the App’s protection rule on the environment prod',
      'done make the ruleset "tonic: PROD" on refs/heads/main',
      'done make the ruleset "tonic: ledger" on refs/heads/tonic-ledger',
      'done make the ruleset "tonic: UAT" on refs/heads/uat',
      'done make the ruleset "tonic: candidates" on refs/heads/tonic/candidate/**, refs/heads/tonic/preview/**',
    ]);
    expect(told(await look())).toEqual([UNTOLD]);
    const before = world.sandbox.requests.length;
    expect(await apply()).toEqual([]);
    const written = world.sandbox.requests.slice(before).filter(({ method }) => method !== 'GET');
    expect(written.filter(({ operation }) => !operation?.startsWith('TonicRead'))).toEqual([]);
  });

  it('is looked at in 31 calls, whatever is on it', async () => {
    await apply();
    const before = world.sandbox.requests.length;
    await look();
    const calls = world.sandbox.requests.slice(before);
    expect(calls.length).toBeLessThanOrEqual(31);
  });
});

type Breaking = () => Promise<unknown>;

const asAda = () => world.as('ada');
const prodRules = async () => (await rulesetNamed('tonic: PROD')).rules ?? [];
const pass = (mode: string) => [{ actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: mode }];

async function requireOf(check: object): Promise<void> {
  const rules = (await prodRules()).filter(({ type }) => type !== 'required_status_checks');
  const parameters = {
    required_status_checks: [{ context: 'tonic / gate', ...check }],
    strict_required_status_checks_policy: false,
  };
  await changeRuleset('tonic: PROD', { rules: [...rules, { type: 'required_status_checks', parameters }] });
}

async function without(name: string, type: string): Promise<void> {
  const rules = ((await rulesetNamed(name)).rules ?? []).filter((rule) => rule.type !== type);
  await changeRuleset(name, { rules });
}

describe('what somebody weakened', () => {
  // Each test mends what it breaks, so that one repository is enough.
  beforeAll(async () => {
    await openWorld();
    await apply();
  });
  afterAll(() => world.close());

  it.each<[string, Breaking, string[]]>([
    ['the pin dropped', () => requireOf({}), ['blocks_prod gate_required main']],
    ['the pin moved', () => requireOf({ integration_id: 15_368 }), ['blocks_prod gate_required main']],
    [
      'a bypass',
      () => changeRuleset('tonic: PROD', { bypass_actors: pass('always') }),
      ['blocks_prod gate_bypass main', 'blocks_prod history_kept main'],
    ],
    [
      'an exemption',
      () => changeRuleset('tonic: PROD', { bypass_actors: pass('exempt') }),
      ['blocks_prod gate_bypass main', 'blocks_prod history_kept main'],
    ],
    [
      'a ruleset switched off',
      () => changeRuleset('tonic: PROD', { enforcement: 'disabled' }),
      ['blocks_prod gate_required main', 'blocks_prod history_kept main'],
    ],
    [
      'a ruleset that only watches',
      () => changeRuleset('tonic: PROD', { enforcement: 'evaluate' }),
      ['blocks_prod gate_required main', 'blocks_prod history_kept main'],
    ],
    [
      'another branch guarded instead',
      () =>
        changeRuleset('tonic: PROD', {
          conditions: { ref_name: { include: ['refs/heads/x'], exclude: [] } },
        }),
      ['blocks_prod gate_required main', 'blocks_prod history_kept main'],
    ],
    [
      'the ruleset deleted',
      async () => {
        const { id } = await rulesetNamed('tonic: PROD');
        await asAda().request('DELETE /repos/{owner}/{repo}/rulesets/{ruleset_id}', {
          ...SHOP,
          ruleset_id: id,
        });
      },
      ['blocks_prod gate_required main', 'blocks_prod history_kept main'],
    ],
    ['force pushes', () => without('tonic: PROD', 'non_fast_forward'), ['blocks_prod history_kept main']],
    [
      'the ledger opened',
      () => without('tonic: ledger', 'update'),
      ['blocks_prod ledger_closed tonic-ledger'],
    ],
    [
      'the ledger opened to admins',
      () => changeRuleset('tonic: ledger', { bypass_actors: pass('always') }),
      ['blocks_prod ledger_bypass tonic-ledger'],
    ],
    [
      'the App shut out of its ledger',
      () => changeRuleset('tonic: ledger', { bypass_actors: [] }),
      ['warns ledger_bypass tonic-ledger'],
    ],
    [
      'an environment opened',
      () =>
        asAda().rest.repos.createOrUpdateEnvironment({
          ...SHOP,
          environment_name: 'prod',
          deployment_branch_policy: null,
        }),
      ['blocks_prod environment_branches prod'],
    ],
    [
      'the rule taken off an environment',
      async () => {
        const at = { ...SHOP, environment_name: 'prod' };
        const { data } = await asAda().rest.repos.getAllDeploymentProtectionRules(at);
        for (const { id } of data.custom_deployment_protection_rules ?? [])
          await asAda().rest.repos.disableDeploymentProtectionRule({ ...at, protection_rule_id: id });
      },
      ['warns protection_rule prod'],
    ],
  ])('%s is found, and mended', async (_, weaken, expected) => {
    await weaken();
    const findings = await look();
    expect(told(findings).filter((line) => line !== UNTOLD)).toEqual(expected);
    await apply('ada', findings);
    expect(told(await look())).toEqual([UNTOLD]);
  });

  it('a key for the whole repository is found; it is a person’s to take away', async () => {
    const key = { name: 'TONIC_PRIVATE_KEY', value: 'k' };
    setSecret(world.repository, key, world.sandbox.clock.now());
    const findings = await look();
    expect(told(findings)).toEqual(['blocks_prod key_private TONIC_PRIVATE_KEY', UNTOLD]);
    expect(planChanges(findings)).toEqual([]);
  });
});

describe('what is not ours', () => {
  beforeEach(openWorld);
  afterEach(() => world.close());

  it('stays: other rulesets, and rules that somebody put into ours', async () => {
    await asAda().request('POST /repos/{owner}/{repo}/rulesets', {
      ...SHOP,
      name: 'ours alone',
      enforcement: 'active',
      conditions: { ref_name: { include: ['refs/heads/main'], exclude: [] } },
      rules: [{ type: 'required_linear_history' }],
    });
    await apply();
    await changeRuleset('tonic: PROD', {
      rules: [{ type: 'required_signatures' }, { type: 'deletion' }],
    });
    await apply();
    expect((await prodRules()).map(({ type }) => type).toSorted()).toEqual([
      'deletion',
      'non_fast_forward',
      'required_signatures',
      'required_status_checks',
    ]);
    expect((await rulesetNamed('ours alone')).rules?.map(({ type }) => type)).toEqual([
      'required_linear_history',
    ]);
  });

  it('may guard PROD as well: classic protection with our pin for admins too needs no ruleset', async () => {
    await asAda().request('PUT /repos/{owner}/{repo}/branches/{branch}/protection', {
      ...SHOP,
      branch: 'main',
      required_status_checks: {
        strict: false,
        contexts: [],
        checks: [{ context: 'tonic / gate', app_id: world.app.id }],
      },
      enforce_admins: true,
      required_pull_request_reviews: null,
      restrictions: null,
    });
    const lines = told(await look());
    expect(lines.filter((line) => line.endsWith(' main'))).toEqual([]);
  });
});

describe('whoever looks', () => {
  beforeAll(async () => {
    await openWorld();
    await apply();
  });
  afterAll(() => world.close());

  it('sees less without being an admin, and is told so', async () => {
    const lines = told(await look('wes'));
    expect(lines).toContain('unknown gate_bypass main');
    expect(lines).toContain('unknown ledger_bypass tonic-ledger');
    expect(lines.filter((line) => line.startsWith('blocks_prod'))).toEqual([]);
  });

  it('is told where the App is not known', async () => {
    const lines = told(await inspectRepository(setupFor('wes', false)));
    expect(lines).toContain('unknown app_known App');
    expect(lines).toContain('unknown gate_required main');
  });

  it('still sees that PROD has no gate', async () => {
    await changeRuleset('tonic: PROD', { enforcement: 'disabled' });
    expect(blocking(await look('rea')).map(({ code }) => code)).toContain('gate_required');
  });

  it('cannot make anything without being an admin: each change fails and says so', async () => {
    const applied = await apply('wes');
    expect(applied.map(({ outcome }) => outcome)).toEqual(['failed']);
    expect(applied[0]?.why).toMatch(/could not mend the ruleset "tonic: PROD".*403/u);
  });
});

/** What blocks, as the App's own token sees it, and the calls that this took. */
async function guards() {
  const before = world.sandbox.requests.length;
  const { setup } = createGitHub({
    octokit: createOctokit({ token: world.appToken(), baseUrl: world.sandbox.apiUrl }),
    ...SHOP,
    botLogins: ['tonic-deploy[bot]'],
    ledgerBranch: 'tonic-ledger',
    clock: world.sandbox.clock,
    log: { info: silent, warn: silent, error: silent },
  });
  const { policy } = await setupFor('ada').configuration.load();
  const facts = { ...(await setup.guards(policy)), app: await setup.self() };
  const blocks = unsafeGuards(facts, policy).map(({ code, where }) => `${code} ${where}`);
  const calls = world.sandbox.requests.slice(before).filter(({ actor }) => actor === 'app:tonic-deploy');
  return { blocks, calls: calls.length };
}

describe('what a slot sees', () => {
  beforeAll(async () => {
    await openWorld();
    await world.commit({ a: 'a' }, 'tonic-ledger');
    await apply();
  });
  afterAll(() => world.close());

  it('is enough to know that PROD is guarded, in two calls', async () => {
    expect(await guards()).toEqual({ blocks: [], calls: 2 });
  });

  it.each<[string, Breaking, string[]]>([
    ['the pin dropped', () => requireOf({}), ['gate_required main']],
    ['the pin moved', () => requireOf({ integration_id: 15_368 }), ['gate_required main']],
    [
      'the ruleset switched off',
      () => changeRuleset('tonic: PROD', { enforcement: 'disabled' }),
      ['gate_required main', 'history_kept main'],
    ],
    ['the ledger opened', () => without('tonic: ledger', 'creation'), ['ledger_closed tonic-ledger']],
  ])('is %s', async (_, weaken, expected) => {
    await weaken();
    expect((await guards()).blocks).toEqual(expected);
    await apply();
  });
});

describe('the configuration', () => {
  beforeEach(openWorld);
  afterEach(() => world.close());

  it('that is not understood is the one finding', async () => {
    await world.commit({ '.github/tonic.yml': 'slots: { t1: noon }\n' });
    const findings = await look();
    expect(told(findings)).toEqual(['blocks_prod config_valid .github/tonic.yml']);
    expect(findings[0]?.what).toContain('.github/tonic.yml:1:14');
  });

  it('on a default branch that is not PROD is guarded by a review, and the App may still push to it', async () => {
    await world.commit({
      '.github/tonic.yml': 'environments: { uat: { branch: main }, prod: { branch: live } }\n',
    });
    await world.commit({ a: 'a' }, 'live');
    expect(told(await look())).toContain('blocks_prod config_guarded main');
    await apply();
    expect(blocking(await look())).toEqual([]);
    expect(await rulesetNamed('tonic: configuration')).toMatchObject({
      bypass_actors: [{ actor_id: world.app.id, actor_type: 'Integration', bypass_mode: 'always' }],
      conditions: { ref_name: { include: ['refs/heads/main'] } },
    });
  });
});
