import type { Approval, ApprovalAction, ApprovedFix, findVoid } from '../approval.ts';
import type { Flow } from '../flow.ts';
import type { Person } from '../person.ts';
import type { Policy } from '../policy.ts';
import type { Refusal } from '../reason.ts';
import { listOf, nameOf } from './markdown.ts';
import { describeRole } from './role.ts';

/** How far a sign-off has come, and for what. */
export interface SignOffProgress {
  readonly action: ApprovalAction;
  readonly flow: Flow | null;
  readonly fixes: readonly Pick<ApprovedFix, 'pull'>[];
  readonly people: readonly Person[];
  readonly required: number;
}

/** Why a word counts no more, for who gave it and for the card. */
export const VOID_WORDS: Readonly<Record<NonNullable<ReturnType<typeof findVoid>>, string>> = {
  comment_deleted:
    'The approving comment was deleted, so the approval no longer counts. Approve it again if it stands.',
  comment_edited:
    'The approving comment was edited, so the approval no longer counts. Say it in a new comment if it stands.',
  approver_lost_role: 'Whoever approved is no admin any more, so the approval no longer counts.',
};

/** Tells somebody that their approval counts no more. */
export function renderVoid({ by, action }: Approval, { message }: Refusal): string {
  return `**The approval of ${nameOf(by)} is void** (\`${commandFor(action)}\`). ${message}`;
}

/** The command that gives an approval. */
export function commandFor(action: ApprovalAction): string {
  return `/${action.replaceAll('_', '-')}`;
}

/** `1 of 2 approvals (**ada**)` */
export function renderProgress({ people, required }: Pick<SignOffProgress, 'people' | 'required'>): string {
  const names = people.length === 0 ? '' : ` (${listOf(people.map((person) => nameOf(person)))})`;
  return `${people.length} of ${required} approvals${names}`;
}

/** Who still has to say what. */
export function describeMissing(progress: SignOffProgress, policy: Policy): string {
  const command = `\`${commandFor(progress.action)}\``;
  const isReviewed = progress.action === 'approve_prod' && progress.flow === 2;
  const how = isReviewed
    ? `approve ${listOf(progress.fixes.map(({ pull }) => `#${pull}`))} in a review, or say ${command} here`
    : `say ${command}`;
  if (progress.required === 1) {
    return isReviewed
      ? `No admin has signed off the current head: ${how}.`
      : `An admin’s ${command} is missing.`;
  }
  return `${renderProgress(progress)}. Next, ${describeNext(progress, policy)}: ${how}.`;
}

/** Who can give the next approval: anybody with the role who has not. */
export function describeNext({ people }: Pick<SignOffProgress, 'people'>, policy: Policy): string {
  return `${people.length === 0 ? 'one' : 'another'} of the ${describeRole('admin', policy)}`;
}
