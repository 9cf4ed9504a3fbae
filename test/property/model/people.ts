import { parseFixMentions } from '../../../src/domain/fix.ts';
import type { Person } from '../../../src/domain/person.ts';
import { issueIn, personIn, pullIn, type FakePull } from '../../support/fake-world.ts';
import type { Chance } from './chance.ts';
import { count, tell, type Model } from './model.ts';
import { checksOn } from '../../support/fake-check.ts';
import { hasPermission, patchOf, type Permission, type Rules } from './oracle/book.ts';
import { describeRules } from './scenario.ts';
import type { WebhookEvent } from './webhook.ts';
import type { Wording } from './wording.ts';

/** GitHub sends a webhook; when and whether it arrives is another matter. */
export function emit(model: Model, event: WebhookEvent): void {
  model.pending.push({ id: model.world.nextId(), event });
}

/** Somebody reports a bug. */
export function report(
  model: Model,
  { by, labels = [], body = '' }: { by: string; labels?: string[]; body?: string },
): number {
  const all = ['bug', ...labels];
  const number = model.people.openIssue({ by, labels: all, body });
  const { comments: _, stateReason: __, ...issue } = issueIn(model.world, number);
  const facts = { ...issue, labels: all, comments: [], hasOlderComments: false, closed: null };
  emit(model, { kind: 'issue opened', issue: facts });
  const author = personIn(model.world, by);
  for (const label of all) noteLabel(model, { issue: number, by: author, action: 'labeled', label });
  tell(model, `${by} reports bug #${number}${labels.length === 0 ? '' : ` with ${labels.join(' ')}`}`);
  return number;
}

function noteLabel(
  model: Model,
  act: { issue: number; by: Person; action: 'labeled' | 'unlabeled'; label: string },
): void {
  model.book.labels.push({ ...act, atMs: model.world.clock.nowMs() });
  emit(model, { kind: 'label', ...act, atMs: model.world.now() });
}

/** Somebody writes a comment. Gives its id. */
export function say(
  model: Model,
  { by, issue, wording }: { by: string; issue: number; wording: Wording },
): number {
  const { world, book } = model;
  const author = personIn(world, by);
  const { text, means } = wording;
  const id = model.people.comment({ by, issue, body: text });
  book.comments.set(id, {
    id,
    issue,
    pressedOn: null,
    by: author,
    text,
    means,
    ...whatIsSeen(model),
  });
  const kind = world.pulls.has(issue) ? 'pull comment' : 'comment';
  emit(model, { kind, issue, id, author, body: text, writtenAtMs: world.now() });
  tell(model, `${by} writes on #${issue} (comment ${id}): ${JSON.stringify(text)}`);
  count(model, means === null ? 'traps' : `said /${means.command}`);
  return id;
}

/** What whoever speaks now has before them. */
function whatIsSeen({ world, git }: Model) {
  return {
    atMs: world.clock.nowMs(),
    sawOnUat: git.patchesOn('uat'),
    sawHeads: new Map([...world.pulls.values()].map((pull) => [pull.number, headOf(pull)])),
    endedAtMs: null,
    handledAt: null,
    isDone: false,
    tookBack: new Map(),
  };
}

/** Somebody presses a button that the check of a pull request shows; none, none. */
export function pressButton(
  model: Model,
  { by, pull }: { by: string; pull: FakePull },
  chance: Chance,
): void {
  const { world, book } = model;
  const head = headOf(pull);
  const check = pull.base === 'uat' ? 'tonic / gate (uat)' : 'tonic / gate';
  const shown = checksOn(world, head).find(({ name, appId }) => name === check && appId === world.appId);
  const buttons = (shown?.report?.actions ?? []).map(({ identifier }) => identifier);
  if (buttons.length === 0) return;
  const telling = buttons.filter((each) => each !== 'recheck');
  const button = chance.one(telling.length > 0 && chance.below(4) > 0 ? telling : buttons);
  const id = world.nextId();
  const person = personIn(world, by);
  const command = button.replaceAll('_', '-');
  const means = button === 'recheck' ? null : { command, targets: [], pull: null };
  book.comments.set(id, {
    id,
    issue: 0,
    pressedOn: pull.number,
    by: person,
    text: '',
    means,
    ...whatIsSeen(model),
  });
  emit(model, {
    kind: 'button',
    button,
    by: person,
    check,
    checkRun: 1,
    head,
    delivery: String(id),
    pressedAtMs: null,
  });
  tell(model, `${by} presses ${button} on #${pull.number} (press ${id})`);
  count(model, `pressed ${button}`);
}

const headOf = (pull: FakePull): string => pull.commits.at(-1) ?? '';

/** Somebody edits a comment, their own or another's, the system's included. */
export function editComment(
  model: Model,
  { by, issue, id, wording }: { by: string; issue: number; id: number; wording: Wording },
): void {
  model.people.editComment(id, wording.text, by);
  endComment(model, { by, issue, id, how: 'edited' });
  tell(model, `${by} edits comment ${id} on #${issue}: ${JSON.stringify(wording.text)}`);
}

/** Somebody deletes a comment. */
export function deleteComment(
  model: Model,
  { by, issue, id }: { by: string; issue: number; id: number },
): void {
  model.people.deleteComment(id, by);
  endComment(model, { by, issue, id, how: 'deleted' });
  tell(model, `${by} deletes comment ${id} on #${issue}`);
}

function endComment(
  model: Model,
  { by, ...changed }: { by: string; issue: number; id: number; how: 'edited' | 'deleted' },
): void {
  const written = model.book.comments.get(changed.id);
  if (written === undefined) model.book.tampered.add(changed.issue);
  else written.endedAtMs ??= model.world.clock.nowMs();
  const isOwn = written === undefined;
  emit(model, { kind: 'comment changed', ...changed, by: personIn(model.world, by), isOwn });
}

/** Another App, or somebody with write access, reports under the name of the required check. */
export function reportInstead(model: Model, pull: number, isStatus: boolean): void {
  const name = pullIn(model.world, pull).base === 'uat' ? 'tonic / gate (uat)' : 'tonic / gate';
  model.people.check({ pull, name, state: 'green', appId: isStatus ? null : 8 });
  const commit = headOf(pullIn(model.world, pull));
  emit(model, { kind: 'report', name, commit, by: isStatus ? 'wes' : 'another', isStatus });
  tell(model, `${isStatus ? 'wes' : 'another App'} reports ${name} on #${pull}`);
}

/** Somebody puts a label on or takes it off. GitHub lets people with triage do so. */
export function changeLabel(
  model: Model,
  act: { by: string; issue: number; action: 'labeled' | 'unlabeled'; label: string },
): string | null {
  const { issue, action, label } = act;
  const by = personIn(model.world, act.by);
  const has = issueIn(model.world, issue).labels.includes(label);
  if (has === (action === 'labeled') || !hasPermission(model.book, by, 'triage')) return null;
  model.people.label(issue, {
    ...(action === 'labeled' ? { add: [label] } : { remove: [label] }),
    by: act.by,
  });
  noteLabel(model, { issue, by, action, label });
  const verb = action === 'labeled' ? 'puts' : 'takes';
  return `${act.by} ${verb} ${label} ${action === 'labeled' ? 'on' : 'off'} #${issue}`;
}

/** Somebody opens a pull request for a bug. */
export function openPull(
  model: Model,
  {
    by,
    base,
    bugs,
    head = `fix/${model.world.pulls.size}`,
  }: { by: string; base: 'uat' | 'main'; bugs: readonly number[]; head?: string },
): number {
  const body = bugs.map((bug) => `Fixes #${bug}`).join('\n');
  const opened = model.people.openPull({ by, head, base, body });
  model.book.pulls.set(opened.number, {
    number: opened.number,
    author: personIn(model.world, by),
    base,
    heads: [{ head: opened.head, atMs: model.world.clock.nowMs() }],
    bugs,
    isRelease: head === 'uat',
  });
  emitPull(model, opened.number);
  tell(model, `${by} opens pull request #${opened.number} to ${base}: ${JSON.stringify(body)}`);
  return opened.number;
}

/** Somebody offers what UAT has and PROD has not as a release. */
export function openRelease(model: Model): number {
  return openPull(model, { by: 'wes', base: 'main', bugs: [], head: 'uat' });
}

/** The configuration's rules on approvals change. */
export function changeRules(model: Model, rules: Rules): void {
  model.rules = rules;
  model.book.rules.push({ sinceMs: model.world.clock.nowMs(), rules });
  tell(model, `from now on ${describeRules(rules)}`);
  count(model, 'rules changed');
}

function emitPull(model: Model, number: number): void {
  const { base, state, title, body, updatedAtMs } = pullIn(model.world, number);
  const mentions = parseFixMentions({ title, body });
  emit(model, { kind: 'pull request', pull: { pull: number, base, state, mentions, updatedAtMs } });
}

/** A new commit on a pull request's branch. */
export function pushToPull(model: Model, number: number): void {
  const head = model.people.push(number);
  model.book.pulls.get(number)?.heads.push({ head, atMs: model.world.clock.nowMs() });
  emit(model, { kind: 'pull request moved', pull: number });
  tell(model, `#${number} has a new head, ${head.slice(-7)}`);
}

/** Somebody reviews a pull request. */
export function review(
  model: Model,
  { by, pull, state }: { by: string; pull: number; state: 'approved' | 'changes_requested' },
): void {
  model.people.review({ by, pull, state });
  const head = headOf(pullIn(model.world, pull));
  const atMs = model.world.clock.nowMs();
  model.book.reviews.push({ pull, by: personIn(model.world, by), head, state, atMs });
  tell(model, `${by} reviews #${pull}: ${state}`);
}

/** Somebody merges a pull request by hand, past the slots. */
export function mergeByHand(model: Model, number: number): void {
  const pull = pullIn(model.world, number);
  const patch = patchOf(headOf(pull));
  // A release brings what UAT has.
  if (model.book.pulls.get(number)?.isRelease === true) model.git.commit('uat', patch);
  pull.state = 'merged';
  pull.mergeCommit = model.git.commit(pull.base, patch);
  pull.mergedAtMs = model.world.now();
  pull.updatedAtMs = model.world.now();
  model.book.byHand.add(patch);
  emit(model, { kind: 'pull request moved', pull: number });
  tell(model, `#${number} is merged into ${pull.base} by hand`);
}

/** Somebody gives a pull request up. */
export function closePull(model: Model, number: number): void {
  pullIn(model.world, number).state = 'closed';
  emit(model, { kind: 'pull request moved', pull: number });
  tell(model, `#${number} is closed without a merge`);
}

/** Somebody pushes to an environment's branch, past everything. */
export function pushByHand(model: Model, branch: 'uat' | 'main', chance: Chance): void {
  const patch = `feature-${chance.below(1_000_000)}`;
  model.git.commit(branch, patch);
  model.book.byHand.add(patch);
  tell(model, `somebody pushes ${patch} to ${branch}`);
}

/** Somebody gets or loses a role. */
export function changeRole(model: Model, login: string, permission: Permission): void {
  const { id } = personIn(model.world, login);
  model.world.standings.set(id, { permission, isBot: false });
  model.book.permissions.get(id)?.push({ sinceMs: model.world.clock.nowMs(), permission });
  tell(model, `${login} now has ${permission}`);
}

/** Somebody closes an issue by its button, or opens it again. */
export function changeIssueState(
  model: Model,
  { by, number, to }: { by: string; number: number; to: 'open' | 'closed' },
): string | null {
  const issue = issueIn(model.world, number);
  if (issue.state === to) return null;
  issue.state = to;
  issue.closedBy = to === 'closed' ? personIn(model.world, by) : null;
  issue.updatedAtMs = model.world.now();
  emit(model, { kind: 'issue state', issue: number, to, atMs: model.world.now() });
  return `${by} ${to === 'open' ? 'reopens' : 'closes'} #${number} by its button`;
}
