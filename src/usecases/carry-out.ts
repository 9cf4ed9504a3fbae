import { keyOf, type Given } from '../domain/approval.ts';
import type { Bug, HandledCommand } from '../domain/bug.ts';
import type { Command, Prepared, Understood } from '../domain/commands/define.ts';
import type { ParsedComment } from '../domain/commands/parse.ts';
import { targetsOf } from '../domain/commands/targets.ts';
import { decide, refuseRole } from '../domain/decide.ts';
import type { BugFacts, Call, Decision, FollowUp } from '../domain/decision.ts';
import { withLocks, type LedgerState, type LedgerWrites, type OutboxEntry } from '../domain/ledger.ts';
import { teamsOf, type Person } from '../domain/person.ts';
import { refuse, type Refusal } from '../domain/reason.ts';
import { renderBatchAnswer } from '../domain/text/answer.ts';
import type { Setting } from '../ports/configuration.ts';
import { answerKey } from './answer.ts';
import { askingOnce } from './asking-once.ts';
import { loadCommandFacts, type CommandFacts } from './command-facts.ts';
import type { Context } from './context.ts';
import { followUp } from './follow-up.ts';
import { record } from './record.ts';
import { stopFacts } from './stop-facts.ts';

/** A person's word that asks for something, wherever it was given. Untrusted, but for the person and the time. */
export interface Asked {
  /** The bug that it counts on and is answered on. */
  readonly issue: number;
  readonly actor: Person;
  readonly given: Given;
  /** GitHub's time. */
  readonly writtenAtMs: number;
}

/**
 * Carries out what a person asked for by comment, button or dashboard, once: role, facts, decision, ledger, answer.
 *
 * Idempotent: a word that the ledger has counted does nothing, whoever brings it again.
 */
export async function carryOut(
  context: Context,
  setting: Setting,
  { asked, what }: { readonly asked: Asked; readonly what: Exclude<ParsedComment, { kind: 'none' }> },
): Promise<void> {
  const { issue, ...word } = asked;
  const asking = askingOnce(context);
  const teams = teamsOf(setting.policy);
  const call: Call = { ...word, standing: await asking.members.standing(asked.actor, teams) };
  if (what.kind === 'refused') {
    await recordRefusal(context, setting, { issue, call, name: what.command, refusal: what.refusal });
    return;
  }
  const { command } = what;
  // Nothing is read for somebody who may not ask.
  const forbidden = refuseRole(command, call, setting.policy);
  if (forbidden !== null) {
    await recordRefusal(context, setting, { issue, call, name: command.name, refusal: forbidden });
    return;
  }
  const live = await loadCommandFacts(asking, setting, { understood: what, issue });
  // The checks that the word changes are judged by the same roles.
  const followUps = await record(asking, setting, (state) => {
    const targets = targetsOf(what, issue, { bugs: state.bugs, policy: setting.policy });
    const origin = state.bugs.get(issue);
    if (origin === undefined || isHandled(origin, call.given))
      return { writes: null, message: '', result: [] };
    const words = [...state.bugs.values()].flatMap(({ commands }) => commands);
    const decisions = targets.map((number) =>
      decideOne(number, {
        state,
        words,
        setting,
        live,
        stops: stopFacts(context, setting, state),
        call,
        understood: what,
      }),
    );
    return buildIntent({ issue, call, ...what, origin, decisions, state, nowMs: context.clock.nowMs() });
  });
  for (const next of followUps) await followUp(context, setting, next);
}

/** Tells whether a word was carried out or refused before. */
export function isHandled({ commands }: Pick<Bug, 'commands'>, given: Given): boolean {
  return commands.some((handled) => handled.key === keyOf(given));
}

interface Decided {
  readonly number: number;
  readonly decision: Decision;
}

function decideOne(
  number: number,
  given: {
    readonly state: LedgerState;
    readonly words: BugFacts['words'];
    readonly setting: Setting;
    readonly live: CommandFacts;
    readonly stops: Pick<BugFacts, 'freezes' | 'locks'>;
    readonly call: Call;
    readonly understood: Understood;
  },
): Decided {
  const bug = given.state.bugs.get(number);
  if (bug === undefined) return { number, decision: refuse('not_a_bug', 'It is no tracked bug.') };
  const facts: BugFacts = {
    bug,
    words: given.words,
    ...given.setting,
    nowMs: given.live.nowMs,
    parity: given.live.parity,
    fixes: given.live.fixes.filter((fix) => isAbout(bug, fix.pull, given.understood)),
    signers: given.live.signers,
    ...given.stops,
    endedRuns: given.live.endedRuns,
    environments: given.state.environments,
    releases: given.state.releases,
    slots: [...given.state.slots.values()].toSorted((left, right) => (left.id < right.id ? 1 : -1)),
  };
  return { number, decision: decide(given.understood, given.call, facts) };
}

function isAbout(bug: Bug, pull: number, { prepared }: Understood): boolean {
  return prepared.pulls.includes(pull) || bug.fixes.some((link) => link.pull === pull);
}

interface Outcome {
  readonly issue: number;
  readonly call: Call;
  readonly command: Command;
  readonly prepared: Prepared;
  readonly origin: Bug;
  readonly decisions: readonly Decided[];
  readonly state: LedgerState;
  readonly nowMs: number;
}

function buildIntent(outcome: Outcome) {
  const { issue, call, command, prepared, origin, decisions, nowMs } = outcome;
  const changed = new Map(
    decisions.flatMap(({ number, decision }) =>
      decision.kind === 'allowed' ? [[number, decision.bug] as const] : [],
    ),
  );
  const refusal = decisions.find(({ decision }) => decision.kind === 'refused')?.decision;
  const failed = changed.size === 0 && refusal?.kind === 'refused' ? refusal : null;
  const place = prepared.about === undefined ? {} : { about: prepared.about };
  const handled = { ...buildHandled(call, command.name, failed), ...place };
  // The word counts on the bug that it stands on, whichever bugs it was about.
  const own = changed.get(issue) ?? origin;
  changed.set(issue, { ...own, commands: [...own.commands, handled] });
  const followUps = decisions.flatMap(({ decision }) =>
    decision.kind === 'allowed' ? decision.followUps : [],
  );
  const answer = renderBatchAnswer({ actor: call.actor, command, issue }, decisions);
  const about = decisions.map(({ number }) => `#${number}`).join(' ');
  return {
    writes: {
      bugs: [...changed.values()],
      ...changedBeside(decisions, outcome.state),
      outbox: [
        buildAnswer(issue, call, { body: answer, nowMs }),
        ...followUps.flatMap((next) => entryFor(next, call, nowMs)),
      ],
    },
    message: `/${command.name} ${about} by ${call.actor.login}: ${failed === null ? 'done' : failed.reason}`,
    result: followUps,
  };
}

/** The freezes and locks that stand from now on, and the release that is ordered, where a decision says so. */
function changedBeside(
  decisions: readonly Decided[],
  { environments }: LedgerState,
): Pick<LedgerWrites, 'freezes' | 'environments' | 'releases'> {
  const allowed = decisions.flatMap(({ decision }) => (decision.kind === 'allowed' ? [decision] : []));
  const freezes = allowed.find((each) => each.freezes !== undefined)?.freezes;
  const locked = allowed.flatMap(({ locks }) => locks ?? []);
  return {
    ...(freezes === undefined ? {} : { freezes }),
    releases: allowed.flatMap(({ release }) => release ?? []),
    environments: locked.map(({ environment, locks }) =>
      withLocks(environments.get(environment), environment, locks),
    ),
  };
}

/** The record of a word: carried out, or refused. */
export function buildHandled(call: Call, command: string, refusal: Refusal | null): HandledCommand {
  return {
    key: keyOf(call.given),
    command,
    by: call.actor,
    writtenAtMs: call.writtenAtMs,
    outcome: refusal === null ? 'done' : 'refused',
    reason: refusal?.reason ?? null,
  };
}

function buildAnswer(
  issue: number,
  { given }: Call,
  { body, nowMs }: { readonly body: string; readonly nowMs: number },
): OutboxEntry {
  return {
    id: answerKey(keyOf(given)),
    issue,
    createdAtMs: nowMs,
    action: { kind: 'comment', body },
  };
}

function entryFor(next: FollowUp, { given }: Call, nowMs: number): OutboxEntry[] {
  if (next.kind !== 'close_issue' && next.kind !== 'reopen_issue') return [];
  const { issue, ...action } = next;
  const id = `${next.kind.replace('_', '-')}-${issue}-${keyOf(given)}`;
  return [{ id, issue, createdAtMs: nowMs, action }];
}

async function recordRefusal(
  context: Context,
  setting: Setting,
  refused: {
    readonly issue: number;
    readonly call: Call;
    readonly name: string;
    readonly refusal: Refusal;
  },
): Promise<void> {
  const { issue, call, name, refusal } = refused;
  await record(context, setting, (state) => {
    const bug = state.bugs.get(issue);
    if (bug === undefined || isHandled(bug, call.given)) return { writes: null, message: '', result: null };
    const handled = buildHandled(call, name, refusal);
    return {
      writes: {
        bugs: [{ ...bug, commands: [...bug.commands, handled] }],
        outbox: [buildAnswer(issue, call, { body: refusal.message, nowMs: context.clock.nowMs() })],
      },
      message: `/${name} #${bug.number} by ${call.actor.login}: ${refusal.reason}`,
      result: null,
    };
  });
}
