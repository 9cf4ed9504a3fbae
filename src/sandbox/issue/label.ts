import type { Actor } from '../auth/actor.ts';
import type { Author } from '../auth/author.ts';
import { invalidField } from '../error.ts';
import type { Label } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { serialiseLabel } from '../serialise/label.ts';
import { emit } from '../webhook/emit.ts';
import { nextIdentity } from '../world.ts';
import { findLabel } from './find.ts';
import { authorWhoMay, WRITE_LABELS } from './need.ts';
import { lengthOf } from './text.ts';

const NAME_LENGTH = 50;
const DESCRIPTION_LENGTH = 100;

/** What a label looks like. */
export interface LabelLook {
  name: string;
  color?: string | undefined;
  description?: string | null | undefined;
}

/** Makes a label. @throws ApiError 422 for a name that is taken in any case, too long, or a colour that is none. */
export function createLabel(
  kernel: Kernel,
  repository: Repository,
  given: LabelLook & { actor: Actor },
): Label {
  return addLabel(kernel, repository, {
    ...given,
    author: authorWhoMay(kernel, given.actor, { repository, need: WRITE_LABELS }),
  });
}

/** Makes a label for somebody who was already let through. */
export function addLabel(
  kernel: Kernel,
  repository: Repository,
  given: LabelLook & { author: Author },
): Label {
  checkLook(given);
  if (findLabel(repository, given.name)) throw invalidField('Label', 'name', { code: 'already_exists' });
  const label: Label = {
    ...nextIdentity(kernel.world, 'Label'),
    name: given.name,
    color: (given.color ?? DEFAULT_COLOR).toLowerCase(),
    description: given.description ?? null,
    isDefault: false,
  };
  repository.labels.push(label);
  const { author } = given;
  emit(kernel, 'label/created', {
    repository,
    sender: author.account,
    workflowRunId: author.workflowRunId,
    body: { label: serialiseLabel(kernel, repository, label) },
  });
  return label;
}

const DEFAULT_COLOR = 'ededed';

/** Changes a label's name, colour or description; issues that carry it keep it. */
export function editLabel(
  kernel: Kernel,
  where: { repository: Repository; label: Label },
  change: Partial<LabelLook> & { actor: Actor },
): void {
  const { repository, label } = where;
  const author = authorWhoMay(kernel, change.actor, { repository, need: WRITE_LABELS });
  const look = {
    name: change.name ?? label.name,
    color: change.color?.toLowerCase() ?? label.color,
    description: change.description === undefined ? label.description : change.description,
  };
  checkLook(look);
  const taken = findLabel(repository, look.name);
  if (taken && taken !== label) throw invalidField('Label', 'name', { code: 'already_exists' });
  const changes = changesBetween(label, look);
  Object.assign(label, look);
  emit(kernel, 'label/edited', {
    repository,
    sender: author.account,
    workflowRunId: author.workflowRunId,
    body: { label: serialiseLabel(kernel, repository, label), changes },
  });
}

/** Deletes a label and takes it off every issue; as on GitHub no `unlabeled` is sent for that. */
export function deleteLabel(
  kernel: Kernel,
  where: { repository: Repository; label: Label },
  actor: Actor,
): void {
  const { repository, label } = where;
  const author = authorWhoMay(kernel, actor, { repository, need: WRITE_LABELS });
  const body = { label: serialiseLabel(kernel, repository, label) };
  repository.labels = repository.labels.filter((one) => one !== label);
  for (const issue of repository.issues) issue.labelIds = issue.labelIds.filter((id) => id !== label.id);
  emit(kernel, 'label/deleted', {
    repository,
    sender: author.account,
    workflowRunId: author.workflowRunId,
    body,
  });
}

function changesBetween(before: Label, after: Pick<Label, 'name' | 'color' | 'description'>) {
  return {
    ...(after.name === before.name ? {} : { name: { from: before.name } }),
    ...(after.color === before.color ? {} : { color: { from: before.color } }),
    ...(after.description === before.description ? {} : { description: { from: before.description ?? '' } }),
  };
}

function checkLook({ name, color, description }: LabelLook): void {
  if (name.trim() === '') throw invalidField('Label', 'name', { code: 'missing_field' });
  if (lengthOf(name) > NAME_LENGTH) {
    throw invalidField('Label', 'name', { message: `is too long (maximum is ${NAME_LENGTH} characters)` });
  }
  if (color !== undefined && !/^[0-9a-f]{6}$/i.test(color)) throw invalidField('Label', 'color');
  if (description && lengthOf(description) > DESCRIPTION_LENGTH) {
    throw invalidField('Label', 'description', {
      message: `is too long (maximum is ${DESCRIPTION_LENGTH} characters)`,
    });
  }
}
