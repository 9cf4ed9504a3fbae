import type { Analysis } from './analysis.ts';
import type { Approval } from './approval.ts';
import type { SlotId } from './calendar.ts';
import type { Flow, ParityVerdict } from './flow.ts';
import type { Hotfix } from './hotfix-record.ts';
import type { Person } from './person.ts';
import type { EnvironmentName } from './policy.ts';
import type { ReasonCode } from './reason.ts';
import type { ReleaseId } from './release-id.ts';
import type { Severity } from './severity.ts';
import type { BugEvent, Status } from './status.ts';

/** A pull request that repairs the bug. */
export interface FixLink {
  readonly pull: number;
  readonly source: 'pull_text' | 'command';
  /** When it was said, or, in a text, the last moment at which it can have been written. */
  readonly linkedAtMs: number;
}

/** A fix as it lies on an environment's branch. */
export interface Landing {
  readonly environment: EnvironmentName;
  readonly pull: number;
  /** The pull request's head as it was merged, which bears its check; `null` for what was picked. */
  readonly head: string | null;
  /** On the branch's first-parent line, oldest first. */
  readonly commits: readonly string[];
  /** Patch id of the whole fix, the same on both environments. */
  readonly patchId: string | null;
  /** `null`: a person merged it outside a slot. */
  readonly slot: SlotId | null;
  readonly atMs: number;
}

/** Why a bug did not move in the last slot. */
export interface Hold {
  readonly reason: ReasonCode;
  readonly message: string;
  readonly slot: SlotId | null;
  readonly atMs: number;
}

/** The pull request that waits for a person to settle a cherry-pick that conflicts. */
interface ConflictPull {
  readonly pull: number;
  readonly environment: EnvironmentName;
  readonly files: readonly string[];
  /** The fix's commits that it stands for. */
  readonly commits: readonly string[];
}

/** A command that was carried out or refused; each counts once. */
export interface HandledCommand {
  /** From `keyOf`: where the words stand. */
  readonly key: string;
  readonly command: string;
  readonly by: Person;
  readonly writtenAtMs: number;
  readonly outcome: 'done' | 'refused';
  readonly reason: ReasonCode | null;
  /** What it was about, where that is no bug: `prod billing`. */
  readonly about?: string;
}

/** That its fix was taken off an environment again. */
export interface TakenBack {
  /** The rollback that did it. */
  readonly release: ReleaseId;
  readonly environment: EnvironmentName;
  /** Words for a sign-off from before this count no more. */
  readonly atMs: number;
  readonly pulls: readonly number[];
  /** No slot takes it on before an admin has confirmed the bug again, or another fix is linked. */
  readonly isHeld: boolean;
}

/** One step of the timeline. */
export interface Move {
  readonly atMs: number;
  readonly event: BugEvent | 'report';
  readonly from: Status | null;
  readonly to: Status;
  /** `null`: the system, in a slot or while reconciling. */
  readonly by: Person | null;
  readonly slot: SlotId | null;
  readonly note: string | null;
}

/** All that is known of a bug: one file of the ledger. */
export interface Bug {
  readonly number: number;
  readonly status: Status;
  readonly severity: Severity | null;
  readonly foundIn: EnvironmentName | null;
  readonly flow: Flow | null;
  /** One sentence: why this flow. */
  readonly flowReason: string | null;
  /**
   * Found on UAT while the versions differed, and nobody said that PROD has it too: it is fixed on UAT and
   * travels with the next release.
   */
  readonly uatOnly: boolean;
  /** GitHub's time of the last word on severity and found-in, by label or command: an older one says nothing more. */
  readonly saidAtMs: { readonly severity: number | null; readonly foundIn: number | null };
  readonly services: readonly string[];
  readonly modules: readonly string[];
  readonly reportedBy: Person;
  readonly reportedAtMs: number;
  /** The verdict at confirmation. */
  readonly parity: ParityVerdict | null;
  readonly fixes: readonly FixLink[];
  readonly landings: readonly Landing[];
  readonly approvals: readonly Approval[];
  readonly analysis: Analysis | null;
  readonly hold: Hold | null;
  readonly conflict: ConflictPull | null;
  /** `null`: never, or it has been brought there again since. */
  readonly takenBack: TakenBack | null;
  /** Pull requests whose change a rollback has taken off, until it lies on an environment again; absent: none. */
  readonly takenOff?: readonly number[];
  /** `null`: it waits for slots, as far as anybody said. */
  readonly hotfix: Hotfix | null;
  readonly commands: readonly HandledCommand[];
  readonly timeline: readonly Move[];
  /** The status card's comment, `null` before it was posted. */
  readonly cardCommentId: number | null;
}

/** The pull requests that a rollback has taken off and that nobody has brought again: what somebody else links instead of them is a better fix. */
export function takenOff({
  takenOff: pulls,
  takenBack,
}: Pick<Bug, 'takenOff' | 'takenBack'>): readonly number[] {
  return pulls ?? takenBack?.pulls ?? [];
}

/** An admin has confirmed the bug again, or another fix takes the place of the one that was taken back. */
export function letGo(takenBack: TakenBack | null): TakenBack | null {
  return takenBack === null ? null : { ...takenBack, isHeld: false };
}

/** The very fix that was taken back is to go there again. */
export function holdAgain(takenBack: TakenBack | null): TakenBack | null {
  return takenBack === null ? null : { ...takenBack, isHeld: true };
}

/** The fixes that lie on an environment, oldest first. */
export function landingsOn(bug: Bug, environment: EnvironmentName): readonly Landing[] {
  return bug.landings.filter((landing) => landing.environment === environment);
}

/** The other bugs that one of its pull requests is for, too. */
export function sharersOf(bug: Bug, bugs: Iterable<Bug>): Bug[] {
  const pulls = new Set(bug.fixes.map(({ pull }) => pull));
  return [...bugs].filter(
    (other) => other.number !== bug.number && other.fixes.some(({ pull }) => pulls.has(pull)),
  );
}

/** The other bugs for which one of its pull requests was taken off again, whatever they have in its place by now. */
export function tookOff(bug: Bug, bugs: Iterable<Bug>): Bug[] {
  const pulls = bug.fixes.map(({ pull }) => pull);
  return [...bugs].filter(
    (other) => other.number !== bug.number && takenOff(other).some((pull) => pulls.includes(pull)),
  );
}

/** A bug as it is at its report. */
export function newBug(report: {
  readonly number: number;
  readonly reportedBy: Person;
  readonly reportedAtMs: number;
}): Bug {
  return {
    ...report,
    status: 'submitted',
    severity: null,
    foundIn: null,
    flow: null,
    flowReason: null,
    uatOnly: false,
    saidAtMs: { severity: null, foundIn: null },
    services: [],
    modules: [],
    parity: null,
    fixes: [],
    landings: [],
    approvals: [],
    analysis: null,
    hold: null,
    conflict: null,
    takenBack: null,
    hotfix: null,
    commands: [],
    timeline: [
      {
        atMs: report.reportedAtMs,
        event: 'report',
        from: null,
        to: 'submitted',
        by: report.reportedBy,
        slot: null,
        note: null,
      },
    ],
    cardCommentId: null,
  };
}
