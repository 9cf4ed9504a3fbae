import type { Bug } from '../bug.ts';
import { nextSlot, type SlotCalendar, type SlotKind } from '../calendar.ts';
import { nextOpen } from '../freeze.ts';
import {
  frozenAs,
  isRelease,
  isSignedByItself,
  releaseFacts,
  releaseSignOff,
  type GateFacts,
  type Missing,
} from '../gate.ts';
import type { ReasonCode } from '../reason.ts';
import { countSignOffs, isAboutSignOff, type SignOffs } from '../sign-off.ts';
import { signOffsOf } from '../slot-choice.ts';
import { isFinal } from '../status.ts';
import { renderLocal } from './time.ts';

/** What GitHub shows of a check's title without cutting it. */
const LINE = 100;

/** Why it may be merged, and who does it. */
export function renderOpen(facts: GateFacts): string {
  const { pull, bugs, policy } = facts;
  if (isSignedByItself(facts)) {
    const what = isRelease(pull, policy) ? 'release' : 'PROD';
    return `Signed off for ${what} as ${pull.head.slice(0, 7)}: may be merged`;
  }
  const [only] = bugs;
  if (only === undefined) return 'No bug is linked, and none is needed here: may be merged';
  if (only.bug.conflict?.pull === pull.pull)
    return `Approved: merge it once the conflict is settled; ${renderWhen(facts, 'T2')} goes on from there`;
  return `May be merged; ${renderWhen(facts, slotFor(facts))} does it by itself`;
}

/** The slot that takes such a pull request. */
export function slotFor({ environment, bugs }: Pick<GateFacts, 'environment' | 'bugs'>): SlotKind {
  const isMergeBack = bugs.some(({ bug }) => bug.flow === 2);
  return environment === 'uat' && !isMergeBack ? 'T1' : 'T2';
}

/** `T1 Fri 11-20 20:00` */
export function renderWhen(
  { calendar, nowMs }: Pick<GateFacts, 'calendar' | 'nowMs'>,
  kind: SlotKind,
): string {
  return `${kind} ${shortTime(calendar, nextSlot(calendar, kind, nowMs).startsAtMs)}`;
}

/** `Fri 11-20 20:00` */
function shortTime(calendar: SlotCalendar, atMs: number): string {
  return renderLocal(calendar, atMs)
    .replace(/ \d{4}-/u, ' ')
    .replace(/ \(.*$/u, '');
}

/** What is missing, who can give it, and when it can merge. */
export function renderClosed(facts: GateFacts, missing: Missing): string {
  const what = describeShort(facts, missing);
  const line = hasSlot(facts, missing) ? `${what}; then ${renderWhen(facts, slotFor(facts))}` : what;
  return cutLine(`${line.charAt(0).toUpperCase()}${line.slice(1)}`);
}

/** Cuts a line to {@link LINE} characters. */
export function cutLine(line: string): string {
  return line.length <= LINE ? line : `${line.slice(0, LINE - 1)}…`;
}

/** For these the next slot does not take it either. */
const NEVER: readonly ReasonCode[] = [
  'wrong_flow',
  'severity_needs_hotfix',
  'fix_closed',
  'no_bug',
  'frozen',
];

function hasSlot(facts: GateFacts, { refusal, bug }: Missing): boolean {
  if (bug === null) return false;
  const isOver = refusal.reason === 'wrong_status' && !isAhead(bug);
  return !NEVER.includes(refusal.reason) && !isOver && !isSignedByItself(facts);
}

function isAhead({ status }: Bug): boolean {
  return status === 'submitted' || status === 'confirmed' || status === 'analyzing';
}

/** What is missing and who can give it, in a few words. */
function describeShort(facts: GateFacts, missing: Missing): string {
  const { reason, message } = missing.refusal;
  // Of the pull request itself, or of another one of the bug, which the words name.
  if (reason.startsWith('fix_') && reason !== 'fix_changed') return message.replace(/\.$/u, '');
  if (isAboutSignOff(missing.refusal)) return describeUnsigned(facts, missing);
  return describeReason(facts, missing);
}

function describeReason(facts: GateFacts, { refusal: { reason }, bug }: Missing): string {
  const short = bug === null ? undefined : OF_A_BUG[reason]?.(bug, facts);
  const other = OF_A_PULL[reason]?.(facts, bug);
  return short ?? other ?? `#${bug?.number ?? facts.pull.pull}: ${reason.replaceAll('_', ' ')}`;
}

const OF_A_PULL: Readonly<Partial<Record<ReasonCode, (facts: GateFacts, bug: Bug | null) => string>>> = {
  frozen: describeShortFreeze,
  no_bug: () => 'no bug is linked: write “Fixes #…” into the text',
  version_unknown: () => 'what UAT and PROD run cannot be found out now',
  migration_unsafe: describeShortMigration,
  own_fix: () => 'whoever wrote it cannot approve it: another admin has to',
};

const OF_A_BUG: Readonly<Partial<Record<ReasonCode, (bug: Bug, facts: GateFacts) => string>>> = {
  wrong_status: (bug) => describeShortStatus(bug),
  wrong_flow: ({ number, flow }, { policy }) =>
    `#${number} goes Flow ${flow}: open it against ${policy.environments[flow === 1 ? 'uat' : 'prod'].branch.slice(0, 40)}`,
  no_fix: ({ number }, { pull }) => `#${number} is not linked: write access says /fix #${pull.pull} there`,
  severity_missing: ({ number }) => `#${number} has no severity: triage puts a label on`,
  severity_needs_hotfix: ({ number, severity }) =>
    `#${number} is ${severity}: no slot, an admin says /hotfix`,
  flow_unsafe_now: ({ number }) =>
    `UAT and PROD differ, so Flow 1 of #${number} is not safe: an admin decides`,
};

function describeShortFreeze({ freezes, pull, policy, calendar, nowMs }: GateFacts, bug: Bug | null): string {
  const opensMs = nextOpen(freezes, bug ?? frozenAs(pull, policy), nowMs);
  if (opensMs === null) return 'a freeze holds it until an admin says /unfreeze';
  return `a freeze holds it until ${shortTime(calendar, opensMs)}`;
}

function describeShortMigration({ migrations }: GateFacts): string {
  const { path = '', line = 0 } = migrations.findings.find(({ blocks }) => blocks) ?? {};
  return `a migration may not go like this: ${path.split('/').at(-1)?.slice(0, 50)}, line ${line}`;
}

function describeShortStatus(bug: Bug): string {
  const name = `#${bug.number}`;
  if (bug.status === 'submitted') return `${name} is not confirmed: an admin says /confirm`;
  if (isAhead(bug)) return `${name} has no plan yet: T1 makes one`;
  return isFinal(bug.status, bug.flow)
    ? `${name} is ${bug.status.replaceAll('_', ' ')}: another fix is another bug`
    : `${name} has its fix already: another fix is another bug`;
}

function describeUnsigned(facts: GateFacts, { refusal, bug }: Missing): string {
  const what = bug === null ? `#${facts.pull.pull}` : `#${bug.number}`;
  if (refusal.reason !== 'not_approved')
    return `the approval of ${what} does not count any more: an admin gives it again`;
  const bySelf = bug === null ? ' with /approve-release' : '';
  const count = countFor(facts, bug);
  const have = count === null ? '' : ` (${count.people.length} of ${count.required})`;
  const command = facts.environment === 'uat' ? ' with /approve-uat-merge' : bySelf;
  return `${what} waits for the word of an admin${command}${have}`;
}

function countFor(facts: GateFacts, bug: Bug | null): SignOffs | null {
  if (isSignedByItself(facts)) {
    const words = { approvals: facts.release.approvals, flow: null };
    return countSignOffs(words, releaseSignOff(facts.pull), releaseFacts(facts));
  }
  const found = facts.bugs.find((each) => each.bug === bug);
  return found === undefined ? null : signOffsOf(found.bug, found.slot);
}
