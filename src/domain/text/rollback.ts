import type { Bug } from '../bug.ts';
import { isForBranchAlone, renderFinishing } from '../left-branch.ts';
import type { EnvironmentName, Policy } from '../policy.ts';
import type { Refusal } from '../reason.ts';
import type { OrderedRelease } from '../order-gate.ts';
import { describeWay } from '../way-back.ts';
import { code, listOf, nameOf, plain, shortOid } from './markdown.ts';

/** The message of the commit that brings a branch back. Only what is ours: nothing that somebody wrote. */
export function renderRevertMessage({ id, environment, envelope, order }: OrderedRelease): string {
  const to = order.to ?? envelope.commit.slice(0, 12);
  const title = `Bring ${environment.toUpperCase()} back to ${to}`;
  return `${title}\n\nThe files are exactly those of ${envelope.commit}.\n\nTonic-Rollback: ${id}\n`;
}

/** What our own check says about that commit. */
export function renderRevertCheck({ id, environment, envelope }: OrderedRelease): {
  readonly title: string;
  readonly summary: string;
} {
  const where = environment.toUpperCase();
  return {
    title: `${id} may bring it to ${where}`,
    summary: `It brings ${where} back: its files are exactly those of ${shortOid(envelope.commit)}, which was live there.`,
  };
}

/** The checklist of a rollback that is live, for the issue that it was asked for on; Markdown. */
export function renderRollbackChecklist(
  release: OrderedRelease,
  {
    bugs,
    policy,
    branchRefusal,
  }: {
    readonly bugs: readonly Bug[];
    readonly policy: Policy;
    readonly branchRefusal: Refusal | null;
  },
): string {
  const { environment, order, id } = release;
  const numbers = bugs.map(({ number }) => `#${number}`);
  const { verify, smoke } = policy.environments[environment];
  const looks = [
    ...(smoke === null ? [] : ['the smoke test']),
    ...(verify === null ? [] : ['the verification']),
  ];
  return [
    ...describeGoal(release),
    describeBranch(release, { policy, branchRefusal }),
    branchRefusal === null ? describeStatuses(numbers) : '- [ ] Statuses: bugs follow with the branch',
    looks.length > 0
      ? `- [x] Looked at again: ${listOf(looks)} passed`
      : '- [ ] Looked at again: neither `smoke` nor `verify` is configured, so look yourselves',
    `- [x] Cause: ${plain(order.reason)}, says ${nameOf(order.by)}`,
    `- [x] People told: ${numbers.length === 0 ? 'here' : `here and on ${listOf(numbers)}`}`,
    `- [ ] Plan: mend what was wrong; ${describeLock(release)}. ${numbers.length === 0 ? '' : 'A bug goes on once an admin says `/confirm` on it again or a better fix is linked; its fix has to be approved anew.'}`.trim(),
    '',
    `<sub>\`${id}\`</sub>`,
  ].join('\n');
}

/** Where it goes, and what of it was left to do. */
function describeGoal(release: OrderedRelease): string[] {
  const { environment, envelope, order } = release;
  const where = environment.toUpperCase();
  const way = describeWay({ commit: envelope.commit, release: order.to });
  if (isForBranchAlone(order))
    return [
      `### The branch of ${where} is back, too`,
      '',
      `- [x] Last good release: ${where} runs ${way} already`,
      '- [x] Scope: the branch and its bugs; nothing was deployed',
    ];
  return [
    `### ${where} is back on ${way}`,
    '',
    `- [x] Last good release found: ${way}; it undoes ${order.undoes.map((each) => code(each)).join(', ')}`,
    `- [x] Scope: ${describeScope(release)}`,
  ];
}

function describeStatuses(numbers: readonly string[]): string {
  if (numbers.length === 0) return '- [x] Statuses: no bug’s fix was taken back';
  return `- [x] Statuses: ${listOf(numbers)} ${numbers.length === 1 ? 'is' : 'are'} \`confirmed\` again, the approvals are void`;
}

function describeLock({ environment, order }: OrderedRelease): string {
  const where = environment.toUpperCase();
  const unlock = `until an admin says \`/unlock ${environment}\``;
  return isForBranchAlone(order)
    ? `if nobody has lifted the lock yet, ${where} is locked ${unlock}`
    : `${where} is locked ${unlock}`;
}

function describeScope({ envelope }: OrderedRelease): string {
  const names = envelope.services.flatMap(({ name }) => (name === null ? [] : [code(name)]));
  return names.length === 0 ? 'everything' : names.join(', then ');
}

function describeBranch(
  { order, environment }: OrderedRelease,
  { policy, branchRefusal }: { readonly policy: Policy; readonly branchRefusal: Refusal | null },
): string {
  const name = code(policy.environments[environment].branch);
  const { branch } = order;
  if (branchRefusal !== null)
    return `- [ ] Branch: **${name} still holds what was taken back**, and nothing is deployed on top of it: ${branchRefusal.message} Mend that, or revert it by hand; then an admin says ${renderFinishing(environment)}.`;
  if (branch === null || branch.commit === branch.base)
    return `- [x] Branch: ${name} holds exactly this already`;
  const count = branch.takesBack.length;
  return `- [x] Branch: ${shortOid(branch.commit)} on ${name} takes back ${count} ${count === 1 ? 'commit' : 'commits'}; nothing was forced`;
}

/** Says that a branch still holds what is not deployed any more. */
export function renderBranchLeft(environment: EnvironmentName, { message }: Refusal): string {
  return `**The branch of ${environment.toUpperCase()} still holds what was taken back**, and no slot deploys on top of it: ${message} Mend that, or revert it by hand; then an admin says \`/rollback ${environment} <reason>\`.`;
}

/** Tells the people of a bug that its fix is gone again. */
export function renderTakenBack(bug: Bug, { id, environment, order }: OrderedRelease): string {
  return `**Taken off ${environment.toUpperCase()} again** ${describeCause(id, order)} ${bug.status === 'closed' || bug.status === 'rejected' ? 'The bug stays ended.' : 'The bug is `confirmed` again and its approvals are void. An admin says `/confirm` to let the same fix go once more, or somebody links a better one.'}`;
}

function describeCause(id: string, { by, reason, issue }: OrderedRelease['order']): string {
  if (by === null) return `with ${code(id)}, which was taken back: ${plain(reason)}.`;
  return `by ${code(id)}: ${plain(reason)}, says ${nameOf(by)} on #${issue}.`;
}

/** Says why a rollback did not come to its end, and what to do; Markdown. */
export function renderRollbackFailed(
  { id, environment, order }: OrderedRelease,
  { message }: Refusal,
): string {
  const where = environment.toUpperCase();
  const what = isForBranchAlone(order) ? `the branch of ${where}` : where;
  return `**${code(id)} did not bring ${what} back.** ${message}\n\nRe-run all jobs of its workflow run to go on where it stopped, or say \`/rollback\` again. Bugs and branch are as they were.`;
}
