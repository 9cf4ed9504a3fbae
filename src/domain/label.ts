import { ALERT_LABEL } from './alert.ts';
import type { Bug } from './bug.ts';
import type { Policy } from './policy.ts';
import { SEVERITIES } from './severity.ts';
import { STATUSES, type Status } from './status.ts';

/** A label as it is to exist in the repository. */
export interface LabelDefinition {
  readonly name: string;
  /** Six hexadecimal digits. */
  readonly color: string;
  /** At most 100 characters, GitHub's limit. */
  readonly description: string;
}

/** The label of a status. */
export function statusLabel(status: Status): string {
  return `status:${status}`;
}

/** Every label with a fixed name. `service:` and `module:` labels are the maintainers' own. */
export function labelDefinitions(policy: Policy): LabelDefinition[] {
  const severityColors = { low: 'c2e0c6', medium: 'fbca04', high: 'd93f0b', critical: 'b60205' };
  return [
    { name: policy.bugLabel, color: 'd73a4a', description: 'A bug that Tonic carries through UAT and PROD' },
    ...STATUSES.map(({ name, color, meaning }) => ({ name: statusLabel(name), color, description: meaning })),
    ...SEVERITIES.map((name) => ({
      name: `severity:${name}`,
      color: severityColors[name],
      description: policy.severity.hotfix.includes(name)
        ? 'Hotfix path, never a slot'
        : 'Goes through the slots',
    })),
    { name: 'found-in:uat', color: 'bfd4f2', description: 'Seen on UAT' },
    { name: 'found-in:prod', color: 'bfd4f2', description: 'Seen on PROD' },
    { name: 'flow:1', color: 'd4c5f9', description: 'UAT first, then PROD' },
    { name: 'flow:2', color: 'd4c5f9', description: 'PROD first, then back to UAT' },
    { name: ALERT_LABEL, color: 'b60205', description: 'For the admins: something to look at' },
  ];
}

/** The labels that the ledger wants on a bug, besides those that are none of ours. */
export function wantedLabels(bug: Bug, policy: Policy): string[] {
  return [
    policy.bugLabel,
    statusLabel(bug.status),
    ...(bug.severity === null ? [] : [`severity:${bug.severity}`]),
    ...(bug.foundIn === null ? [] : [`found-in:${bug.foundIn}`]),
    ...(bug.flow === null ? [] : [`flow:${bug.flow}`]),
  ];
}

/** Tells whether a label is one of those which the ledger decides on. */
export function isOurs(label: string, policy: Policy): boolean {
  const name = label.toLowerCase();
  return name === policy.bugLabel.toLowerCase() || /^(?:status|severity|found-in|flow):/u.test(name);
}

/** What has to change for an issue to show what the ledger says; labels compare without case, as on GitHub. */
export function labelChange(
  bug: Bug,
  present: readonly string[],
  policy: Policy,
): { readonly add: string[]; readonly remove: string[] } {
  const wanted = wantedLabels(bug, policy);
  return {
    add: wanted.filter((label) => !holds(present, label)),
    remove: present.filter((label) => isOurs(label, policy) && !holds(wanted, label)),
  };
}

/** The change only makes the issue show what the ledger says, as the labels of a report do. */
export function isShown(
  { action, label }: { readonly action: 'labeled' | 'unlabeled'; readonly label: string },
  wanted: readonly string[],
): boolean {
  return holds(wanted, label) === (action === 'labeled') && /^(?!service:|module:)/u.test(label);
}

/** Labels by which an issue differs from the ledger, parts too: first those put on, then those taken off. */
export function differingLabels(
  bug: Bug,
  present: readonly string[],
  policy: Policy,
): readonly { readonly label: string; readonly action: 'labeled' | 'unlabeled' }[] {
  const { add, remove } = labelChange(bug, present, policy);
  const parts = [
    ...bug.services.map((name) => `service:${name}`),
    ...bug.modules.map((name) => `module:${name}`),
  ];
  const shown = present.filter((label) => /^(?:service|module):/iu.test(label));
  const put = [...remove, ...shown.filter((label) => !holds(parts, label))];
  const taken = [...add, ...parts.filter((label) => !holds(shown, label))];
  return [
    ...put.map((label) => ({ label, action: 'labeled' as const })),
    ...taken.map((label) => ({ label, action: 'unlabeled' as const })),
  ];
}

function holds(labels: readonly string[], label: string): boolean {
  return labels.some((each) => each.toLowerCase() === label.toLowerCase());
}

/** Values of the labels `<prefix>:<value>` on an issue. */
export function labelValues(
  labels: readonly string[],
  prefix: 'service' | 'module' | 'severity' | 'found-in',
): string[] {
  const start = `${prefix}:`;
  return labels
    .filter((label) => label.toLowerCase().startsWith(start))
    .map((label) => label.slice(start.length));
}
