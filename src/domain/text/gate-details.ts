import type { Bug } from '../bug.ts';
import { nextSlot } from '../calendar.ts';
import type { GateFacts, Missing } from '../gate.ts';
import type { Policy } from '../policy.ts';
import type { ReasonCode, Refusal } from '../reason.ts';
import { describeStatus } from '../status.ts';
import { slotFor } from './gate-line.ts';
import { code, listOf, nameOf, shortOid } from './markdown.ts';
import { describeRole } from './role.ts';
import { renderLocal } from './time.ts';

/** Everything that is missing, who can give it, the bugs, and who said what and when. */
export function renderDetails(facts: GateFacts, missing: readonly Missing[]): string {
  const { calendar, bugs, named } = facts;
  const slot = nextSlot(calendar, slotFor(facts), facts.nowMs);
  const words = missing.map(
    ({ bug, refusal }) => `- ${bug === null ? '' : `#${bug.number}: `}${refusal.message}`,
  );
  const who = missing.map(({ refusal }) => whoCan(refusal, facts)).filter((each) => each !== null);
  const all = [...bugs.map(({ bug }) => bug), ...named];
  return [
    ...(missing.length === 0 ? ['**May be merged.**'] : ['**What is missing**', words.join('\n')]),
    ...(who.length === 0 ? [] : [`**Who can give it:** ${listOf([...new Set(who)])}.`]),
    ...(bugs.length === 0
      ? []
      : [`**Next slot that takes it:** ${slot.id}, ${renderLocal(calendar, slot.startsAtMs)}.`]),
    ...(all.length === 0 ? [] : [renderBugs(all)]),
    renderSignOffs(facts),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function whoCan({ reason }: Refusal, { policy }: GateFacts): string | null {
  return WHO[reason]?.(policy) ?? null;
}

const ADMIN = (policy: Policy) => describeRole('admin', policy);
const WRITE = (policy: Policy) => describeRole('write', policy);
const AUTHOR = () => 'the author of the pull request';

const WHO: Readonly<Partial<Record<ReasonCode, (policy: Policy) => string>>> = {
  wrong_status: ADMIN,
  not_approved: ADMIN,
  fix_changed: ADMIN,
  plan_changed: ADMIN,
  comment_deleted: ADMIN,
  comment_edited: ADMIN,
  approver_lost_role: ADMIN,
  own_fix: ADMIN,
  flow_unsafe_now: ADMIN,
  fix_not_reviewed: WRITE,
  no_fix: WRITE,
  severity_missing: (policy) => describeRole('triage', policy),
  fix_is_draft: AUTHOR,
  fix_not_green: AUTHOR,
  wrong_flow: AUTHOR,
  migration_unsafe: AUTHOR,
  no_bug: AUTHOR,
};

/** Where bugs stand, as a table. */
export function renderBugs(bugs: readonly Bug[]): string {
  const rows = bugs.map(
    (bug) =>
      `| #${bug.number} | \`${bug.status}\` | ${bug.flow ?? 'open'} | ${bug.severity ?? 'open'} | ${describeStatus(bug.status).meaning} |`,
  );
  return ['| bug | status | flow | severity | |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
}

/** Who said yes to this head, and when. */
function renderSignOffs({ pull, bugs, release, calendar }: GateFacts): string {
  const reviews = pull.approvingReviews.map(
    ({ by, isAdmin, submittedAtMs }) =>
      `- ${nameOf(by)}${isAdmin ? ', an admin,' : ''} in a review, ${renderLocal(calendar, submittedAtMs)}`,
  );
  const approvals = [...bugs.flatMap(({ bug }) => bug.approvals), ...release.approvals];
  const words = approvals.map(
    ({ by, action, given, writtenAtMs }) =>
      `- ${nameOf(by)}: ${code(action.replaceAll('_', '-'))} by ${given.kind}, ${renderLocal(calendar, writtenAtMs)}`,
  );
  const all = [...reviews, ...words];
  return all.length === 0 ? '' : `**Said about ${shortOid(pull.head)}**\n${all.join('\n')}`;
}
