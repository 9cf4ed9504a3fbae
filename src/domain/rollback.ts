import type { SlotCalendar } from './calendar.ts';
import type { TakenBackCommits } from './flow.ts';
import { leftBy } from './left-branch.ts';
import { nothingDeployed, toLive, type EnvironmentRecord, type LiveRelease } from './ledger.ts';
import type { RollbackClass } from './migration-statement.ts';
import type { Person } from './person.ts';
import type { EnvironmentName } from './policy.ts';
import { refuse, type Refusal } from './reason.ts';
import { ORDER_LEASE_MS, orderedEnvelope, type Release, type RevertedBranch } from './release.ts';
import type { ReleaseId } from './release-id.ts';
import { code } from './text/markdown.ts';
import { chooseWay, liveBefore, type Known, type WayBack } from './way-back.ts';

/** What it takes to go back although data is lost, word for word, before the reason. */
export const ACCEPTS_LOSS = 'I understand that data is lost:';

/** Refuses `restore_required` where a migration has lost data that the code to go back to needs, unless that is accepted. */
export function refuseRestore(
  way: Pick<WayBack, 'commit' | 'undoes'>,
  {
    environment,
    classes,
    acceptsDataLoss,
  }: {
    readonly environment: EnvironmentName;
    readonly classes: readonly RollbackClass[];
    readonly acceptsDataLoss: boolean;
  },
): Refusal | null {
  if (acceptsDataLoss || !classes.includes('restore_required')) return null;
  const named = way.undoes
    .filter(({ rollback }) => rollback === 'restore_required')
    .map(({ release }) => code(release));
  const by = named.length === 0 ? '' : ` (${named.join(', ')})`;
  return refuse(
    'restore_required',
    `A migration in between${by} has thrown data away: only a backup has it, so the older code alone is no way back. Restore first. To go back all the same, say \`/rollback ${environment} to ${way.commit.slice(0, 12)} ${ACCEPTS_LOSS} <reason>\`.`,
  );
}

/** What somebody asks for. */
export interface AskedRollback {
  readonly environment: EnvironmentName;
  /** `null`: the last good release. */
  readonly to: string | null;
  readonly acceptsDataLoss: boolean;
  /** Untrusted text. */
  readonly reason: string;
  readonly issue: number;
  readonly by: Person | null;
  readonly saidAtMs: number;
}

/**
 * The order for a rollback, as a release that is still to be planned.
 *
 * Refuses: `rollback_running`, `no_way_back`, `overtaken`, `restore_required`.
 */
export function orderRollback(
  asked: AskedRollback,
  facts: Known & { readonly nowMs: number; readonly calendar: SlotCalendar },
): { readonly kind: 'ordered'; readonly release: Release } | Refusal {
  const { environment, acceptsDataLoss, reason, issue, by } = asked;
  const { nowMs } = facts;
  const { date, time } = facts.calendar.zone.toLocal(nowMs);
  const id = `${date}-rollback-${environment}-${time.replace(':', '')}`;
  const running = runningRollback(facts.releases, environment, nowMs) ?? (facts.releases.has(id) ? id : null);
  if (running !== null) {
    return refuse('rollback_running', `${code(running)} is under way already; wait for it to end.`);
  }
  const way = chooseWay(facts, environment, asked.to);
  if (way.kind === 'refused') return way;
  const unforeseen = refuseUnforeseen(way, asked);
  if (unforeseen !== null) return unforeseen;
  const classes = way.undoes.map(({ rollback }) => rollback);
  const refusal = refuseRestore(way, { environment, classes, acceptsDataLoss });
  if (refusal !== null) return refusal;
  const release: Release = {
    id,
    kind: 'rollback',
    environment,
    slot: null,
    state: 'planned',
    envelope: orderedEnvelope(way.commit, liveBefore(way)),
    steps: [],
    deployer: null,
    order: {
      issue,
      by,
      reason,
      to: way.release,
      undoes: way.undoes.map((each) => each.release),
      acceptsDataLoss,
      branch: null,
    },
    plannedAtMs: nowMs,
    endedAtMs: null,
    reason: null,
  };
  return { kind: 'ordered', release };
}

/**
 * Words that come in late are about what was live when they were written. GitHub's times are whole seconds, so what came
 * in the same second was there.
 */
function refuseUnforeseen(
  { undoes }: WayBack,
  { environment, saidAtMs }: Pick<AskedRollback, 'environment' | 'saidAtMs'>,
): Refusal | null {
  const [newest] = undoes;
  if (newest === undefined || newest.atMs < saidAtMs + 1_000) return null;
  return refuse(
    'overtaken',
    `${code(newest.release)} came to ${environment.toUpperCase()} after you wrote that. Look at it, and say \`/rollback\` again if it is to go, too.`,
  );
}

function runningRollback(
  releases: Known['releases'],
  environment: EnvironmentName,
  nowMs: number,
): ReleaseId | null {
  const running = [...releases.values()].find(
    (each) =>
      each.kind === 'rollback' &&
      each.environment === environment &&
      each.state === 'planned' &&
      nowMs - each.plannedAtMs < ORDER_LEASE_MS,
  );
  return running?.id ?? null;
}

/** What was live before this system deployed may build on anything. */
const NOTHING_KNOWN: Pick<LiveRelease, 'previous' | 'rollback'> = {
  previous: null,
  rollback: 'restore_required',
};

/**
 * The environment as a rollback leaves it: what was undone is nothing to go back to any more. One whose branch was not
 * brought back is still to be finished.
 */
export function withRolledBack(
  record: EnvironmentRecord,
  release: Release,
  done: { readonly atMs: number; readonly deploymentId: number | null; readonly isBranchBack: boolean },
): EnvironmentRecord {
  const { id, envelope, order } = release;
  const line = lineWithout(record, order?.undoes ?? []);
  const isKnown = line[0]?.commit === envelope.commit;
  const { previous, rollback } = (isKnown ? line[0] : undefined) ?? NOTHING_KNOWN;
  return {
    ...record,
    deployed: {
      release: id,
      commit: envelope.commit,
      atMs: done.atMs,
      slot: null,
      deploymentId: done.deploymentId,
      previous,
      rollback,
      ...(done.isBranchBack ? {} : { left: leftBy(release) }),
    },
    history: isKnown ? line.slice(1) : line,
    takenBack: [...record.takenBack, ...takenBackBy(order?.branch ?? null)],
  };
}

/** The environment whose branch was brought back, whatever it runs. */
export function withTakenBack(
  before: EnvironmentRecord | undefined,
  environment: EnvironmentName,
  branch: RevertedBranch,
): EnvironmentRecord {
  const record = before ?? nothingDeployed(environment);
  return { ...record, takenBack: [...record.takenBack, ...takenBackBy(branch)] };
}

function lineWithout({ deployed, history }: EnvironmentRecord, undone: readonly ReleaseId[]): LiveRelease[] {
  const line = deployed === null ? history : [toLive(deployed), ...history];
  return line.filter(({ release }) => !undone.includes(release));
}

function takenBackBy(branch: RevertedBranch | null): TakenBackCommits[] {
  if (branch === null || branch.takesBack.length === 0) return [];
  return [{ by: branch.commit, commits: branch.takesBack }];
}
