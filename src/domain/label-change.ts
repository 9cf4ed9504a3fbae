import type { Bug } from './bug.ts';
import { isOurs, labelValues } from './label.ts';
import { hasRole, type Person, type Standing } from './person.ts';
import { ENVIRONMENTS, type EnvironmentName, type Policy } from './policy.ts';
import { refuse, type Refusal } from './reason.ts';
import { changeSeverity } from './severity-change.ts';
import { parseSeverity } from './severity.ts';
import { code } from './text/markdown.ts';

/** A person put a label on a bug or took one off. */
export interface LabelChange {
  readonly action: 'labeled' | 'unlabeled';
  readonly label: string;
  readonly by: Person;
  readonly standing: Standing;
  /** GitHub's time of the change. */
  readonly atMs: number;
}

export type LabelDecision =
  /** The ledger takes it over. `message` is set when there is something to tell. */
  | { readonly kind: 'recorded'; readonly bug: Bug; readonly message: string | null }
  /** Not ours, or nothing new. */
  | { readonly kind: 'ignored' }
  /** It is put back; the refusal says what to do instead. */
  | Refusal;

/**
 * Decides on a label that a person changed (PRODUCT section 2): severity, found-in, service and module labels are
 * the maintainers' own word; status and flow labels show the ledger and are put back.
 *
 * `present` are the issue's labels as they are now.
 */
export function decideLabel(
  bug: Bug,
  change: LabelChange,
  context: { readonly present: readonly string[]; readonly policy: Policy; readonly nowMs: number },
): LabelDecision {
  const { policy } = context;
  const label = change.label.toLowerCase();
  const [prefix, value] = splitLabel(label);
  const isInput = ['severity', 'found-in', 'service', 'module'].includes(prefix);
  if (!isInput && !isOurs(label, policy)) return { kind: 'ignored' };
  if (!isInput) return refuseOurs(label, prefix, policy);
  const member = { person: change.by, standing: change.standing };
  if (!hasRole(member, 'triage', policy.roles)) {
    return refuse('not_allowed', `${code(label)} is for people with triage access or more.`);
  }
  if (isStale(bug, prefix, change)) return { kind: 'ignored' };
  if (prefix === 'severity') return recordSeverity(bug, { ...change, value }, context);
  if (prefix === 'found-in') return recordFoundIn(bug, { ...change, value });
  return recordParts(bug, context.present);
}

/** A change that is told late, and whose field has had a newer word since. */
function isStale({ saidAtMs }: Bug, prefix: string, { atMs }: LabelChange): boolean {
  if (prefix === 'severity') return atMs < (saidAtMs.severity ?? 0);
  return prefix === 'found-in' && atMs < (saidAtMs.foundIn ?? 0);
}

/** A label without a colon has no prefix: a plain `severity` is none of ours. */
function splitLabel(label: string): [prefix: string, value: string] {
  const at = label.indexOf(':');
  return at === -1 ? ['', label] : [label.slice(0, at), label.slice(at + 1)];
}

function refuseOurs(label: string, prefix: string, policy: Policy): Refusal {
  if (label === policy.bugLabel.toLowerCase()) {
    return refuse(
      'label_not_yours',
      'A tracked bug keeps its bug label. To end it, say `/reject <reason>` or `/close <reason>`.',
    );
  }
  if (prefix === 'flow') {
    return refuse(
      'label_not_yours',
      'The flow follows from the versions; an admin may say `/confirm flow2`.',
    );
  }
  return refuse(
    'label_not_yours',
    `${code(label)} shows where the ledger says the bug is, so it is put back. A command moves the bug: \`/help\` lists them, the card above says what comes next.`,
  );
}

type ValueChange = LabelChange & { readonly value: string };
type Context = {
  readonly present: readonly string[];
  readonly policy: Policy;
  readonly nowMs: number;
};

function recordSeverity(bug: Bug, change: ValueChange, { present, policy, nowMs }: Context): LabelDecision {
  const level = parseSeverity(change.value);
  if (change.action === 'unlabeled') {
    if (level === null || bug.severity !== level) return { kind: 'ignored' };
    // Taken off for another one, which is told by itself.
    if (labelValues(present, 'severity').some((each) => parseSeverity(each) !== null))
      return { kind: 'ignored' };
    return refuse(
      'label_not_yours',
      'A bug keeps a severity once it has one; put another on, or say `/severity <level>`.',
    );
  }
  if (level === null)
    return refuse(
      'bad_arguments',
      `There is no severity ${code(change.value)}: low, medium, high or critical.`,
    );
  if (level === bug.severity) return { kind: 'ignored' };
  const changed = changeSeverity(bug, level, { policy, nowMs, by: change.by, saidAtMs: change.atMs });
  const leftQueue = changed.bug.status !== bug.status;
  return { kind: 'recorded', bug: changed.bug, message: leftQueue ? changed.message : null };
}

function recordFoundIn(bug: Bug, change: ValueChange): LabelDecision {
  const value = ENVIRONMENTS.find((environment) => environment === change.value);
  if (change.action === 'unlabeled') return forgetFoundIn(bug, value, change);
  if (value === undefined)
    return refuse('bad_arguments', `There is no environment ${code(change.value)}: uat or prod.`);
  if (value === bug.foundIn) return { kind: 'ignored' };
  const message =
    bug.flow === 1 && value === 'prod' && bug.uatOnly
      ? 'It is on PROD too, so Flow 1 does not fit any more: an admin says `/confirm flow2`.'
      : null;
  return { kind: 'recorded', bug: withFoundIn(bug, value, change), message };
}

function withFoundIn(bug: Bug, foundIn: EnvironmentName | null, { atMs }: LabelChange): Bug {
  return { ...bug, foundIn, saidAtMs: { ...bug.saidAtMs, foundIn: atMs } };
}

function forgetFoundIn(bug: Bug, value: EnvironmentName | undefined, change: LabelChange): LabelDecision {
  if (value === undefined || bug.foundIn !== value) return { kind: 'ignored' };
  if (bug.status === 'submitted')
    return { kind: 'recorded', bug: withFoundIn(bug, null, change), message: null };
  return refuse(
    'label_not_yours',
    'Where the bug was found decided its flow; put the other `found-in:` label on instead.',
  );
}

function recordParts(bug: Bug, present: readonly string[]): LabelDecision {
  const services = labelValues(present, 'service');
  const modules = labelValues(present, 'module');
  if (isSame(services, bug.services) && isSame(modules, bug.modules)) return { kind: 'ignored' };
  return { kind: 'recorded', bug: { ...bug, services, modules }, message: null };
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((each) => right.includes(each));
}
