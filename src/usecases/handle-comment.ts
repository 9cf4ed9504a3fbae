import type { Command, Understood } from '../domain/commands/define.ts';
import { targetsOf } from '../domain/commands/targets.ts';
import { parseComment, type ParsedComment } from '../domain/commands/parse.ts';
import { decide, refuseRole } from '../domain/decide.ts';
import type { Bug, HandledCommand } from '../domain/bug.ts';
import type { BugFacts, Call, Decision, FollowUp } from '../domain/decision.ts';
import type { LedgerState, OutboxEntry } from '../domain/ledger.ts';
import type { Person } from '../domain/person.ts';
import { refuse, type Refusal } from '../domain/reason.ts';
import { renderBatchAnswer } from '../domain/text/answer.ts';
import { ConfigurationBroken, type Setting } from '../ports/configuration.ts';
import { LedgerFailure } from '../ports/ledger.ts';
import type { Context } from './context.ts';
import { answerOutsideLedger } from './answer.ts';
import { followUp } from './follow-up.ts';
import { loadCommandFacts, type CommandFacts } from './command-facts.ts';
import { record } from './record.ts';

/** A comment as GitHub tells of it. Untrusted, but for the author and the time. */
export interface IncomingComment {
  readonly issue: number;
  readonly id: number;
  readonly author: Person;
  readonly authorIsBot: boolean;
  readonly body: string;
  readonly writtenAtMs: number;
}

/**
 * Carries out the command of a new comment, once: reaction, decision, ledger, answer.
 *
 * Idempotent: a comment that the ledger has counted does nothing, whoever brings it again.
 * A configuration or a ledger that people have to mend is the answer; other failures are thrown, so that GitHub knows.
 */
export async function handleComment(context: Context, comment: IncomingComment): Promise<void> {
  if (comment.authorIsBot) return;
  const parsed = parseComment(comment.body);
  if (parsed.kind === 'none') return;
  try {
    await handleCommand(context, comment, parsed);
  } catch (error) {
    const isForPeople =
      error instanceof ConfigurationBroken || (error instanceof LedgerFailure && !error.retryable);
    if (!isForPeople) throw error;
    context.log.error('a command was not carried out', { issue: comment.issue, error: error.message });
    await answerOutsideLedger(context, comment, describeTrouble(error));
  }
}

async function handleCommand(
  context: Context,
  comment: IncomingComment,
  parsed: Exclude<ParsedComment, { kind: 'none' }>,
): Promise<void> {
  // A word with a slash on an issue that is not ours is not for us, whatever the configuration says.
  const bug = await findBug(context, comment.issue);
  if (bug === undefined) {
    if (parsed.kind === 'command') await refuseUntracked(context, comment, parsed.command);
    return;
  }
  if (isHandled(bug, comment.id)) return;
  const setting = await context.configuration.load();
  await context.issues.react(comment.id, 'eyes');
  const standing = await context.members.standing(comment.author, teamsOf(setting));
  const call: Call = {
    actor: comment.author,
    standing,
    commentId: comment.id,
    bodyHash: context.hash(comment.body),
    writtenAtMs: comment.writtenAtMs,
    source: 'comment',
  };
  if (parsed.kind === 'refused') {
    await recordRefusal(context, setting, { comment, call, name: parsed.command, refusal: parsed.refusal });
    return;
  }
  await carryOut(context, setting, { comment, call, understood: parsed });
}

function describeTrouble(error: ConfigurationBroken | LedgerFailure): string {
  const what =
    error instanceof ConfigurationBroken ? 'the configuration is broken' : 'the ledger cannot be trusted';
  return `Nothing was done: ${what}.\n\n${error.message}`;
}

async function refuseUntracked(context: Context, comment: IncomingComment, command: Command): Promise<void> {
  const message = `\`/${command.name}\` is for bugs that are tracked; this issue is none. Put the bug label on to track it.`;
  await answerOutsideLedger(context, comment, message);
}

async function findBug({ ledger }: Context, issue: number): Promise<Bug | undefined> {
  return ledger.seen()?.bugs.get(issue) ?? (await ledger.load()).bugs.get(issue);
}

function isHandled(bug: Bug, commentId: number): boolean {
  return bug.commands.some((handled) => handled.commentId === commentId);
}

/** Every team that some role names. */
export function teamsOf({ policy }: Setting): string[] {
  return [...new Set(Object.values(policy.roles).flatMap((role) => role.teams))];
}

interface Work {
  readonly comment: IncomingComment;
  readonly call: Call;
  readonly understood: Understood;
}

async function carryOut(context: Context, setting: Setting, work: Work): Promise<void> {
  const { comment, call, understood } = work;
  const { command } = understood;
  // Nothing is read for somebody who may not ask.
  const forbidden = refuseRole(command, call, setting.policy);
  if (forbidden !== null) {
    await recordRefusal(context, setting, { comment, call, name: command.name, refusal: forbidden });
    return;
  }
  const live = await loadCommandFacts(context, setting, { understood, issue: comment.issue });
  const followUps = await record(context, setting, (state) => {
    const targets = targetsOf(understood, comment.issue, state.bugs);
    const origin = state.bugs.get(comment.issue);
    if (origin === undefined || isHandled(origin, comment.id))
      return { writes: null, message: '', result: [] };
    const decisions = targets.map((number) => decideOne(number, { state, setting, live, call, understood }));
    return buildIntent({ comment, call, command, origin, decisions, nowMs: context.clock.nowMs() });
  });
  for (const next of followUps) await followUp(context, setting, next);
}

interface Decided {
  readonly number: number;
  readonly decision: Decision;
}

function decideOne(
  number: number,
  given: {
    readonly state: LedgerState;
    readonly setting: Setting;
    readonly live: CommandFacts;
    readonly call: Call;
    readonly understood: Understood;
  },
): Decided {
  const bug = given.state.bugs.get(number);
  if (bug === undefined) return { number, decision: refuse('not_a_bug', `#${number} is no tracked bug.`) };
  const facts: BugFacts = {
    bug,
    ...given.setting,
    nowMs: given.live.nowMs,
    parity: given.live.parity,
    fixes: given.live.fixes.filter((fix) => isAbout(bug, fix.pull, given.understood)),
    slots: [...given.state.slots.values()].toSorted((left, right) => (left.id < right.id ? 1 : -1)),
  };
  return { number, decision: decide(given.understood, given.call, facts) };
}

function isAbout(bug: Bug, pull: number, { prepared }: Understood): boolean {
  return prepared.pulls.includes(pull) || bug.fixes.some((link) => link.pull === pull);
}

interface Outcome {
  readonly comment: IncomingComment;
  readonly call: Call;
  readonly command: Command;
  readonly origin: Bug;
  readonly decisions: readonly Decided[];
  readonly nowMs: number;
}

function buildIntent(outcome: Outcome) {
  const { comment, call, command, origin, decisions, nowMs } = outcome;
  const changed = new Map(
    decisions.flatMap(({ number, decision }) =>
      decision.kind === 'allowed' ? [[number, decision.bug] as const] : [],
    ),
  );
  const refusal = decisions.find(({ decision }) => decision.kind === 'refused')?.decision;
  const failed = changed.size === 0 && refusal?.kind === 'refused' ? refusal : null;
  const handled = buildHandled(call, command.name, failed);
  // The comment counts on the bug that it stands on, whichever bugs it was about.
  const own = changed.get(comment.issue) ?? origin;
  changed.set(comment.issue, { ...own, commands: [...own.commands, handled] });
  const followUps = decisions.flatMap(({ decision }) =>
    decision.kind === 'allowed' ? decision.followUps : [],
  );
  const answer = renderBatchAnswer({ actor: call.actor, command, issue: comment.issue }, decisions);
  const about = decisions.map(({ number }) => `#${number}`).join(' ');
  return {
    writes: {
      bugs: [...changed.values()],
      outbox: [
        buildAnswer(comment, answer, nowMs),
        ...followUps.flatMap((next) => entryFor(next, comment.id, nowMs)),
      ],
    },
    message: `/${command.name} ${about} by ${call.actor.login}: ${failed === null ? 'done' : failed.reason}`,
    result: followUps,
  };
}

function buildHandled(call: Call, command: string, refusal: Refusal | null): HandledCommand {
  return {
    commentId: call.commentId,
    command,
    by: call.actor,
    writtenAtMs: call.writtenAtMs,
    outcome: refusal === null ? 'done' : 'refused',
    reason: refusal?.reason ?? null,
  };
}

function buildAnswer(comment: IncomingComment, body: string, nowMs: number): OutboxEntry {
  return {
    id: `answer-${comment.id}`,
    issue: comment.issue,
    createdAtMs: nowMs,
    action: { kind: 'comment', body },
  };
}

function entryFor(next: FollowUp, commentId: number, nowMs: number): OutboxEntry[] {
  if (next.kind !== 'close_issue' && next.kind !== 'reopen_issue') return [];
  const { issue, ...action } = next;
  return [{ id: `${next.kind.replace('_', '-')}-${issue}-${commentId}`, issue, createdAtMs: nowMs, action }];
}

async function recordRefusal(
  context: Context,
  setting: Setting,
  refused: {
    readonly comment: IncomingComment;
    readonly call: Call;
    readonly name: string;
    readonly refusal: Refusal;
  },
): Promise<void> {
  const { comment, call, name, refusal } = refused;
  await record(context, setting, (state) => {
    const bug = state.bugs.get(comment.issue);
    if (bug === undefined || isHandled(bug, comment.id)) return { writes: null, message: '', result: null };
    const handled = buildHandled(call, name, refusal);
    return {
      writes: {
        bugs: [{ ...bug, commands: [...bug.commands, handled] }],
        outbox: [buildAnswer(comment, refusal.message, context.clock.nowMs())],
      },
      message: `/${name} #${bug.number} by ${call.actor.login}: ${refusal.reason}`,
      result: null,
    };
  });
}
