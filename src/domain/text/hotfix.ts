import type { AlertWords } from '../alert.ts';
import type { ApprovedFix } from '../approval.ts';
import type { Bug } from '../bug.ts';
import type { SlotCalendar } from '../calendar.ts';
import {
  hotfixChecklist,
  liveHotfix,
  reviewOf,
  type HotfixItem,
  type HotfixLedger,
} from '../hotfix-checklist.ts';
import { hotfixAlertKey, isBreached, isClaimed, orderOf, slaOf, type Sla } from '../hotfix.ts';
import type { Person } from '../person.ts';
import type { Policy } from '../policy.ts';
import type { Refusal } from '../reason.ts';
import type { Release } from '../release.ts';
import { code, listOf, nameOf, plain, shortOid } from './markdown.ts';
import { describeRole } from './role.ts';
import { renderDuration, renderLocal } from './time.ts';

/** The only place where somebody is called by a mention: that of a hotfix has to wake people up. */
function mention(login: string): string {
  return /^[A-Za-z0-9-]{1,39}$/u.test(login) ? `@${login}` : code(login);
}

/** Says how urgent a hotfix is, and calls whoever has to know of it. */
export function renderOrdered(sla: Sla, told: readonly string[], calendar: SlotCalendar): string {
  const time = `**Hotfix, ${sla.priority}**: PROD is to have the fix ${renderDeadline(sla, calendar)}.`;
  return told.length === 0 ? time : `${time} ${listOf(told.map(mention))}: please know of it.`;
}

function renderDeadline({ deadlineMs, minutes }: Sla, calendar: SlotCalendar): string {
  return `by ${renderLocal(calendar, deadlineMs)}, within ${renderDuration(minutes * 60_000)}`;
}

/** Says what was signed off, by whom. */
export function renderSigned(fixes: readonly ApprovedFix[], people: readonly Person[]): string {
  if (people.length === 0) return '';
  const what = fixes.map(
    ({ pull, commits }) => `#${pull} as it is now (${commits.map(shortOid).join(', ')})`,
  );
  return `Signed off by ${listOf(people.map(nameOf))}: ${listOf(what)}.`;
}

/** Says whose word a hotfix waits for. */
export function renderAwaited(
  { people, required }: { readonly people: readonly Person[]; readonly required: number },
  policy: Policy,
): string {
  const more = required - people.length;
  const isFrozen = required > policy.approvals.required.prod;
  const role = describeRole(isFrozen ? 'senior' : 'admin', policy);
  const who = `${more === 1 ? 'another one' : `${more}`} of the ${role}`;
  const why = isFrozen ? ' While there is a freeze it takes two people.' : '';
  return `It waits: ${who} says \`/approve-hotfix\`, and it starts at once.${why}`;
}

/** Says that a hotfix is under way. */
export function renderStarted({ id }: Pick<Release, 'id'>): string {
  return `${code(id)} brings it to PROD now and tells here how it goes.`;
}

/** What our own check says about the candidate of a hotfix. */
export function renderHotfixCheck({ id, hotfix }: Release): {
  readonly title: string;
  readonly summary: string;
} {
  return {
    title: `${id} may bring it to PROD`,
    summary: `It is the PROD branch with the fix of #${hotfix?.bug}, as it was signed off.`,
  };
}

/** Tells the people of a bug that the hotfix is live, and what is left for them. */
export function renderHotfixLive(
  bug: Bug,
  given: { readonly release: Release; readonly sla: Sla | null; readonly uat: string },
): string {
  const { release, sla, uat } = given;
  const note =
    bug.hotfix?.note === null
      ? ' Write down why it was needed: `/incident-note root cause: … fix: …`; it cannot be closed before.'
      : '';
  return `**On PROD** by ${code(release.id)}${sla === null ? '' : renderTook(sla)}. ${uat}${note}`;
}

function renderTook(sla: Sla): string {
  const { fixedAtMs, sinceMs, minutes } = sla;
  if (fixedAtMs === null) return '';
  const how = isBreached(sla, fixedAtMs)
    ? `which is later than the ${renderDuration(minutes * 60_000)} it may take`
    : 'in time';
  return `, ${renderDuration(fixedAtMs - sinceMs)} after it was known, ${how}`;
}

/** Says that the hotfix's own sign-off lets the fix go back to UAT, or whose word is missing for it. */
export function renderUatNext(queuedFor: string | null): string {
  return queuedFor === null
    ? 'UAT lacks it yet: an admin’s `/approve-uat-merge` brings it there with the next T2.'
    : `Its sign-off counts for UAT, too: ${queuedFor} brings it there.`;
}

/** Says why a hotfix did not come to PROD, and what to do. */
export function renderHotfixFailed({ id }: Pick<Release, 'id'>, { message }: Refusal): string {
  return `**${code(id)} did not bring it to PROD.** ${message}\n\nMend it and say \`/hotfix\` again; the clock goes on.`;
}

/** What an issue is told that somebody closed although a hotfix lacks its note. */
export const REOPENED_WITHOUT_NOTE =
  'This was a hotfix, and nobody has written down why it was needed, so the issue stays open. Say `/incident-note root cause: … fix: …`; then it can be closed.';

/** Why `/close` is refused to a hotfix. */
export const CLOSED_WITHOUT_NOTE =
  'A hotfix is closed once somebody has written down why it was needed: `/incident-note root cause: … fix: …`.';

/** What the admins are told at once of a bug that is as bad as can be. */
export function p1Alert({ number }: Bug, sla: Sla, calendar: SlotCalendar): AlertWords {
  return {
    key: hotfixAlertKey('p1', number, sla.sinceMs),
    title: `#${number} is a P1: PROD is to have its fix ${renderDeadline(sla, calendar)}`,
    body: `#${number} was said to be as bad as can be. No slot takes it: link a pull request against PROD to it, and an admin says \`/hotfix\`.`,
  };
}

/** What the admins are told of a hotfix that is late. */
export function breachAlert(bug: Bug, sla: Sla, calendar: SlotCalendar): AlertWords {
  const where = orderOf(bug) !== null ? 'somebody has said `/hotfix`' : 'nobody has said `/hotfix`';
  return {
    key: hotfixAlertKey('sla-breach', bug.number, sla.sinceMs),
    title: `#${bug.number}, a ${sla.priority}, is not on PROD in time`,
    body: `PROD was to have the fix of #${bug.number} ${renderDeadline(sla, calendar)}, and has not. It is \`${bug.status}\`, and ${where}. Its card says what is missing${isClaimed(bug) ? `; ${renderClaim(bug)}` : ''}.`,
  };
}

/** A P1 is looked back at within this time. */
const REVIEW_WITHIN_MS = 48 * 3_600_000;

/** The review of a P1, with the day it is due. */
export function reviewWords({ number, hotfix }: Bug, fixedAtMs: number, calendar: SlotCalendar): AlertWords {
  const due = renderLocal(calendar, fixedAtMs + REVIEW_WITHIN_MS);
  const note = hotfix?.note ?? null;
  const known =
    note === null
      ? 'Its note is not written yet.'
      : `Its root cause, says ${nameOf(note.by)}: ${plain(note.rootCause, 500)}`;
  return {
    key: hotfixAlertKey('incident-review', number, fixedAtMs),
    title: `Incident review of #${number}, due ${due}`,
    body: `**Due ${due}.** #${number} was a P1 and went to PROD as a hotfix. Look back together: how it came there, why nobody saw it before, what keeps it from happening again. ${known}`,
  };
}

const LABELS: Readonly<Record<HotfixItem, string>> = {
  severity: 'Severity confirmed',
  told: 'Another member told',
  in_time: 'Fix validated in time',
  smoke: 'Smoke test',
  status: 'Status updated',
  stakeholders: 'Stakeholders told',
  note: 'Post-incident note',
  uat: 'UAT updated',
  review: 'Incident review scheduled',
};

/** What the items of the checklist are described from. */
interface Described {
  readonly bug: Bug;
  readonly sla: Sla;
  readonly ledger: HotfixLedger;
  readonly policy: Policy;
  readonly calendar: SlotCalendar;
}

/** The checklist and the clock of a hotfix for the status card, line by line; empty for a bug that is none. */
export function renderHotfix(given: Omit<Described, 'sla'>): readonly string[] {
  const sla = slaOf(given.bug, given.policy);
  if (sla === null) return [];
  const facts = { ...given, sla };
  const rows = [...hotfixChecklist(given.bug, facts)].map(([item, isTrue]) => {
    const detail = DETAILS[item](facts);
    return `- [${isTrue ? 'x' : ' '}] ${LABELS[item]}${detail === '' ? '' : `: ${detail}`}`;
  });
  const claim = isClaimed(given.bug) ? [`(${renderClaim(given.bug)})`] : [];
  const clock = `**Hotfix, ${sla.priority}**: ${renderClock(facts)}`;
  return ['', [clock, ...claim].join(' '), '', ...rows];
}

function renderClaim({ severity }: Bug): string {
  return `only whoever reported it says so: \`/severity ${severity}\` confirms it, a milder one ends the clock`;
}

/** It is late once the admins were told so: the card changes with the ledger. */
function renderClock({ bug, sla, ledger, calendar }: Described): string {
  const { fixedAtMs, sinceMs } = sla;
  if (fixedAtMs === null) {
    const due = `due ${renderDeadline(sla, calendar)}`;
    return ledger.alerts.has(hotfixAlertKey('sla-breach', bug.number, sinceMs))
      ? `⏰ **late**: it was ${due}`
      : due;
  }
  const took = `on PROD after ${renderDuration(fixedAtMs - sinceMs)}`;
  return `${took} of ${renderDuration(sla.minutes * 60_000)}${isBreached(sla, fixedAtMs) ? ', **late**' : ''}`;
}

const DETAILS: Readonly<Record<HotfixItem, (facts: Described) => string>> = {
  severity: ({ bug, calendar }) => {
    const order = orderOf(bug);
    if (order === null) return 'an admin says `/hotfix`';
    return `${bug.severity}, says ${nameOf(order.by)}, ${renderLocal(calendar, order.atMs)}`;
  },
  told: ({ bug }) => listOf((orderOf(bug)?.told ?? []).map((login) => nameOf({ login }))),
  in_time: (facts) => (facts.sla.fixedAtMs === null ? '' : renderClock(facts)),
  smoke: ({ bug, ledger, policy }) => {
    if (policy.environments.prod.smoke === null) return 'none is configured, so look yourselves';
    const live = liveHotfix(bug, ledger);
    return live === null ? '' : code(live.id);
  },
  status: ({ bug }) => code(bug.status),
  stakeholders: ({ policy }) =>
    policy.notify.channels.length === 0
      ? 'on this issue; no channel is configured'
      : `on this issue and on ${listOf(policy.notify.channels.map(({ name }) => code(name)))}`,
  note: ({ bug }) => {
    const note = bug.hotfix?.note ?? null;
    if (note === null) return '`/incident-note root cause: … fix: …`';
    return `${plain(note.rootCause, 500)} **Fix:** ${plain(note.fix, 500)} (${nameOf(note.by)})`;
  },
  uat: ({ bug }) => (bug.status === 'pending_uat_merge' ? 'T2 brings it there' : ''),
  review: ({ bug, ledger }) => {
    const review = reviewOf(bug, ledger);
    return review === null || review.issue === null ? 'within 48 h' : `#${review.issue}`;
  },
};
