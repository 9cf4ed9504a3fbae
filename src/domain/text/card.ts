import { landingsOn, type Bug, type Move } from '../bug.ts';
import { dueSlot, nextSlot, type Slot, type SlotKind } from '../calendar.ts';
import type { BugFacts } from '../decision.ts';
import { describeFreeze, freezeOn } from '../freeze.ts';
import { describeLease, lastingLocks } from '../lock.ts';
import { describeStatus, isFinal, waitsForProd } from '../status.ts';
import { isHotfixSeverity } from '../severity.ts';
import { approversOf, pendingAction, requiredFor } from '../sign-off.ts';
import { renderEvidence, renderVerdictLine } from './evidence.ts';
import { nameOf, shortOid, tableCell } from './markdown.ts';
import { commandFor, describeNext, renderProgress } from './sign-off.ts';
import { renderLocal, renderSlot } from './time.ts';
import { CARD_KEY, commentMark } from './comment-mark.ts';

/** Finds the card again when its comment id was lost. */
export const CARD_MARKER = commentMark(CARD_KEY);

const SHOWN_MOVES = 20;

/** What the card needs to know: the bug, the policy, the calendar, the time, and what stands in everybody's way. */
export type CardFacts = Pick<BugFacts, 'bug' | 'policy' | 'calendar' | 'nowMs' | 'freezes' | 'locks'>;

/**
 * The status card: a view of the ledger, rebuilt whenever it differs. `happening`: lines of what goes on with the bug at
 * this moment, which stand before what has been.
 */
export function renderCard(facts: CardFacts, happening: readonly string[] = []): string {
  const foot =
    '<sub>This card shows the ledger and is rebuilt when it is changed. `/help` lists the commands.</sub>';
  return [CARD_MARKER, renderStatus(facts, happening), '', foot].join('\n');
}

/** Where the bug stands, what comes next and who can do it. */
export function renderStatus(facts: CardFacts, happening: readonly string[] = []): string {
  const { bug } = facts;
  const row = describeStatus(bug.status);
  return [
    `### ${renderBadge(bug)} ${row.meaning}`,
    '',
    '| | |',
    '| --- | --- |',
    `| **Flow** | ${bug.flow === null ? 'open' : `${bug.flow}: ${bug.flowReason ?? ''}`} |`,
    `| **Severity** | ${bug.severity ?? 'open: set a `severity:` label'} |`,
    `| **Found in** | ${bug.foundIn === null ? 'not said' : bug.foundIn.toUpperCase()} |`,
    `| **Fix** | ${renderFixes(bug)} |`,
    ...(bug.parity === null
      ? []
      : [`| **Versions** | ${renderVerdictLine(bug.parity)}, when it was confirmed |`]),
    `| **Next** | ${renderNext(facts)} |`,
    ...renderStops(facts),
    ...(bug.hold === null ? [] : ['', `> **Held back:** ${bug.hold.message.replaceAll('\n', '\n> ')}`]),
    ...happening,
    '',
    renderTimeline(facts),
    ...(bug.parity === null ? [] : ['', renderEvidence(bug.parity)]),
  ].join('\n');
}

/** Freezes that cover the bug, and locks that nobody lifts by themselves. */
function renderStops({ bug, freezes, locks, calendar, nowMs }: CardFacts): string[] {
  if (isFinal(bug.status, bug.flow)) return [];
  const freeze = freezeOn(freezes, bug, nowMs);
  const frozen = freeze === null ? [] : [describeFreeze(freezes, freeze, { subject: bug, atMs: nowMs })];
  const locked = [...locks].flatMap(([environment, each]) =>
    lastingLocks(each)
      .leases.filter(({ service }) => service === null || bug.services.includes(service))
      .map((lease) => describeLease(environment, lease, calendar)),
  );
  return [
    ...frozen.map((text) => `| **Frozen** | ${tableCell(text)} |`),
    ...locked.map((text) => `| **Locked** | ${tableCell(text)} |`),
  ];
}

function renderBadge(bug: Bug): string {
  return `\`${bug.status}\``;
}

function renderFixes(bug: Bug): string {
  if (bug.fixes.length === 0)
    return 'none linked: `Fixes #' + bug.number + '` in a pull request, or `/fix #<pull request>`';
  return bug.fixes
    .map((fix) => {
      const places = (['uat', 'prod'] as const).flatMap((environment) => {
        const landing = landingsOn(bug, environment).find((each) => each.pull === fix.pull);
        return landing === undefined
          ? []
          : [`${environment.toUpperCase()} ${landing.commits.map(shortOid).join(' ')}`];
      });
      return [`#${fix.pull}`, ...places].join(' · ');
    })
    .join('<br>');
}

function renderNext(facts: CardFacts): string {
  const { bug, calendar, nowMs } = facts;
  if (isFinal(bug.status, bug.flow)) return 'nothing: its way is over';
  if (waitsForProd(bug.status) && isHotfixSeverity(bug.severity, facts.policy.severity.hotfix)) {
    return `the hotfix path: no slot takes a bug of severity ${bug.severity}; an admin says \`/hotfix\``;
  }
  if (bug.status === 'deployed_prod') return renderAwaited(facts) ?? 'an admin says `/approve-uat-merge`';
  const isForT2 = ['deployed_uat', 'pending_prod', 'pending_uat_merge'].includes(bug.status);
  const slot = slotAhead(facts, isForT2 ? 'T2' : 'T1');
  const named = renderSlot(calendar, slot, nowMs).replace(/, (?:in .*|it has begun)$/u, '');
  return `${renderPersonsStep(facts)}${slot.kind} ${named}`;
}

/** What somebody has to do before a slot can take the bug on. */
function renderPersonsStep(facts: CardFacts): string {
  const { bug } = facts;
  const unsafe = renderUnsafe(bug);
  if (unsafe !== null) return `${unsafe}; then `;
  const awaited = renderAwaited(facts);
  if (awaited !== null) return `${awaited}; then `;
  if (bug.takenBack?.isHeld === true)
    return 'an admin says `/confirm`, or somebody links a better fix; then ';
  if (bug.status === 'submitted' || bug.status === 'deployed_uat') {
    return `${describeStatus(bug.status).next}; then `;
  }
  return bug.status === 'pending_prod' && bug.approvals.length === 0 ? 'an admin’s sign-off, then ' : '';
}

/** What Flow 1 waits for where the versions differ, as far as the ledger knows: before, `/approve-prod` is refused. */
function renderUnsafe({ status, uatOnly, hold }: Bug): string | null {
  if (hold?.reason === 'flow_unsafe_now')
    return 'an admin says `/confirm flow2` if PROD has the bug, or the versions are brought together';
  if (status !== 'deployed_uat' || !uatOnly) return null;
  return 'it travels to PROD with the next release; once the versions are the same, an admin says `/approve-prod`';
}

/** Whose approvals there are and who gives the next, where more than one is needed and they are too few. */
function renderAwaited({ bug, policy }: CardFacts): string | null {
  const action = pendingAction(bug);
  if (action === null) return null;
  const people = approversOf(bug, action);
  const required = requiredFor(action, policy);
  if (required === 1 || people.length >= required) return null;
  const how = action === 'approve_prod' && bug.flow === 2 ? ' or approves the pull request in a review' : '';
  return `${renderProgress({ people, required })}: ${describeNext({ people }, policy)} says \`${commandFor(action)}\`${how}`;
}

/** The slot that is due now, until it is through with the bug, else the next one. */
function slotAhead({ bug, calendar, nowMs }: CardFacts, kind: SlotKind): Slot {
  const due = dueSlot(calendar, kind, nowMs);
  return due === null || isThrough(bug, due) ? nextSlot(calendar, kind, nowMs) : due;
}

/** Tells whether a slot that is due has dealt with the bug already, or came too early for it. */
function isThrough({ status, hold, timeline }: Bug, { id, startsAtMs }: Slot): boolean {
  const last = timeline.at(-1);
  if (hold?.slot === id) return true;
  // What the slot has planned, and neither deployed nor held back, it is bringing just now.
  if (last?.slot === id) return status !== 'planned';
  // An approval that missed the slot waits for the one after it.
  return last !== undefined && last.atMs >= startsAtMs;
}

function renderTimeline({ bug, calendar }: CardFacts): string {
  const shown = bug.timeline.slice(-SHOWN_MOVES);
  const rows = shown.map((move) => `- ${renderLocal(calendar, move.atMs)}: ${renderMove(move)}`);
  const hidden = bug.timeline.length - shown.length;
  return [
    '**Timeline**',
    ...(hidden > 0 ? [`- ${hidden} earlier steps are in the ledger`] : []),
    ...rows,
  ].join('\n');
}

function renderMove(move: Move): string {
  const by = move.by === null ? (move.slot ?? 'Tonic') : nameOf(move.by);
  const note = move.note === null ? '' : ` (${move.note})`;
  return `\`${move.to}\` by ${by}${note}`;
}
