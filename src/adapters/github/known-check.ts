import { isGateCheck } from '../../domain/gate.ts';
import type { StrangeReport } from '../../ports/checks.ts';
import { loginOf } from './actor.ts';
import { isOwnLogin, type GitHubContext } from './client.ts';
import type { CheckAnswer } from './graphql/selection.ts';

/** A check run of this system's own. */
export interface OwnRun {
  /** Node id. */
  readonly id: string;
  /** What it says, as {@link KnownChecks} cannot compare the words: GitHub does not give the buttons back. */
  readonly externalId: string | null;
  readonly isAnnotated: boolean;
}

/** What this process has just read or said about commits. */
export interface KnownChecks {
  /** Takes in all that was said about a commit, as read. */
  learn(commit: string, checks: readonly CheckAnswer[]): void;
  /** This system has just said something. */
  note(commit: string, name: string, run: OwnRun): void;
  /** The commit's checks are no longer known. */
  forget(commit: string): void;
  /** The own run of a name, `null` where there is none; `undefined`: it has to be read. */
  own(commit: string, name: string): OwnRun | null | undefined;
  /** What others have reported under this system's names, since this was asked last. */
  takeStrange(): readonly StrangeReport[];
  /** The number of this system's own App, as one of its checks told it; `null` before the first was read. */
  ownAppId(): number | null;
}

/** Another process of this system may say something else in the meantime, so memory is short. */
const FRESH_MS = 10_000;
const REMEMBERED = 2_000;

export function createKnownChecks(context: GitHubContext): KnownChecks {
  const known = new Map<string, { readonly readAtMs: number; readonly runs: Map<string, OwnRun> }>();
  const strange = new Map<string, StrangeReport>();
  let appId: number | null = null;

  return {
    learn: (commit, checks) => {
      known.delete(commit);
      const own = checks.flatMap((check) => ownRun(context, check));
      for (const report of checks.flatMap((check) => strangeReport(context, commit, check)))
        strange.set(`${report.by} ${report.isStatus}`, report);
      appId = own.find((run) => run.appId !== null)?.appId ?? appId;
      known.set(commit, {
        readAtMs: context.clock.nowMs(),
        runs: new Map(own.map(({ name, run }) => [name, run])),
      });
      for (const oldest of known.keys()) {
        if (known.size <= REMEMBERED) break;
        known.delete(oldest);
      }
    },
    note: (commit, name, run) => void known.get(commit)?.runs.set(name, run),
    forget: (commit) => void known.delete(commit),
    own: (commit, name) => {
      const found = known.get(commit);
      if (found === undefined || context.clock.nowMs() - found.readAtMs >= FRESH_MS) return undefined;
      return found.runs.get(name) ?? null;
    },
    takeStrange: () => {
      const found = [...strange.values()];
      strange.clear();
      return found;
    },
    ownAppId: () => appId,
  };
}

/** A commit status is nobody's to set under such a name: this system reports checks only. */
function strangeReport(context: GitHubContext, commit: string, check: CheckAnswer): StrangeReport[] {
  if (check.__typename === 'StatusContext') {
    const by = check.creator === null ? 'ghost' : loginOf(check.creator);
    return isGateCheck(check.context) ? [{ name: check.context, commit, by, isStatus: true }] : [];
  }
  if (!isGateCheck(check.name) || ownRun(context, check).length > 0) return [];
  const by = check.checkSuite.app?.slug ?? 'an unknown App';
  return [{ name: check.name, commit, by, isStatus: false }];
}

/** Everybody can name a check as they like, so only those by this system's own App count. */
function ownRun(
  context: GitHubContext,
  check: CheckAnswer,
): { readonly name: string; readonly appId: number | null; readonly run: OwnRun }[] {
  if (check.__typename !== 'CheckRun') return [];
  const { app } = check.checkSuite;
  if (app === null || !isOwnLogin(context, `${app.slug}[bot]`)) return [];
  const isAnnotated = (check.annotations?.totalCount ?? 0) > 0;
  const run = { id: check.id, externalId: check.externalId, isAnnotated };
  return [{ name: check.name, appId: app.databaseId, run }];
}
