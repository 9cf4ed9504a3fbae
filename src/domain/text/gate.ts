import { landingsOn, type Bug, type Landing } from '../bug.ts';
import { isSignedByItself, type GateFacts, type Missing } from '../gate.ts';
import type { EnvironmentName } from '../policy.ts';
import type { Refusal } from '../reason.ts';
import { isAboutSignOff } from '../sign-off.ts';
import { isFinal, type Status } from '../status.ts';
import { renderBugs, renderDetails } from './gate-details.ts';
import { cutLine, renderClosed, renderOpen, renderWhen } from './gate-line.ts';
import { remarksOnMigrations } from './migration.ts';
import { renderLocal } from './time.ts';

/** The buttons of the check, at most three at once, by what comes back with a press. */
export const GATE_BUTTONS = {
  approve_prod: { label: 'Approve PROD', description: 'Signs exactly this off for PROD' },
  approve_uat_merge: { label: 'Approve UAT merge', description: 'Lets the fix go back to UAT' },
  recheck: { label: 'Re-check', description: 'Looks at everything again' },
} as const;
export type GateButton = keyof typeof GATE_BUTTONS;

/** A remark on a file of the pull request. */
interface Remark {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly level: 'failure' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
}

/** What the check says. */
export interface GateWords {
  readonly isOpen: boolean;
  /** At most 100 characters, no Markdown. */
  readonly line: string;
  /** Markdown; trusted text with escaped data. */
  readonly details: string;
  readonly remarks: readonly Remark[];
  readonly buttons: readonly GateButton[];
}

/** Says whether a pull request may be merged now; else what is missing, who can give it, and when it can merge. */
export function describeGate(facts: GateFacts, missing: readonly Missing[]): GateWords {
  const [first] = missing;
  const remarks = allRemarks(facts);
  return {
    isOpen: first === undefined,
    line: first === undefined ? renderOpen(facts) : renderClosed(facts, first),
    details: [renderDetails(facts, missing), ...renderUnshown(remarks.length)].join('\n\n'),
    remarks: remarks.slice(0, MOST_REMARKS),
    buttons: buttonsFor(facts, missing),
  };
}

/** As many as somebody may read; each fifty of them cost a call. */
const MOST_REMARKS = 200;

/** The worst first, whatever they are about. */
function allRemarks(facts: GateFacts): Remark[] {
  const rank = { failure: 0, warning: 1, notice: 2 };
  const conflicts = facts.bugs.flatMap(({ bug }) => remarksOf(bug, facts));
  return [...conflicts, ...remarksOnMigrations(facts.migrations)].toSorted(
    (left, right) => rank[left.level] - rank[right.level],
  );
}

function renderUnshown(remarks: number): string[] {
  if (remarks <= MOST_REMARKS) return [];
  return [
    `The worst ${MOST_REMARKS} of ${remarks} remarks stand at their lines; ${remarks - MOST_REMARKS} are not shown.`,
  ];
}

function buttonsFor(facts: GateFacts, missing: readonly Missing[]): GateButton[] {
  const unsigned = missing.some(({ refusal }) => isAboutSignOff(refusal));
  // A pull request that is signed off by itself has no bug that a press could count on.
  if (!unsigned || isSignedByItself(facts)) return ['recheck'];
  return [facts.environment === 'prod' ? 'approve_prod' : 'approve_uat_merge', 'recheck'];
}

/** The files in which a pick conflicts, as long as a person has to settle it. */
function remarksOf(bug: Bug, { pull }: GateFacts): Remark[] {
  if (bug.conflict?.pull !== pull.pull) return [];
  return bug.conflict.files.map((path) => ({
    path,
    line: 1,
    level: 'warning',
    title: 'Conflict',
    message: `The pick of #${bug.number}'s fix conflicts here. Settle it so that UAT gets what PROD has.`,
  }));
}

/** Says what became of a pull request that is on its branch, and who has the next word. */
export function describeLanded(
  bug: Bug,
  landing: Pick<Landing, 'environment' | 'atMs' | 'slot'>,
  when: Pick<GateFacts, 'calendar' | 'nowMs'>,
): GateWords {
  const { environment } = landing;
  const name = environment.toUpperCase();
  const other = environment === 'uat' ? 'prod' : 'uat';
  const waiting = WAITING[bug.status];
  const isLive = waiting !== environment;
  const isOnOther = waiting !== other && landingsOn(bug, other).length > 0;
  const where = isLive ? `On ${isOnOther ? 'UAT and PROD' : name}` : `On ${name}’s branch, not live`;
  const next = nextStep(bug, when);
  const slot = landing.slot === null ? '' : ` by ${landing.slot}`;
  return {
    isOpen: true,
    line: cutLine(`${where}${next === null ? '' : `; ${next.words}`}`),
    details: [
      `On ${isLive ? name : `${name}’s branch`} since ${renderLocal(when.calendar, landing.atMs)}${slot}.`,
      renderBugs([bug]),
    ].join('\n\n'),
    remarks: [],
    buttons: next === null || next.button === null ? [] : [next.button],
  };
}

/** In these a fix on the environment's branch is not live there: its deploy failed, or is under way. */
const WAITING: Readonly<Partial<Record<Status, EnvironmentName>>> = {
  pending_prod: 'prod',
  pending_uat_merge: 'uat',
};

/**
 * Says that a rollback took a pull request off its environment again. Closed: what brought it there counts no more.
 * `null` when none took it off.
 */
export function describeTakenOff(
  { number, takenBack }: Bug,
  landing: Pick<Landing, 'environment' | 'pull'>,
  { calendar }: Pick<GateFacts, 'calendar'>,
): GateWords | null {
  if (takenBack?.environment !== landing.environment || !takenBack.pulls.includes(landing.pull)) return null;
  const name = landing.environment.toUpperCase();
  return {
    isOpen: false,
    line: cutLine(`Taken off ${name} again by ${takenBack.release}`),
    details: `\`${takenBack.release}\` took it off ${name} again, ${renderLocal(calendar, takenBack.atMs)}. The card of #${number} says what comes next.`,
    remarks: [],
    buttons: [],
  };
}

function nextStep(
  { status, flow }: Bug,
  when: Pick<GateFacts, 'calendar' | 'nowMs'>,
): { readonly words: string; readonly button: GateButton | null } | null {
  if (isFinal(status, flow)) return null;
  const t2 = renderWhen(when, 'T2');
  if (status === 'deployed_uat')
    return { words: `an admin’s word for PROD counts for ${t2}`, button: 'approve_prod' };
  if (status === 'deployed_prod')
    return { words: `an admin’s word for UAT counts for ${t2}`, button: 'approve_uat_merge' };
  if (status === 'pending_prod') return { words: `${t2} brings it to PROD`, button: null };
  if (status === 'pending_uat_merge') return { words: `${t2} brings it to UAT`, button: null };
  return { words: `its bug is ${status.replaceAll('_', ' ')}`, button: null };
}

/** Says whether a merge group may be merged, all of whose pull requests may. */
export function describeGroup(
  { pulls, environment }: { readonly pulls: readonly number[]; readonly environment: EnvironmentName },
  refusal: Refusal | null,
): GateWords {
  const names = pulls.map((pull) => `#${pull}`).join(' ');
  const line =
    refusal === null ? `${names} may go to ${environment.toUpperCase()}` : 'It holds what nobody can judge';
  return {
    isOpen: refusal === null,
    line: cutLine(line),
    details: refusal?.message ?? `Everything in this group may be merged now: ${names}.`,
    remarks: [],
    buttons: [],
  };
}

/** Says why nothing can be judged: closed, as everything is that cannot be looked at. */
export function describeTrouble(line: string, message: string): GateWords {
  const details = `${message}\n\nNothing may be merged that cannot be judged. It is looked at again as soon as that is mended.`;
  return { isOpen: false, line: cutLine(line), details, remarks: [], buttons: ['recheck'] };
}

/** Says that a commit is not what a pull request brings any more. */
export function describeSuperseded(pull: number, environment: EnvironmentName): GateWords {
  return {
    isOpen: false,
    line: `No longer what #${pull} brings to ${environment.toUpperCase()}`,
    details: `Only the newest head of #${pull} is judged, and only for the branch that it goes to.`,
    remarks: [],
    buttons: [],
  };
}
