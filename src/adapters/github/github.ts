import type { Alerts } from '../../ports/alerts.ts';
import { withoutSecrets, type Redact } from '../../domain/redact.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Checks } from '../../ports/checks.ts';
import type { ConflictPulls, Deployments, Issues, Members, Observer, Workflows } from '../../ports/github.ts';
import type { FreezeVariables } from '../../ports/freeze-variables.ts';
import type { Log } from '../../ports/log.ts';
import type { ProtectionRules } from '../../ports/protection-rules.ts';
import type { RepositorySetup } from '../../ports/repository-setup.ts';
import { createAlerts } from './alert.ts';
import type { GitHubClient, GitHubContext } from './client.ts';
import { createChecks } from './check.ts';
import { createCommentMarks } from './comment.ts';
import { createConflictPulls } from './conflict-pull.ts';
import { createDeployments } from './deployment.ts';
import { createFreezeVariables } from './freeze-variables.ts';
import { createGraphqlBatch } from './graphql/batch.ts';
import { createMutationBatch } from './graphql/mutation.ts';
import { createIssueWriter } from './issue-writer.ts';
import { createKnownChecks } from './known-check.ts';
import { createKnownIds } from './known-id.ts';
import { createLabelKeeper } from './label.ts';
import { createLedger, type GitHubLedger } from './ledger/ledger.ts';
import { createMembers } from './member.ts';
import { createObserver } from './observer.ts';
import { createPreparation } from './prepare.ts';
import { createProtectionRules } from './protection-rule.ts';
import { PATIENT } from './retry.ts';
import { createRepositorySetup } from './setup/repository-setup.ts';
import { createWorkflows } from './workflow.ts';

/** One repository on GitHub, through every port that reaches it. */
export interface GitHub {
  readonly ledger: GitHubLedger;
  readonly observer: Observer;
  readonly members: Members;
  readonly issues: Issues;
  readonly alerts: Alerts;
  readonly deployments: Deployments;
  readonly conflictPulls: ConflictPulls;
  readonly workflows: Workflows;
  readonly checks: Checks;
  readonly protectionRules: ProtectionRules;
  readonly setup: RepositorySetup;
  readonly freezeVariables: FreezeVariables;
}

export interface GitHubOptions {
  /** From {@link createOctokit}, or Probot's under {@link withOwnRules}. */
  readonly octokit: GitHubClient;
  readonly owner: string;
  readonly repo: string;
  /**
   * Logins that this system acts under here, with their `[bot]`: `tonic-deploy[bot]`, in Actions-only mode
   * `github-actions[bot]`. Commits of the ledger by anybody else are refused.
   */
  readonly botLogins: readonly string[];
  readonly ledgerBranch: string;
  /** Where workflows are dispatched; read when it is needed and not given. */
  readonly defaultBranch?: string | null;
  /** Where the record lies when it must not lie in the repository itself. */
  readonly ledgerRepository?: { readonly owner: string; readonly repo: string };
  /** Why GitHub cannot sign commits here; without a reason its signature is demanded. */
  readonly ledgerUnsignedBecause?: string | null;
  /** Calls as the App itself, where its credentials are given. */
  readonly asApp?: GitHubClient | null;
  /** Slug of the App, where it is not that of the first login. */
  readonly appSlug?: string | null;
  readonly log: Log;
  readonly clock: Clock;
  /** Takes secrets out of the ledger's files; without it, what looks like one. */
  readonly redact?: Redact;
  /** Waits between tries, milliseconds. */
  readonly wait?: (ms: number) => Promise<void>;
}

/** Connects the ports to one repository. Keep it: what it has read once it need not read again. */
export function createGitHub(options: GitHubOptions): GitHub {
  const { octokit, owner, repo, botLogins, log, clock, redact = withoutSecrets } = options;
  const context: GitHubContext = { client: octokit, owner, repo, botLogins, log, clock, redact };
  const batch = createGraphqlBatch(octokit, owner, repo);
  const mutations = createMutationBatch(octokit);
  const known = createKnownIds(context);
  const checks = createKnownChecks(context);
  const observer = createObserver(context, batch, { issues: known, checks });
  const labels = createLabelKeeper(context, batch, known);
  return {
    ledger: createLedgerOf(options, { context, batch }),
    observer,
    members: createMembers(context),
    issues: {
      ...createIssueWriter(context, { batch, mutations, known }),
      ...labels,
      ...createCommentMarks(context),
      ...createPreparation(batch, known),
    },
    alerts: createAlerts(context),
    deployments: createDeployments(context, batch),
    conflictPulls: createConflictPulls(context),
    checks: createChecks({ batch, mutations, known: checks }),
    protectionRules: createProtectionRules(context),
    freezeVariables: createFreezeVariables(context, log),
    workflows: createWorkflows(context, batch, options.defaultBranch ?? null),
    setup: createRepositorySetup({
      context,
      batch,
      known,
      observer,
      issues: labels,
      checks,
      asApp: options.asApp ?? null,
      appSlug: options.appSlug ?? slugOf(botLogins),
    }),
  };
}

/** Source: an App acts as `<slug>[bot]`. */
function slugOf([login]: readonly string[]): string | null {
  return login?.replace(/\[bot\]$/u, '') ?? null;
}

function createLedgerOf(
  options: GitHubOptions,
  here: Pick<Parameters<typeof createLedger>[0], 'context' | 'batch'>,
): GitHubLedger {
  const place = options.ledgerRepository;
  const there =
    place === undefined
      ? here
      : {
          context: { ...here.context, ...place },
          batch: createGraphqlBatch(options.octokit, place.owner, place.repo),
        };
  return createLedger({
    ...there,
    branch: options.ledgerBranch,
    unsignedBecause: options.ledgerUnsignedBecause ?? null,
    wait: options.wait ?? PATIENT.wait,
  });
}
