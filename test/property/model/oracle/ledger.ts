import type { Bug, HandledCommand, Move } from '../../../../src/domain/bug.ts';
import type { Person } from '../../../../src/domain/person.ts';
import type { LedgerState } from '../../../../src/domain/ledger.ts';
import type { ReleasePull } from '../../../../src/domain/release-pull.ts';
import type { SlotRecord } from '../../../../src/domain/slot.ts';
import { count, violate, type Model } from '../model.ts';
import type { ParkedCall } from '../scheduler.ts';
import { bugsOf, hadPermission, isAbout, type Permission, type WrittenComment } from './book.ts';
import { lacksNote } from './hotfix.ts';
import { watchOrders } from './orders.ts';
import { COMMAND_PERMISSION, isSystemEvent, permissionFor } from './transition.ts';

/** The ledger after the last call. */
export interface LedgerMemory {
  state: LedgerState;
  commits: number;
}

/**
 * A process wrote the ledger. Nothing that was there goes away; every step is one of the table's; and whatever a person
 * moved, that person did ask for it, in a way that counts, and had the role (invariant 7).
 */
export function watchLedger(model: Model, memory: LedgerMemory, call: ParkedCall): void {
  const after = model.ledger.state();
  if (after === memory.state) return;
  memory.commits += 1;
  const commit: Commit = { model, call, number: memory.commits };
  for (const bug of after.bugs.values()) {
    const before = memory.state.bugs.get(bug.number);
    if (before !== bug) watchBug(commit, before, bug);
  }
  for (const number of memory.state.bugs.keys()) {
    if (!after.bugs.has(number)) violate(model, 'history', `bug #${number} is gone`);
  }
  for (const release of after.pulls.values())
    watchRelease(commit, memory.state.pulls.get(release.pull), release);
  for (const slot of after.slots.values()) watchSlot(commit, memory.state.slots.get(slot.id), slot);
  watchWatermark(model, memory.state, after);
  watchOrders(model, { before: memory.state, after, number: memory.commits, process: call.process });
  memory.state = after;
}

function watchWatermark(model: Model, before: LedgerState, after: LedgerState): void {
  const [from = 0, to = 0] = [before, after].map(({ watermark }) => watermark?.readUpToMs ?? 0);
  if (to < from) violate(model, 'history', 'the watermark went back');
}

interface Commit {
  readonly model: Model;
  readonly call: ParkedCall;
  /** How many commits there are with it. */
  readonly number: number;
}

const isKept = (old: readonly unknown[], now: readonly unknown[]): boolean =>
  old.every((each, index) => JSON.stringify(each) === JSON.stringify(now[index]));

function watchBug(commit: Commit, before: Bug | undefined, after: Bug): void {
  const known = before ?? newBugLike(after);
  watchHistory(commit, known, after);
  for (const handled of after.commands.slice(known.commands.length)) watchCommand(commit, after, handled);
  for (const move of after.timeline.slice(known.timeline.length)) {
    watchMove(commit, { bug: after, before: known, move });
  }
  watchApprovals(commit, known, after);
  if (known.severity !== after.severity) watchSeverity(commit, after);
}

/** The report itself is nobody's move. */
function newBugLike(bug: Bug): Bug {
  return { ...bug, commands: [], approvals: [], timeline: bug.timeline.slice(0, 1) };
}

function watchHistory({ model }: Commit, before: Bug, after: Bug): void {
  const name = `#${after.number}`;
  if (!isKept(before.timeline, after.timeline)) violate(model, 'history', `the timeline of ${name} changed`);
  if (!isKept(before.commands, after.commands)) violate(model, 'history', `the commands of ${name} changed`);
  const last = after.timeline.at(-1)?.to;
  if (last !== after.status) violate(model, 'history', `${name} is ${after.status} after a step to ${last}`);
}

/** Its words are those of people who may, like a bug's. */
function watchRelease(commit: Commit, before: ReleasePull | undefined, after: ReleasePull): void {
  const { model } = commit;
  const known = before?.commands ?? [];
  if (!isKept(known, after.commands)) violate(model, 'history', `the commands of #${after.pull} changed`);
  for (const handled of after.commands.slice(known.length)) {
    watchCommand(commit, { number: after.pull }, handled);
  }
  if (after.endedWith !== null && before?.endedWith === null) count(model, 'releases on prod');
  const old = { number: after.pull, approvals: before?.approvals ?? [] };
  watchApprovals(commit, old, { number: after.pull, approvals: after.approvals });
}

function watchCommand({ model, number }: Commit, bug: Pick<Bug, 'number'>, handled: HandledCommand): void {
  const written = model.book.comments.get(Number(handled.key.replace(/^[a-z]+-/u, '')));
  const name = `/${handled.command} in ${handled.key}`;
  if (written === undefined || written.by.id !== handled.by.id) {
    violate(model, '7 no role', `${name} is taken for ${handled.by.login}'s`);
    return;
  }
  written.handledAt = number;
  aimPress(model, written, number);
  written.isDone = handled.outcome === 'done';
  if (!written.isDone) return;
  count(model, `did /${handled.command}`);
  if (handled.command === 'unapprove') written.tookBack.set(bug.number, whoseWords(model, bug, written));
  const least = COMMAND_PERMISSION[handled.command];
  if (written.means?.command !== handled.command) violate(model, '7 no role', `${name} was never said`);
  else if (least === undefined || !hadRole(model, written, least)) {
    violate(model, '7 no role', `${name} was done for ${handled.by.login}`);
  }
}

/** A press is about the bugs of its pull request, as they are when it is heard. */
function aimPress({ book }: Model, written: WrittenComment, commits: number): void {
  const pull = written.pressedOn === null ? undefined : book.pulls.get(written.pressedOn);
  if (pull === undefined || written.means === null) return;
  written.means = { ...written.means, targets: [...bugsOf(book, pull, commits)] };
}

/** Whoever has approved takes their own word back, and anybody else everybody's. */
function whoseWords(
  { book }: Model,
  { number }: Pick<Bug, 'number'>,
  { by }: WrittenComment,
): Person | 'everybody' {
  const hasApproved = [...book.comments.values()].some(
    (each) =>
      each.by.id === by.id && isApproving(each.means?.command ?? '') && each.isDone && isAbout(each, number),
  );
  return hasApproved ? by : 'everybody';
}

const isApproving = (command: string): boolean => command.startsWith('approve-') || command === 'hotfix';

/** They had it at some moment since they wrote. */
function hadRole(
  model: Model,
  { by, atMs }: Pick<WrittenComment, 'by' | 'atMs'>,
  least: Permission,
): boolean {
  const toMs = model.world.clock.nowMs();
  return hadPermission(model.book, by, { least, fromMs: atMs, toMs });
}

interface Step {
  readonly bug: Bug;
  readonly before: Bug;
  readonly move: Move;
}

function watchMove({ model }: Commit, { bug, before, move }: Step): void {
  const name = `${move.event} of #${bug.number} from ${move.from} to ${move.to}`;
  // A confirmation may choose another flow than the bug had.
  const needed = [bug.flow, before.flow]
    .map((flow) => permissionFor({ ...move, flow }))
    .find((each) => each !== null);
  count(model, `moved ${move.event}`);
  if (needed === undefined) violate(model, 'transition table', `there is no ${name}`);
  else if (move.event === 'close' && lacksNote(model, bug)) violate(model, 'no note', `${name} without one`);
  else if (move.by === null) {
    if (!isSystemEvent(move.event) && !isAfterHotfix(bug, move))
      violate(model, '7 no role', `${name} by nobody`);
  } else if (needed === 'system' || !hasAsked(model, bug, { move, least: needed })) {
    violate(model, '7 no role', `${name} by ${move.by.login}`);
  }
}

/** The words for a hotfix count for UAT, too. */
function isAfterHotfix({ timeline }: Bug, move: Move): boolean {
  const last = timeline[timeline.indexOf(move) - 1];
  return move.event === 'approve_uat_merge' && last?.event === 'deploy_hotfix';
}

const WORDS: Readonly<Record<string, readonly string[]>> = {
  confirm: ['confirm', 'hotfix'],
  roll_back: ['rollback'],
  reject: ['reject'],
  close: ['close'],
  start_analysis: ['plan'],
  approve_prod: ['approve-prod'],
  approve_uat_merge: ['approve-uat-merge'],
  withdraw_prod: ['unapprove', 'severity'],
  withdraw_uat_merge: ['unapprove'],
};

/** That person said so, or put a severity on that takes the bug out of the queue. */
function hasAsked(
  model: Model,
  bug: Bug,
  { move, least }: { readonly move: Move; readonly least: Permission },
): boolean {
  const words = WORDS[move.event] ?? [];
  const said = [...model.book.comments.values()].some(
    (comment) =>
      comment.by.id === move.by?.id &&
      words.includes(comment.means?.command ?? '') &&
      isFor(comment, bug.number) &&
      hadRole(model, comment, COMMAND_PERMISSION[comment.means?.command ?? ''] ?? least),
  );
  const labelled =
    move.event === 'withdraw_prod' &&
    model.book.labels.some(
      ({ by, issue, label, action }) =>
        by.id === move.by?.id &&
        issue === bug.number &&
        action === 'labeled' &&
        label.startsWith('severity:'),
    );
  return said || labelled;
}

/** A rollback is asked for on some bug, and is about all that it takes off. */
function isFor(comment: WrittenComment, bug: number): boolean {
  return comment.means?.command === 'rollback' || isAbout(comment, bug);
}

type Approved = Pick<Bug, 'number' | 'approvals'>;

function watchApprovals({ model }: Commit, before: Approved, after: Approved): void {
  const known = new Set(before.approvals.map(({ given }) => JSON.stringify(given)));
  for (const { given, by, action } of after.approvals) {
    if (known.has(JSON.stringify(given))) continue;
    const id = given.kind === 'comment' ? given.id : given.kind === 'button' ? Number(given.delivery) : 0;
    const written = model.book.comments.get(id);
    const isAsked = written !== undefined && isWordOf(written, { by, action, bug: after.number });
    if (!isAsked || !hadRole(model, written, leastFor(written, action))) {
      violate(model, '7 no role', `an approval of #${after.number} by ${by.login}`);
    }
  }
}

/** A senior person's word is one for a hotfix alone. */
function leastFor({ means }: WrittenComment, action: string): Permission {
  return means?.command === 'approve-hotfix' && action === 'approve_hotfix' ? 'maintain' : 'admin';
}

function isWordOf(
  written: WrittenComment,
  { by, action, bug }: { readonly by: Person; readonly action: string; readonly bug: number },
): boolean {
  const said = written.means?.command ?? '';
  const isHotfix = said === 'hotfix' || said === 'approve-hotfix';
  const isMeant = isHotfix && (action === 'approve_hotfix' || action === 'approve_uat_merge');
  const isSaid = isMeant || said === action.replaceAll('_', '-');
  return isSaid && written.by.id === by.id && isAbout(written, bug);
}

function watchSeverity({ model }: Commit, { number, severity }: Bug): void {
  const name = `severity:${severity}`;
  const labelled = model.book.labels.some(
    (act) =>
      act.issue === number &&
      act.label === name &&
      hadPermission(model.book, act.by, {
        least: 'triage',
        fromMs: act.atMs,
        toMs: model.world.clock.nowMs(),
      }),
  );
  const said = [...model.book.comments.values()].some(
    (comment) =>
      comment.issue === number &&
      comment.text === `/severity ${severity}` &&
      comment.means?.command === 'severity' &&
      hadRole(model, comment, 'triage'),
  );
  if (!labelled && !said) violate(model, '7 no role', `#${number} became ${severity}`);
}

function watchSlot({ model, call }: Commit, before: SlotRecord | undefined, after: SlotRecord): void {
  if (before === undefined || before === after) return;
  const isOver = before.state === 'done' || before.state === 'skipped';
  if (isOver && before.state !== after.state)
    violate(model, '4 deployed twice', `${after.id} was over and goes on`);
  if (isTaken(before, after) && isHolderAlive(model, before)) {
    violate(model, '4 deployed twice', `${call.process.name} took ${after.id} from a run that lives`);
  }
}

function isTaken(before: SlotRecord, after: SlotRecord): boolean {
  return before.state === 'running' && before.claim?.runId !== after.claim?.runId;
}

function isHolderAlive(model: Model, { claim }: SlotRecord): boolean {
  const holder = model.runs.find(({ id }) => id === claim?.runId);
  return holder?.state === 'running' && holder.process?.isAlive === true;
}
