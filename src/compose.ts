import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createEvidenceAnalyzer } from './adapters/analysis/evidence-analyzer.ts';
import { createZone } from './adapters/clock/zone.ts';
import { holidayFreezes } from './adapters/holiday/public-holidays.ts';
import { createCommandDeployer } from './adapters/deploy/command-deployer.ts';
import { createGitRepository } from './adapters/git/repository.ts';
import { createHttp } from './adapters/http/http-client.ts';
import { createMetrics } from './adapters/metrics/metrics.ts';
import { createNotifier } from './adapters/notify/notifier.ts';
import { createMigrationReader } from './adapters/sql/migration-reader.ts';
import type { GitHubClient } from './adapters/github/client.ts';
import { createGitHub } from './adapters/github/github.ts';
import { processVariables, type Variables } from './config/env.ts';
import { parsePolicy } from './config/parse-policy.ts';
import { renderProblems } from './config/problem.ts';
import type { FreezeSwitches } from './domain/freeze.ts';
import { LEDGER_BRANCH } from './domain/ledger.ts';
import { CONFIG_PATH } from './domain/policy.ts';
import type { Redaction } from './domain/redact.ts';
import type { Clock } from './ports/clock.ts';
import { ConfigurationBroken, type Configuration, type Setting } from './ports/configuration.ts';
import type { FreezeVariables } from './ports/freeze-variables.ts';
import { GitHubFailure, type Observer } from './ports/github.ts';
import type { Log } from './ports/log.ts';
import { createBookkeeping } from './usecases/bookkeeping.ts';
import type { Context } from './usecases/context.ts';

/** One repository on GitHub, and how to reach it. */
export interface RepositoryAccess {
  readonly client: GitHubClient;
  /** A token for git, asked for before each remote command. */
  readonly token: () => Promise<string>;
  readonly owner: string;
  readonly name: string;
  /** Base of web pages and of git: `https://github.com`. */
  readonly serverUrl: string;
  /** Logins that write the ledger; the first is this process's own. */
  readonly botLogins: readonly string[];
  /** Why the ledger's commits carry no signature of GitHub here; `null` demands one. */
  readonly unsignedBecause: string | null;
  /** The variables of this process; absent: as they are. */
  readonly variables?: Variables;
  /** Names of variables of this process that deploy commands get. */
  readonly passOn: readonly string[];
  /** Keeps secrets out of everything that is written. */
  readonly redaction: Redaction;
  /** `null`: read when it is needed. */
  readonly defaultBranch: string | null;
  /** Folder for caches; nothing in it has to be kept. */
  readonly dataFolder: string;
  /** The variables `DEPLOY_FREEZE…` as the workflow hands them over; `null`: they are read from GitHub. */
  readonly freezeSwitches: FreezeSwitches | null;
  readonly clock: Clock;
  readonly log: Log;
}

/** A repository that is ready for the use cases. */
export interface OpenRepository {
  readonly context: Context;
  noteLedgerHead(oid: string, changed: readonly string[]): void;
  forgetConfiguration(): void;
}

/** A channel that takes longer is down, for now. */
const CHANNEL_TIMEOUT_MS = 5_000;

/** Connects the use cases with one repository on GitHub. */
export function openRepository(access: RepositoryAccess): OpenRepository {
  const { clock, log, owner, name } = access;
  const variables = access.variables ?? processVariables();
  const directory = join(access.dataFolder, `${owner}-${name}.git`.toLowerCase());
  const github = createGitHub({
    octokit: access.client,
    owner,
    repo: name,
    botLogins: access.botLogins,
    ledgerBranch: LEDGER_BRANCH,
    defaultBranch: access.defaultBranch,
    ledgerUnsignedBecause: access.unsignedBecause,
    redact: access.redaction.text,
    clock,
    log,
  });
  const repository = createGitRepository({
    directory,
    url: `${access.serverUrl}/${owner}/${name}.git`,
    authorization: async () =>
      `Basic ${Buffer.from(`x-access-token:${await access.token()}`).toString('base64')}`,
    identity: identityOf(access.botLogins),
  });
  const configuration = createConfiguration({ observer: github.observer, log, clock });
  const deployer = createCommandDeployer({
    repository,
    log,
    variables,
    passOn: access.passOn,
    redaction: access.redaction,
  });
  const http = createHttp({ variables });
  const context: Context = {
    ...github,
    repository,
    deployer,
    http,
    metrics: createMetrics({ http, deployer, clock }),
    analyzer: createEvidenceAnalyzer({ repository }),
    migrations: createMigrationReader(),
    freezeVariables: freezeVariables(access.freezeSwitches) ?? github.freezeVariables,
    notifier: createNotifier({ http, variables, clock, timeoutMs: CHANNEL_TIMEOUT_MS }),
    home: { name: `${owner}/${name}`, url: `${access.serverUrl}/${owner}/${name}` },
    configuration,
    clock,
    pause: (ms) => setTimeout(ms),
    log,
    hash: sha256,
    bookkeeping: createBookkeeping(),
  };
  return {
    context,
    noteLedgerHead: (oid, changed) => github.ledger.noteHead(oid, changed),
    forgetConfiguration: () => configuration.forget(),
  };
}

/** What a workflow has handed over is as fresh as its job. */
function freezeVariables(switches: FreezeSwitches | null): FreezeVariables | null {
  if (switches === null) return null;
  return { known: () => switches, refresh: () => Promise.resolve() };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function identityOf([login = 'tonic-deploy[bot]']: readonly string[]): { name: string; email: string } {
  return { name: login, email: `${login}@users.noreply.github.com` };
}

/** Where the configuration comes from, and the time from which on holidays are looked up. */
interface ConfigurationSource {
  readonly observer: Observer;
  readonly log: Log;
  readonly clock: Clock;
}

/** Reads the file once and keeps what it says until it is told that the file may have changed. */
export function createConfiguration(source: ConfigurationSource): Configuration & { forget(): void } {
  let kept: Promise<Setting> | null = null;
  return {
    load() {
      kept ??= readSetting(source).catch((error: unknown) => {
        kept = null;
        throw error;
      });
      return kept;
    },
    forget() {
      kept = null;
    },
  };
}

async function readSetting({ observer, log, clock }: ConfigurationSource): Promise<Setting> {
  const text = await readConfiguration(observer);
  const reading = parsePolicy(text, CONFIG_PATH);
  if (reading.kind === 'broken') throw new ConfigurationBroken(renderProblems(reading.problems));
  if (reading.warnings.length > 0) log.warn(renderProblems(reading.warnings));
  const { freeze, ...policy } = reading.policy;
  const zone = createZone(policy.slots.timeZone);
  const holidays = await lookUpHolidays(freeze.publicHolidays, { zone, atMs: clock.nowMs() });
  return {
    policy: { ...policy, freeze: { ...freeze, windows: [...freeze.windows, ...holidays] } },
    calendar: { zone, slots: policy.slots },
    version: text === null ? null : sha256(text),
  };
}

async function lookUpHolidays(
  ...asked: Parameters<typeof holidayFreezes>
): ReturnType<typeof holidayFreezes> {
  try {
    return await holidayFreezes(...asked);
  } catch (error) {
    throw error instanceof RangeError ? new ConfigurationBroken(error.message) : error;
  }
}

/** A file that is there and cannot be read is broken: it must not pass for one that is not there, which means defaults. */
async function readConfiguration(observer: Observer): Promise<string | null> {
  try {
    return await observer.defaultBranchFile(CONFIG_PATH);
  } catch (error) {
    const isUnreadable = error instanceof GitHubFailure && error.status === null && !error.retryable;
    throw isUnreadable ? new ConfigurationBroken(error.message) : error;
  }
}
