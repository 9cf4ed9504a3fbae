import { approveRelease } from '../../domain/commands/approve-release.ts';
import { unapprove } from '../../domain/commands/unapprove.ts';
import { parseComment, type ParsedComment } from '../../domain/commands/parse.ts';
import { refuseOvertaken, refuseRole } from '../../domain/decide.ts';
import type { Call } from '../../domain/decision.ts';
import type { FixFacts } from '../../domain/fix.ts';
import { isSignedByItself } from '../../domain/gate.ts';
import type { LedgerState } from '../../domain/ledger.ts';
import type { Refusal } from '../../domain/reason.ts';
import { teamsOf } from '../../domain/person.ts';
import {
  newReleasePull,
  waitingPulls,
  type ReleaseCallFacts,
  type ReleaseDecision,
} from '../../domain/release-pull.ts';
import type { Setting } from '../../ports/configuration.ts';
import { answerOnPull, pullAnswer } from '../answer.ts';
import { buildHandled, isHandled } from '../carry-out.ts';
import type { Context } from '../context.ts';
import { troubleForPeople } from '../handle-comment.ts';
import { stillStands, type IncomingComment } from '../incoming-comment.ts';
import { withContributors, withPushes } from '../load-fixes.ts';
import { record, type Intent } from '../record.ts';
import { environmentOf, gatherGates } from './gather-gates.ts';

/** A word with a slash that is one of ours, as the comment has it. */
type Words = Exclude<ParsedComment, { kind: 'none' }>;

/**
 * Carries out the command of a new comment on a pull request, once. What is signed off by itself takes its sign-off
 * there; every other command belongs on the bug, and is answered so where the pull request goes to an environment.
 */
export async function handlePullComment(context: Context, comment: IncomingComment): Promise<void> {
  const what = parseComment(comment.body);
  if (comment.authorIsBot || !isOurs(what) || !(await stillStands(context, comment))) return;
  try {
    await handleWords(context, comment, what);
  } catch (error) {
    const trouble = troubleForPeople(error);
    if (trouble === null) throw error;
    context.log.error('a command was not carried out', { pull: comment.issue, error: trouble });
    await answerOnPull(context, comment, trouble);
  }
}

/** People discuss paths and other bots' commands on pull requests. */
function isOurs(what: ParsedComment): what is Words {
  return what.kind === 'command' || (what.kind === 'refused' && what.refusal.reason !== 'unknown_command');
}

async function handleWords(context: Context, comment: IncomingComment, what: Words): Promise<void> {
  const [setting, state] = await Promise.all([context.configuration.load(), context.ledger.load()]);
  const gates = await gatherGates(context, setting, { state, pulls: [comment.issue] });
  const gate = gates.find(({ pull }) => pull.pull === comment.issue);
  if (gate === undefined) return handleMerged(context, setting, { state, comment, what });
  const isOfRelease = what.kind === 'refused' || what.prepared.decideRelease !== undefined;
  if (!isSignedByItself(gate) || !isOfRelease) {
    await answerOnPull(context, comment, `Nothing was done: ${whereTo(what)}`);
    return;
  }
  await context.issues.react(comment.id, 'eyes');
  await carryOutOn(context, setting, { pull: gate.pull, comment, what });
}

/** The word for a release can be taken back until it is live; pull requests that go elsewhere are none of ours. */
async function handleMerged(
  context: Context,
  setting: Setting,
  {
    state,
    comment,
    what,
  }: { readonly state: LedgerState; readonly comment: IncomingComment; readonly what: Words },
): Promise<void> {
  const [pull] = await context.observer.pulls([comment.issue]);
  if (pull?.state !== 'merged' || environmentOf(pull.base, setting.policy) === null) return;
  const isWaiting = waitingPulls(state.pulls.values()).includes(pull.pull);
  const isTakenBack = what.kind === 'command' && what.command.name === unapprove.name;
  if (isWaiting && isTakenBack) {
    await context.issues.react(comment.id, 'eyes');
    return carryOutOn(context, setting, { pull, comment, what });
  }
  const where = 'What is to be said now is said on its bug.';
  await answerOnPull(context, comment, `Nothing was done: #${pull.pull} is merged already. ${where}`);
}

/** Where the words belong, on a pull request that takes none. */
function whereTo(what: Words): string {
  const name = what.kind === 'refused' ? what.command : what.command.name;
  return name === approveRelease.name
    ? 'this is not the pull request that brings UAT to PROD. A fix goes to PROD with its bug: say `/approve-prod` on the bug.'
    : `say \`/${name}\` on the bug.`;
}

/** Once; the answer is in the commit's outbox. */
async function carryOutOn(
  context: Context,
  setting: Setting,
  said: { readonly pull: FixFacts; readonly comment: IncomingComment; readonly what: Words },
): Promise<void> {
  const { comment, what } = said;
  const { issue, id, body, author: actor, writtenAtMs } = comment;
  const given = { kind: 'comment', issue, id, bodyHash: context.hash(body) } as const;
  const call = {
    actor,
    given,
    writtenAtMs,
    standing: await context.members.standing(actor, teamsOf(setting.policy)),
  };
  const refusal = what.kind === 'refused' ? what.refusal : refuseRole(what.command, call, setting.policy);
  // Nothing is read for somebody who may not ask.
  const pull = refusal === null ? await readPull(context, setting, said.pull) : said.pull;
  const nowMs = context.clock.nowMs();
  await record(context, setting, (state) =>
    buildIntent(state, call, { ...said, pull, setting, refusal, nowMs }),
  );
}

async function readPull(context: Context, { policy }: Setting, pull: FixFacts): Promise<FixFacts> {
  const [read = pull] = await withPushes(context, await withContributors(context, policy, [pull]));
  return read;
}

function buildIntent(
  state: LedgerState,
  call: Call,
  said: {
    readonly pull: FixFacts;
    readonly comment: IncomingComment;
    readonly what: Words;
    readonly setting: Setting;
    readonly refusal: Refusal | null;
    readonly nowMs: number;
  },
): Intent<null> {
  const { pull, comment, what, nowMs } = said;
  const before = state.pulls.get(pull.pull) ?? newReleasePull(pull.pull);
  if (isHandled(before, call.given)) return { writes: null, message: '', result: null };
  const decision =
    said.refusal ?? decideOn(what, call, { pull, record: before, policy: said.setting.policy });
  if (decision === null) return { writes: null, message: '', result: null };
  const isRefused = decision.kind === 'refused';
  const name = what.kind === 'refused' ? what.command : what.command.name;
  const handled = buildHandled(call, name, isRefused ? decision : null);
  const approvals = isRefused ? before.approvals : decision.approvals;
  return {
    writes: {
      pulls: [{ ...before, approvals, commands: [...before.commands, handled] }],
      outbox: [pullAnswer(comment, { body: isRefused ? decision.message : decision.answer, nowMs })],
    },
    message: `/${name} #${pull.pull} by ${call.actor.login}: ${isRefused ? decision.reason : 'done'}`,
    result: null,
  };
}

function decideOn(what: Words, call: Call, facts: ReleaseCallFacts): ReleaseDecision | null {
  if (what.kind === 'refused') return what.refusal;
  const overtaken = refuseOvertaken(what.command, call, facts.record);
  return overtaken ?? what.prepared.decideRelease?.(call, facts) ?? null;
}
