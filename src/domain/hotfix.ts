import type { Bug } from './bug.ts';
import type { Priority } from './hotfix-policy.ts';
import type { Hotfix } from './hotfix-record.ts';
import type { Person } from './person.ts';
import type { Policy } from './policy.ts';
import type { Severity } from './severity.ts';
import { isHotfixSeverity } from './severity.ts';
import { isFinal, waitsForProd } from './status.ts';

/** Who has said `/hotfix`, when, and who was told; `null`: nobody. */
export function orderOf({ hotfix }: Pick<Bug, 'hotfix'>): Hotfix['order'] {
  return hotfix?.order ?? null;
}

/** How urgent a severity is; `null` for one that waits for slots. */
export function priorityOf(
  severity: Severity | null,
  { severity: { hotfix }, hotfix: { p1 } }: Policy,
): Priority | null {
  if (severity === null || !isHotfixSeverity(severity, hotfix)) return null;
  return p1.severities.includes(severity) ? 'P1' : 'P2';
}

/**
 * The hotfix of a bug whose severity somebody has said: the clock begins, begins again for a P2 that becomes a P1, and
 * else goes on, so that nobody wins time by saying it twice. A severity for slots ends what nobody has ordered.
 */
export function startClock(
  { hotfix, status }: Pick<Bug, 'hotfix' | 'status'>,
  said: { readonly severity: Severity | null; readonly saidAtMs: number },
  policy: Policy,
): Hotfix | null {
  if (said.severity === null) return hotfix;
  const priority = priorityOf(said.severity, policy);
  if (priority === null) return hotfix?.order === null ? null : hotfix;
  if (!waitsForProd(status)) return hotfix;
  const clock = { priority, sinceMs: said.saidAtMs };
  if (hotfix === null) return { clock, order: null, note: null };
  const { isClaim: _isConfirmedNow, ...known } = hotfix;
  const isWorse = known.clock.priority === 'P2' && priority === 'P1';
  return isWorse ? { ...known, clock } : known;
}

/**
 * Tells whether nobody with the role has said yet that a bug is as bad as its report has it: by its severity, or by
 * taking it in.
 */
export function isClaimed({ hotfix, status }: Pick<Bug, 'hotfix' | 'status'>): boolean {
  return hotfix?.isClaim === true && status === 'submitted';
}

/** How a hotfix stands to its time. */
export interface Sla {
  readonly priority: Priority;
  readonly minutes: number;
  readonly sinceMs: number;
  readonly deadlineMs: number;
  /** When PROD had the fix, tried out; `null`: not yet. */
  readonly fixedAtMs: number | null;
}

/** The clock of a bug; `null` where none runs: it waits for slots, or PROD had its fix before it was a hotfix. */
export function slaOf(bug: Bug, policy: Policy): Sla | null {
  const priority = priorityOf(bug.severity, policy);
  const fixedAtMs = fixedByHotfix(bug);
  if (priority === null || (fixedAtMs === null && !waitsForProd(bug.status))) return null;
  const minutes = priority === 'P1' ? policy.hotfix.p1.slaMinutes : policy.hotfix.p2.slaMinutes;
  const sinceMs = bug.hotfix?.clock.sinceMs ?? bug.saidAtMs.severity ?? bug.reportedAtMs;
  return { priority, minutes, sinceMs, deadlineMs: sinceMs + minutes * 60_000, fixedAtMs };
}

/** Tells whether the time is over, whether or not the fix came after all. */
export function isBreached({ deadlineMs, fixedAtMs }: Sla, nowMs: number): boolean {
  return (fixedAtMs ?? nowMs) > deadlineMs;
}

/** When a hotfix brought the fix to PROD for good; `null`: none has, or it was taken back since. */
export function fixedByHotfix({ timeline }: Pick<Bug, 'timeline'>): number | null {
  const step = timeline.findLast(({ event }) => event === 'deploy_hotfix' || event === 'roll_back');
  return step?.event === 'deploy_hotfix' ? step.atMs : null;
}

/**
 * Tells whether a bug may not end yet: a hotfix changed PROD, were it for an hour, and nobody has written down why it was
 * needed.
 */
export function lacksNote({ hotfix, timeline }: Pick<Bug, 'hotfix' | 'timeline'>): boolean {
  const wasOnProd = timeline.some(({ event }) => event === 'deploy_hotfix');
  return hotfix !== null && hotfix.note === null && wasOnProd;
}

/** Tells whether the issue of a bug may be closed: its way is over, and a hotfix has its note. */
export function mayBeClosed(bug: Bug): boolean {
  return isFinal(bug.status, bug.flow) && !lacksNote(bug);
}

/** The logins to tell of a hotfix that somebody orders: those configured, else those whom the roles name. */
export function peopleToTell({ hotfix, roles }: Policy, by: Person): readonly string[] {
  const named = [...roles.admin.users, ...roles.senior.users, ...roles.responder.users];
  const wanted = hotfix.notify.length > 0 ? hotfix.notify : named;
  const others = wanted.filter((login) => login.toLowerCase() !== by.login.toLowerCase());
  return [...new Map(others.map((login) => [login.toLowerCase(), login])).values()];
}

/** What the admins are told of a hotfix: that it is a P1, that it is late, that it is to be looked back at. */
type HotfixAlert = 'p1' | 'sla-breach' | 'incident-review';

/** Names an alert about a hotfix; each is told once for all. */
export function hotfixAlertKey(kind: HotfixAlert, bug: number, sinceMs: number): string {
  return `hotfix-${bug}-${kind}-${sinceMs}`;
}

/** What an alert says of which hotfix; `null` for every other alert. */
export function readHotfixAlert(key: string): { readonly bug: number; readonly isBreach: boolean } | null {
  const [, bug, kind] = /^hotfix-(\d+)-([a-z0-9-]+)-\d+$/u.exec(key) ?? [];
  return bug === undefined ? null : { bug: Number(bug), isBreach: kind === 'sla-breach' };
}
