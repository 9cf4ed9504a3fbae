import { z } from 'zod';
import { LEDGER_BRANCH } from '../../../domain/ledger.ts';
import type { SetupChange } from '../../../domain/setup/change.ts';
import type { AppFacts, BranchFacts, RulesetFacts, SetupFacts } from '../../../domain/setup/facts.ts';
import { SAMPLE_BRANCHES } from '../../../domain/setup/inspect-ledger.ts';
import { namedLogins } from '../../../domain/setup/inspect-people.ts';
import type { WantedSetup } from '../../../domain/setup/wanted-setup.ts';
import type { Issues } from '../../../ports/github.ts';
import type { RepositoryAbout, RepositorySetup } from '../../../ports/repository-setup.ts';
import type { GitHubClient, GitHubContext } from '../client.ts';
import { calling } from '../failure.ts';
import type { KnownChecks } from '../known-check.ts';
import { applyEnvironment, applyProtectionRule } from './apply-environment.ts';
import { applyRuleset } from './apply-ruleset.ts';
import { readApp, readPublicApp } from './read-app.ts';
import { readBranch } from './read-branch.ts';
import { readContent, type ContentDesk } from './read-content.ts';
import { readGuards } from './read-guards.ts';
import { readEnvironments } from './read-environment.ts';
import { listRulesets, readRuleset } from './read-ruleset.ts';
import { readUnknownLogins } from './read-people.ts';
import { readSharedSecrets, readVariables } from './read-secret.ts';

/** What the set-up of a repository is read and written with. */
interface SetupDesk extends ContentDesk {
  readonly context: GitHubContext;
  readonly issues: Pick<Issues, 'syncLabels'>;
  readonly checks: Pick<KnownChecks, 'ownAppId'>;
  /** Calls as the App itself, where its credentials are given. */
  readonly asApp: GitHubClient | null;
  /** Slug of the App, where somebody named it. */
  readonly appSlug: string | null;
}

/** The set-up of one repository, seen with somebody's own rights. */
export function createRepositorySetup(desk: SetupDesk): RepositorySetup {
  let about: Promise<RepositoryAbout> | null = null;
  let app: Promise<AppFacts | null> | null = null;
  const readOnce = (): Promise<RepositoryAbout> => (about ??= readAbout(desk.context));
  return {
    about: readOnce,
    look: async (wanted) => look(desk, wanted, await readOnce()),
    guards: async ({ environments }) => ({
      ...NOTHING_SEEN,
      ...(await readGuards(desk.batch, environments.prod.branch)),
    }),
    self: async () => knownApp(desk) ?? (await (app ??= readPublicApp(desk.context, desk.appSlug))),
    apply: (change) => apply(desk, change),
  };
}

/** What one of the App's own checks told of it. */
function knownApp({ checks, appSlug }: SetupDesk): AppFacts | null {
  const id = checks.ownAppId();
  if (id === null || appSlug === null) return null;
  return { id, slug: appSlug, clientId: null, installation: null, hasWebhook: null };
}

const NOTHING_SEEN = {
  url: '',
  app: null,
  rulesets: new Map<number, RulesetFacts>(),
  environments: null,
  variables: null,
  secrets: null,
  labels: null,
  files: null,
  unknownLogins: null,
} as const;

const About = z.looseObject({
  html_url: z.string(),
  default_branch: z.string(),
  owner: z.looseObject({ type: z.string() }),
});

async function readAbout({ client, owner, repo }: GitHubContext): Promise<RepositoryAbout> {
  const { data } = await calling('read the repository', () =>
    client.request('GET /repos/{owner}/{repo}', { owner, repo }),
  );
  const { html_url: url, default_branch: defaultBranch, owner: account } = About.parse(data);
  return { url, defaultBranch, isOfOrganization: account.type === 'Organization' };
}

async function look(desk: SetupDesk, wanted: WantedSetup, about: RepositoryAbout): Promise<SetupFacts> {
  const { context } = desk;
  const guarded = guardedBranches(wanted, about);
  const [branches, content, environments, variables, secrets, unknownLogins] = await Promise.all([
    readBranches(context, guarded),
    readContent(desk, wanted, guarded),
    readEnvironments(context, wanted.environments),
    readVariables(context),
    readSharedSecrets(context),
    readUnknownLogins(context, namedLogins(wanted.policy)),
  ]);
  const [rulesets, app] = await Promise.all([
    readRulesets(context, wanted, branches),
    readApp(context, {
      asApp: desk.asApp,
      slug: desk.appSlug,
      isOfOrganization: about.isOfOrganization,
      clientId: variables?.get('TONIC_CLIENT_ID') ?? null,
    }),
  ]);
  return {
    ...about,
    app,
    branches: new Map(
      [...branches].map(([name, facts]) => [name, { ...facts, exists: content.existing.has(name) }]),
    ),
    rulesets,
    environments,
    variables,
    secrets,
    labels: content.labels,
    files: content.files,
    unknownLogins,
  };
}

/** The branches of people, which classic protection may guard as well as rulesets. */
function guardedBranches({ policy }: WantedSetup, { defaultBranch }: RepositoryAbout): readonly string[] {
  const deployed = Object.values(policy.environments).map(({ branch }) => branch);
  return [...new Set([...deployed, defaultBranch])];
}

type Guard = Omit<BranchFacts, 'exists'>;

async function readBranches(
  context: GitHubContext,
  guarded: readonly string[],
): Promise<ReadonlyMap<string, Guard>> {
  const own = [LEDGER_BRANCH, ...SAMPLE_BRANCHES];
  const found = [...guarded, ...own].map(
    async (name) => [name, await readBranch(context, name, guarded.includes(name))] as const,
  );
  return new Map(await Promise.all(found));
}

/** Those that rules come from, and those with one of our names, which may be switched off. */
async function readRulesets(
  context: GitHubContext,
  wanted: WantedSetup,
  branches: ReadonlyMap<string, Guard>,
): Promise<ReadonlyMap<number, RulesetFacts>> {
  const sources = [...branches.values()].flatMap(({ rules }) => (rules ?? []).map((rule) => rule.rulesetId));
  const listed = await listRulesets(context);
  const ours = listed.filter(({ name }) => wanted.rulesets.some((ruleset) => ruleset.name === name));
  const ids = [...new Set([...sources, ...ours.map(({ id }) => id)])];
  const found = await Promise.all(ids.map((id) => readRuleset(context, id)));
  return new Map(found.flatMap((ruleset) => (ruleset === null ? [] : [[ruleset.id, ruleset] as const])));
}

async function apply(desk: SetupDesk, change: SetupChange): Promise<'done' | 'unavailable'> {
  const { context } = desk;
  if (change.kind === 'protection_rule') return applyProtectionRule(context, change);
  if (change.kind === 'ruleset') await applyRuleset(context, change);
  else if (change.kind === 'environment') await applyEnvironment(context, change);
  else if (change.kind === 'variable') await applyVariable(context, change);
  else await desk.issues.syncLabels(change.labels);
  return 'done';
}

async function applyVariable(
  { client, owner, repo }: GitHubContext,
  { name, value, isThere }: Extract<SetupChange, { kind: 'variable' }>,
): Promise<void> {
  const at = { owner, repo, name, value };
  await calling(`set the variable ${name}`, async () => {
    if (isThere) await client.request('PATCH /repos/{owner}/{repo}/actions/variables/{name}', at);
    else await client.request('POST /repos/{owner}/{repo}/actions/variables', at);
  });
}
