import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { GitHubClient } from './adapters/github/client.ts';
import { createGitHub } from './adapters/github/github.ts';
import { createOctokit } from './adapters/github/octokit.ts';
import { createConfiguration } from './compose.ts';
import { renderConfigFile } from './config/config-file.ts';
import { parsePolicy } from './config/parse-policy.ts';
import { renderProblems } from './config/problem.ts';
import { LEDGER_BRANCH } from './domain/ledger.ts';
import { CONFIG_PATH, type Policy } from './domain/policy.ts';
import type { SetupParts, WantedWorkflow } from './domain/setup/wanted-setup.ts';
import { fillWorkflow } from './domain/setup/workflow.ts';
import type { Log } from './ports/log.ts';
import type { SetupContext } from './usecases/setup/inspect-repository.ts';

const ROOT = join(import.meta.dirname, '..');
const ISSUE_FORM = '.github/ISSUE_TEMPLATE/bug.yml';
const WORKFLOWS: readonly Pick<WantedWorkflow, 'path' | 'kind'>[] = [
  { path: '.github/workflows/tonic-t1.yml', kind: 'T1' },
  { path: '.github/workflows/tonic-t2.yml', kind: 'T2' },
  { path: '.github/workflows/tonic-rollback.yml', kind: 'rollback' },
  { path: '.github/workflows/tonic-hotfix.yml', kind: 'hotfix' },
];

/** A repository, and as whom its set-up is looked at. */
export interface SetupAccess {
  readonly owner: string;
  readonly name: string;
  /** Base of the REST API. */
  readonly apiUrl: string;
  /** A person's token; an admin sees and changes all. */
  readonly token: string;
  /** The App's own credentials: with them its installation and webhook are seen. */
  readonly app: { readonly appId: number; readonly privateKey: string } | null;
  /** The App's slug, where somebody named it. */
  readonly appSlug: string | null;
  readonly log: Log;
}

/** Opens the set-up of one repository for a person. */
export function openSetup(access: SetupAccess): SetupContext {
  const { apiUrl: baseUrl, token, app } = access;
  const clock = { nowMs: () => Date.now() };
  const github = createGitHub({
    octokit: createOctokit({ token, baseUrl }),
    owner: access.owner,
    repo: access.name,
    botLogins: [],
    ledgerBranch: LEDGER_BRANCH,
    asApp: app === null ? null : asApp(app, baseUrl),
    appSlug: access.appSlug,
    clock,
    log: access.log,
  });
  return {
    setup: github.setup,
    configuration: createConfiguration({ observer: github.observer, log: access.log, clock }),
    parts: setupParts,
  };
}

function asApp(app: { readonly appId: number; readonly privateKey: string }, baseUrl: string): GitHubClient {
  return createOctokit({ appAuth: app, baseUrl });
}

const Manifest = z.object({
  default_permissions: z.record(z.string(), z.string()),
  default_events: z.array(z.string()),
});

/** What this version brings along, fitted to a policy. */
function setupParts(policy: Policy): SetupParts {
  const manifest = Manifest.parse(parse(readOwn('app.yml')));
  return {
    permissions: manifest.default_permissions,
    events: manifest.default_events,
    issueForm: ISSUE_FORM,
    workflows: WORKFLOWS.map(({ path, kind }) => {
      const content: unknown = parse(fillWorkflow(readOwn(path), kind, policy));
      return { path, kind, content };
    }),
  };
}

/** A file that a repository has to hold. */
export interface SetupFile {
  readonly path: string;
  readonly content: string;
  /** Whether it is the user's own once it is there. */
  readonly isTheirs: boolean;
}

/** The files; `broken` where the configuration that is there is not understood, with its problems, one a line. */
export type SetupFiles =
  | { readonly kind: 'files'; readonly files: readonly SetupFile[] }
  | { readonly kind: 'broken'; readonly problems: string };

/** The files that make a repository ready, fitted to the text of its configuration; `null` without one. */
export function setupFiles(configuration: string | null): SetupFiles {
  const reading = parsePolicy(configuration, CONFIG_PATH);
  if (reading.kind === 'broken') return { kind: 'broken', problems: renderProblems(reading.problems) };
  return {
    kind: 'files',
    files: [
      { path: CONFIG_PATH, content: renderConfigFile(), isTheirs: true },
      ...WORKFLOWS.map(({ path, kind }) => ({
        path,
        content: fillWorkflow(readOwn(path), kind, reading.policy),
        isTheirs: false,
      })),
      { path: ISSUE_FORM, content: readOwn(ISSUE_FORM), isTheirs: false },
    ],
  };
}

function readOwn(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
