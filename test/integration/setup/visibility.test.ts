import nock from 'nock';
import { describe, expect, it } from 'vitest';
import { withoutSecrets } from '../../../src/domain/redact.ts';
import type { GitHubContext } from '../../../src/adapters/github/client.ts';
import { createOctokit } from '../../../src/adapters/github/octokit.ts';
import { mergeRules } from '../../../src/adapters/github/setup/apply-ruleset.ts';
import {
  applyEnvironment,
  applyProtectionRule,
} from '../../../src/adapters/github/setup/apply-environment.ts';
import { readApp } from '../../../src/adapters/github/setup/read-app.ts';
import { readBranch } from '../../../src/adapters/github/setup/read-branch.ts';
import { readEnvironments } from '../../../src/adapters/github/setup/read-environment.ts';
import { listRulesets, readRuleset } from '../../../src/adapters/github/setup/read-ruleset.ts';
import { readSharedSecrets, readVariables } from '../../../src/adapters/github/setup/read-secret.ts';
import { wantedRulesets } from '../../../src/domain/setup/wanted-ruleset.ts';
import { aPolicy } from '../../support/builders.ts';
import { nockNetwork } from '../../support/nocked-network.ts';

const API = 'https://api.github.test';
const SHOP = '/repos/acme/shop';
const RULES = `${SHOP}/rules/branches/main?per_page=100`;
const CLASSIC = `${SHOP}/branches/main/protection`;
const NOT_FOUND = { message: 'Not Found' };
const UPGRADE = { message: 'Upgrade to GitHub Pro or make this repository public to enable this feature.' };

const silent = (): void => undefined;
const client = createOctokit({ token: 't', baseUrl: API, retry: { retries: 0 } });
const context: GitHubContext = {
  client,
  owner: 'acme',
  repo: 'shop',
  botLogins: [],
  log: { info: silent, warn: silent, error: silent },
  clock: { nowMs: () => 0 },
  redact: withoutSecrets,
};

nockNetwork();

describe('the rules of a branch', () => {
  it('are read with their pins and reviews', async () => {
    nock(API)
      .get(RULES)
      .reply(200, [
        { type: 'deletion', ruleset_id: 1, ruleset_source_type: 'Repository', ruleset_source: 'acme/shop' },
        {
          type: 'required_status_checks',
          ruleset_id: 1,
          parameters: {
            strict_required_status_checks_policy: true,
            required_status_checks: [{ context: 'tonic / gate', integration_id: 42 }, { context: 'ci' }],
          },
        },
        {
          type: 'pull_request',
          ruleset_id: 2,
          parameters: { required_approving_review_count: 2, dismiss_stale_reviews_on_push: true },
        },
      ]);
    expect(await readBranch(context, 'main', false)).toEqual({
      classic: null,
      rules: [
        { type: 'deletion', rulesetId: 1, checks: [], reviews: null },
        {
          type: 'required_status_checks',
          rulesetId: 1,
          checks: [
            { context: 'tonic / gate', appId: 42 },
            { context: 'ci', appId: null },
          ],
          reviews: null,
        },
        { type: 'pull_request', rulesetId: 2, checks: [], reviews: { approvals: 2, dismissStale: true } },
      ],
    });
  });

  it('are none where the plan has none, and unknown where they are hidden', async () => {
    nock(API).get(RULES).reply(403, UPGRADE).get(RULES).reply(404, NOT_FOUND);
    expect((await readBranch(context, 'main', false)).rules).toEqual([]);
    expect((await readBranch(context, 'main', false)).rules).toBeNull();
  });

  it('are no secret when GitHub is in trouble or asks to wait: then nobody has looked', async () => {
    nock(API).get(RULES).reply(502, {}).get(RULES).reply(403, { message: 'API rate limit exceeded' });
    await expect(readBranch(context, 'main', false)).rejects.toMatchObject({ status: 502 });
    await expect(readBranch(context, 'main', false)).rejects.toMatchObject({
      status: 403,
      retryable: true,
    });
  });
});

const readClassic = async () => (await readBranch(context, 'main', true)).classic;
const withRules = () => nock(API).get(RULES).reply(200, []);

describe('classic protection', () => {
  it('is read with what it lets through', async () => {
    withRules()
      .get(CLASSIC)
      .reply(200, {
        required_status_checks: {
          contexts: ['tonic / gate', 'ci'],
          checks: [
            { context: 'tonic / gate', app_id: 42 },
            { context: 'ci', app_id: -1 },
          ],
        },
        required_pull_request_reviews: { dismiss_stale_reviews: true, required_approving_review_count: 1 },
        enforce_admins: { enabled: true },
        allow_force_pushes: { enabled: true },
        allow_deletions: { enabled: false },
      });
    expect(await readClassic()).toEqual({
      checks: [
        { context: 'tonic / gate', appId: 42 },
        { context: 'ci', appId: null },
      ],
      reviews: { approvals: 1, dismissStale: true },
      enforceAdmins: true,
      allowsForcePushes: true,
      allowsDeletions: false,
    });
  });

  it.each([
    [404, { message: 'Branch not protected' }, 'none'],
    [404, { message: 'Branch not found' }, 'none'],
    [403, UPGRADE, 'none'],
    [404, NOT_FOUND, null],
    [403, { message: 'Resource not accessible by integration' }, null],
  ])('%i %j is %j', async (status, body, expected) => {
    withRules().get(CLASSIC).reply(status, body);
    expect(await readClassic()).toBe(expected);
  });
});

const rulesetAt = (id: number) => `${SHOP}/rulesets/${id}?includes_parents=true`;

describe('a ruleset', () => {
  it('shows who may pass it only to whoever may change it', async () => {
    const shown = { id: 1, name: 'tonic: PROD', source: 'acme/shop', source_type: 'Repository' };
    nock(API)
      .get(rulesetAt(1))
      .reply(200, {
        ...shown,
        enforcement: 'evaluate',
        bypass_actors: [
          { actor_id: null, actor_type: 'OrganizationAdmin', bypass_mode: 'exempt' },
          { actor_id: 42, actor_type: 'Integration', bypass_mode: 'always' },
        ],
      })
      .get(rulesetAt(2))
      .reply(200, { ...shown, id: 2, source_type: 'Organization', enforcement: 'active' });
    expect(await readRuleset(context, 1)).toEqual({
      id: 1,
      name: 'tonic: PROD',
      enforcement: 'evaluate',
      isOwn: true,
      bypass: [
        { kind: 'OrganizationAdmin', id: null, mode: 'exempt' },
        { kind: 'Integration', id: 42, mode: 'always' },
      ],
    });
    expect(await readRuleset(context, 2)).toMatchObject({ isOwn: false, bypass: null });
  });

  it('is in no list where the plan has none', async () => {
    nock(API).get(`${SHOP}/rulesets?includes_parents=true&per_page=100`).reply(403, UPGRADE);
    expect(await listRulesets(context)).toEqual([]);
  });

  it('keeps what somebody put beside ours, and has no weaker form of ours', () => {
    const [, prod] = wantedRulesets(aPolicy(), 'main');
    if (prod === undefined) throw new Error('there is a ruleset for PROD');
    const rules = mergeRules(prod, 42, [
      { type: 'required_linear_history' },
      {
        type: 'required_status_checks',
        parameters: {
          strict_required_status_checks_policy: true,
          required_status_checks: [{ context: 'ci', integration_id: 15_368 }, { context: 'tonic / gate' }],
        },
      },
    ]);
    expect(rules).toEqual([
      { type: 'deletion' },
      { type: 'non_fast_forward' },
      {
        type: 'required_status_checks',
        parameters: {
          strict_required_status_checks_policy: true,
          do_not_enforce_on_create: true,
          required_status_checks: [
            { context: 'tonic / gate', integration_id: 42 },
            { context: 'ci', integration_id: 15_368 },
          ],
        },
      },
      { type: 'required_linear_history' },
    ]);
  });

  it('asks for no fewer reviews than before', () => {
    const configuration = wantedRulesets(aPolicy(), 'uat').at(-1);
    if (configuration === undefined) throw new Error('there is a ruleset for the configuration');
    const merged = (count: number) =>
      mergeRules(configuration, 42, [
        {
          type: 'pull_request',
          parameters: { required_approving_review_count: count, require_code_owner_review: true },
        },
      ]).find(({ type }) => type === 'pull_request')?.parameters;
    expect(merged(3)).toMatchObject({
      required_approving_review_count: 3,
      require_code_owner_review: true,
      dismiss_stale_reviews_on_push: true,
    });
    expect(merged(0)).toMatchObject({ required_approving_review_count: 1 });
  });
});

describe('environments', () => {
  const LIST = `${SHOP}/environments?per_page=100`;
  const below = (name: string, rest: string) => `${SHOP}/environments/${name}/${rest}`;

  it('are read with who may use them, whose rule is on them, and the names of their secrets', async () => {
    nock(API)
      .get(LIST)
      .reply(200, {
        total_count: 2,
        environments: [
          {
            name: 'PROD',
            can_admins_bypass: false,
            deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
          },
          { name: 'uat', deployment_branch_policy: null },
        ],
      })
      .get(below('PROD', 'deployment-branch-policies?per_page=100'))
      .reply(200, {
        branch_policies: [
          { id: 1, name: 'main' },
          { id: 2, name: 'v*', type: 'tag' },
        ],
      })
      .get(below('PROD', 'deployment_protection_rules'))
      .reply(200, {
        custom_deployment_protection_rules: [
          { id: 1, enabled: true, app: { id: 42, slug: 'tonic-deploy' } },
          { id: 2, enabled: false, app: { id: 43, slug: 'other' } },
        ],
      })
      .get(below('PROD', 'secrets?per_page=100'))
      .reply(200, { secrets: [{ name: 'TONIC_PRIVATE_KEY' }] })
      .get(below('uat', 'deployment_protection_rules'))
      .reply(404, NOT_FOUND)
      .get(below('uat', 'secrets?per_page=100'))
      .reply(403, { message: 'Must have admin rights to Repository.' });
    expect(await readEnvironments(context, ['prod', 'uat', 'tonic'])).toEqual(
      new Map<string, unknown>([
        [
          'prod',
          {
            branches: ['main', 'tag v*'],
            ruleApps: [42],
            adminsMayBypass: false,
            secrets: ['TONIC_PRIVATE_KEY'],
          },
        ],
        ['uat', { branches: 'all', ruleApps: null, adminsMayBypass: null, secrets: null }],
        ['tonic', 'missing'],
      ]),
    );
  });

  it('keep their waits and reviewers when they are closed to other branches', async () => {
    const put: unknown[] = [];
    nock(API)
      .get(`${SHOP}/environments/prod`)
      .reply(200, {
        name: 'prod',
        protection_rules: [
          { id: 1, type: 'wait_timer', wait_timer: 30 },
          {
            id: 2,
            type: 'required_reviewers',
            prevent_self_review: true,
            reviewers: [{ type: 'Team', reviewer: { id: 9, slug: 'ops' } }],
          },
          { id: 3, type: 'branch_policy' },
        ],
      })
      .put(`${SHOP}/environments/prod`, (body) => put.push(body) > 0)
      .reply(200, {})
      .get(below('prod', 'deployment-branch-policies?per_page=100'))
      .reply(200, {
        branch_policies: [
          { id: 5, name: '*' },
          { id: 6, name: 'main', type: 'tag' },
        ],
      })
      .post(below('prod', 'deployment-branch-policies'), { name: 'main' })
      .reply(200, {})
      .delete(below('prod', 'deployment-branch-policies/5'))
      .reply(204)
      .delete(below('prod', 'deployment-branch-policies/6'))
      .reply(204);
    await applyEnvironment(context, { name: 'prod', branch: 'main' });
    expect(put).toEqual([
      {
        wait_timer: 30,
        prevent_self_review: true,
        reviewers: [{ type: 'Team', id: 9 }],
        deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
      },
    ]);
  });

  it('have no rule of an App where the plan has none', async () => {
    nock(API)
      .post(below('prod', 'deployment_protection_rules'), { integration_id: 42 })
      .reply(404, NOT_FOUND);
    expect(await applyProtectionRule(context, { environment: 'prod', appId: 42 })).toBe('unavailable');
  });
});

describe('secrets and variables', () => {
  it('of an organisation are none on a person’s repository', async () => {
    nock(API)
      .get(`${SHOP}/actions/secrets?per_page=100`)
      .reply(200, { secrets: [{ name: 'A' }] })
      .get(`${SHOP}/actions/organization-secrets?per_page=100`)
      .reply(404, NOT_FOUND);
    expect(await readSharedSecrets(context)).toEqual({ repository: ['A'], organization: [] });
  });

  it('are unknown to whoever may not list them', async () => {
    nock(API)
      .get(`${SHOP}/actions/secrets?per_page=100`)
      .reply(403, NOT_FOUND)
      .get(`${SHOP}/actions/organization-secrets?per_page=100`)
      .reply(403, NOT_FOUND)
      .get(`${SHOP}/actions/variables?per_page=30`)
      .reply(403, NOT_FOUND);
    expect(await readSharedSecrets(context)).toBeNull();
    expect(await readVariables(context)).toBeNull();
  });
});

const installation = (app_slug: string, client_id: string) => ({
  id: 1,
  app_id: 42,
  app_slug,
  client_id,
  permissions: { contents: 'write' },
  events: ['push'],
  suspended_at: '2026-11-01T00:00:00Z',
  html_url: 'https://github.test/settings/installations/1',
});

describe('the App', () => {
  const hint = { asApp: null, slug: null, isOfOrganization: true, clientId: 'Iv2' };
  const INSTALLED = '/orgs/acme/installations?per_page=100';

  it('is found among what the organisation has installed, by its client id', async () => {
    nock(API)
      .get(INSTALLED)
      .reply(200, { installations: [installation('tonic-deploy', 'Iv1'), installation('our-tonic', 'Iv2')] });
    expect(await readApp(context, hint)).toEqual({
      id: 42,
      slug: 'our-tonic',
      clientId: 'Iv2',
      installation: {
        permissions: { contents: 'write' },
        events: ['push'],
        isSuspended: true,
        url: 'https://github.test/settings/installations/1',
      },
      hasWebhook: null,
    });
  });

  it('is found by its name, not installed where the organisation tells so', async () => {
    nock(API)
      .get(INSTALLED)
      .reply(200, { installations: [] })
      .get('/apps/mine')
      .reply(200, { id: 7, slug: 'mine', client_id: 'Iv7' })
      .get(INSTALLED)
      .reply(403, NOT_FOUND)
      .get('/apps/mine')
      .reply(200, { id: 7, slug: 'mine', client_id: 'Iv7' });
    expect(await readApp(context, { ...hint, slug: 'mine' })).toMatchObject({
      id: 7,
      installation: 'missing',
    });
    expect(await readApp(context, { ...hint, slug: 'mine' })).toMatchObject({ id: 7, installation: null });
  });

  it('is not known where nobody names it', async () => {
    nock(API).get(INSTALLED).reply(404, NOT_FOUND);
    expect(await readApp(context, hint)).toBeNull();
    expect(await readApp(context, { ...hint, isOfOrganization: false })).toBeNull();
  });

  it('tells of itself all there is', async () => {
    nock(API)
      .get('/app')
      .reply(200, { id: 42, slug: 'tonic-deploy', client_id: 'Iv2' })
      .get('/repos/acme/shop/installation')
      .reply(404, NOT_FOUND)
      .get('/app/hook/config')
      .reply(200, { url: '', content_type: 'json' });
    expect(await readApp(context, { ...hint, asApp: client })).toMatchObject({
      installation: 'missing',
      hasWebhook: false,
    });
  });
});
