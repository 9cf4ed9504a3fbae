import type { Actor } from '../auth/actor.ts';
import type { Author } from '../auth/author.ts';
import { meets } from '../auth/permission.ts';
import { ApiError, unprocessable } from '../error.ts';
import type { Label } from '../model/issue.ts';
import type { Kernel } from '../sandbox.ts';
import { announceLabel } from './announce.ts';
import { findLabel, labelsOf, type IssuePlace } from './find.ts';
import { addLabel } from './label.ts';
import { authorWhoMay, issueNeed, WRITE_LABELS } from './need.ts';
import { recordTimeline } from './record.ts';

const LABELS_PER_ISSUE = 100;

/** Gives an issue labels by name; unknown ones are made, as on GitHub, by those who may. Repeats change nothing. */
export function addLabels(kernel: Kernel, place: IssuePlace, given: { names: string[]; actor: Actor }): void {
  const author = authorWhoLabels(kernel, place, given.actor);
  for (const label of obtainLabels(kernel, place, { ...given, author }))
    attach(kernel, place, { label, author });
}

/** Gives an issue labels that are known already. */
export function attachLabels(
  kernel: Kernel,
  place: IssuePlace,
  given: { labels: Label[]; actor: Actor },
): void {
  const author = authorWhoLabels(kernel, place, given.actor);
  for (const label of given.labels) attach(kernel, place, { label, author });
}

/** Takes labels off an issue; one that it has not changes nothing. */
export function detachLabels(
  kernel: Kernel,
  place: IssuePlace,
  given: { labels: Label[]; actor: Actor },
): void {
  const author = authorWhoLabels(kernel, place, given.actor);
  for (const label of given.labels) detach(kernel, place, { label, author });
}

/** Takes one label off by name. @throws ApiError 404 when the issue has it not. */
export function removeLabel(kernel: Kernel, place: IssuePlace, given: { name: string; actor: Actor }): void {
  const author = authorWhoLabels(kernel, place, given.actor);
  const label = findLabel(place.repository, given.name);
  if (!label || !place.issue.labelIds.includes(label.id)) throw new ApiError(404, 'Label does not exist');
  detach(kernel, place, { label, author });
}

/** Makes an issue's labels exactly these. */
export function setLabels(kernel: Kernel, place: IssuePlace, given: { names: string[]; actor: Actor }): void {
  const author = authorWhoLabels(kernel, place, given.actor);
  const wanted = obtainLabels(kernel, place, { ...given, author });
  for (const label of labelsOf(place.repository, place.issue)) {
    if (!wanted.includes(label)) detach(kernel, place, { label, author });
  }
  for (const label of wanted) attach(kernel, place, { label, author });
}

function authorWhoLabels(kernel: Kernel, { repository, issue }: IssuePlace, actor: Actor): Author {
  return authorWhoMay(kernel, actor, { repository, need: issueNeed(issue, 'triage') });
}

function obtainLabels(
  kernel: Kernel,
  { repository }: IssuePlace,
  { names, actor, author }: { names: string[]; actor: Actor; author: Author },
): Label[] {
  const labels = names.map((name) => {
    const known = findLabel(repository, name);
    if (known) return known;
    if (!meets(kernel.world, actor, { repository, need: WRITE_LABELS })) {
      throw unprocessable('Validation Failed', [{ resource: 'Label', field: 'name', code: 'invalid' }]);
    }
    return addLabel(kernel, repository, { name, author });
  });
  return [...new Set(labels)];
}

function attach(
  kernel: Kernel,
  place: IssuePlace,
  { label, author }: { label: Label; author: Author },
): void {
  const { issue } = place;
  if (issue.labelIds.includes(label.id)) return;
  if (issue.labelIds.length >= LABELS_PER_ISSUE) {
    throw unprocessable('Validation Failed', [
      {
        resource: 'Issue',
        field: 'labels',
        code: 'custom',
        message: `an issue can have at most ${LABELS_PER_ISSUE} labels`,
      },
    ]);
  }
  issue.labelIds.push(label.id);
  record(kernel, place, { action: 'labeled', label, author });
}

function detach(
  kernel: Kernel,
  place: IssuePlace,
  { label, author }: { label: Label; author: Author },
): void {
  const { issue } = place;
  if (!issue.labelIds.includes(label.id)) return;
  issue.labelIds = issue.labelIds.filter((id) => id !== label.id);
  record(kernel, place, { action: 'unlabeled', label, author });
}

function record(
  kernel: Kernel,
  place: IssuePlace,
  change: { action: 'labeled' | 'unlabeled'; label: Label; author: Author },
): void {
  const { name, color } = change.label;
  recordTimeline(kernel, place.issue, {
    event: change.action,
    author: change.author,
    detail: { label: { name, color } },
  });
  announceLabel(kernel, place, change);
}
