import { markKeys } from '../../../../src/domain/text/comment-mark.ts';
import type { FakeIssue } from '../../../support/fake-world.ts';
import { count, violate, type Model } from '../model.ts';
import type { ParkedCall } from '../scheduler.ts';
import { lacksNote } from './hotfix.ts';

/** Nothing is on its way any more, and every replica has read everything: what people see now is what counts. */
export function watchRest(model: Model): void {
  for (const issue of model.world.issues.values()) {
    watchLabels(model, issue);
    watchAnswers(model, issue.number);
    watchOwnComments(model, issue);
    watchClosed(model, issue);
  }
  for (const [number, comments] of model.world.pullComments) watchOwnComments(model, { number, comments });
  watchAlerts(model);
  watchFree(model);
  const left = [...model.ledger.state().outbox.keys()];
  if (left.length > 0) violate(model, '5 lost', `nobody ever did ${left.join(', ')}`);
}

/** A hotfix ends with its note. */
function watchClosed(model: Model, { number, state }: FakeIssue): void {
  const bug = model.ledger.state().bugs.get(number);
  if (state === 'closed' && bug !== undefined && lacksNote(model, bug))
    violate(model, 'no note', `#${number} is closed without one`);
}

/** No run is left that could have a lock, and no order waits for one. */
function watchFree(model: Model): void {
  const { environments, releases } = model.ledger.state();
  for (const { environment, locks } of environments.values()) {
    const held = locks.leases.find(({ owner }) => owner.kind === 'run');
    if (held !== undefined) violate(model, '4 locked', `${environment} is left to ${held.operation}`);
  }
  for (const { id, kind, state } of releases.values())
    if (kind !== 'slot' && state === 'planned') violate(model, '5 lost', `nobody ever carried ${id} out`);
}

/** What the admins are told they are told once, and nothing that they are told is without an issue. */
function watchAlerts(model: Model): void {
  const shown = [...model.world.issues.values()].flatMap(({ body }) =>
    markKeys(body).filter((key) => key.startsWith('alert-')),
  );
  const twice = shown.filter((key, index) => shown.indexOf(key) !== index);
  if (twice.length > 0) violate(model, 'said twice', `the admins are told of ${twice.join(', ')} twice`);
  const silent = [...model.ledger.state().alerts.values()].filter(({ issue }) => issue === null);
  if (silent.length > 0) violate(model, '5 lost', `nobody opened ${silent.map(({ key }) => key).join(', ')}`);
  count(model, 'alerts', shown.length);
}

/** Invariant 6: exactly one status, and it is the ledger's. */
function watchLabels(model: Model, { number, labels }: FakeIssue): void {
  const bug = model.ledger.state().bugs.get(number);
  const shown = labels.filter((label) => label.startsWith('status:'));
  if (bug === undefined) return;
  const wanted = [`status:${bug.status}`];
  if (JSON.stringify(shown) !== JSON.stringify(wanted)) {
    violate(
      model,
      '6 status',
      `#${number} shows ${shown.join(' ') || 'no status'}, the ledger says ${bug.status}`,
    );
  }
}

/** Invariant 5: every command that was written, and that nobody touched since, is counted or answered. */
function watchAnswers(model: Model, number: number): void {
  const bug = model.ledger.state().bugs.get(number);
  if (bug === undefined) return;
  for (const comment of model.book.comments.values()) {
    if (comment.issue !== number || comment.means === null || comment.endedAtMs !== null) continue;
    const isCounted = bug.commands.some(({ key }) => key === `comment-${comment.id}`);
    if (!isCounted && !model.book.answers.has(`comment-${comment.id}`)) {
      violate(model, '5 lost', `comment ${comment.id} on #${number} (${comment.text}) was never heard`);
    }
  }
}

/** What the system posts, whatever people do to it afterwards. */
export function watchPosts(model: Model, call: ParkedCall): void {
  const keys = JSON.stringify(call.args).matchAll(/"key":"(?:answer|note)-(comment-\d+)"/gu);
  for (const [, key] of keys) if (key !== undefined) model.book.answers.add(key);
}

/** Nothing is said twice, and there is one card. */
function watchOwnComments(model: Model, { number, comments }: Pick<FakeIssue, 'number' | 'comments'>): void {
  const keys = comments
    .filter(({ author }) => author.id === model.world.bot.id)
    .flatMap(({ body }) => [...new Set(markKeys(body))]);
  // A card that somebody overwrote is not to be known as one by whoever comes across it.
  const isSafe = (key: string) => key !== 'card' || !model.book.tampered.has(number);
  const twice = keys.filter((key, index) => keys.indexOf(key) !== index && isSafe(key));
  if (twice.length > 0) violate(model, 'said twice', `#${number} has ${twice.join(', ')} twice`);
  const isCardMissing = model.ledger.state().bugs.has(number) && !keys.includes('card');
  if (isCardMissing && isSafe('card')) violate(model, '6 status', `#${number} has no card`);
}
