import type { AlertWords } from '../alert.ts';
import type { Slot, SlotCalendar, SlotId } from '../calendar.ts';
import type { Person } from '../person.ts';
import type { EnvironmentName } from '../policy.ts';
import type { ItemResult } from '../probe.ts';
import type { Finding } from '../setup/finding.ts';
import { renderItem } from './checklist.ts';
import { code, nameOf, plain, shortOid } from './markdown.ts';
import { renderLocal } from './time.ts';

// What the admins are told of what nobody should have done: what happened and who did it, what was done about it, what
// is left for them. Names are written without calling anybody; all else that comes from outside is escaped.

/** A key's part, made of what may stand in a file name. */
function slug(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9]+/gu, '-').slice(0, 60);
}

/** The ledger cannot be trusted, or not be read. `id` names the trouble: the same trouble is told once. */
export function ledgerAlert({ id, message }: { readonly id: string; readonly message: string }): AlertWords {
  return {
    key: `ledger-${slug(id)}`,
    title: 'The ledger cannot be trusted: nothing is done until it is mended',
    body: [
      plain(message, 2_000),
      'Until then no command is carried out and no slot deploys. Once the branch is back at its last good commit everything goes on by itself; no restart is needed. `git log --format="%h %an %s" tonic-ledger` shows who wrote what, the activity of the branch on GitHub who moved it.',
      'Commands that were answered with this meanwhile have to be said again.',
    ].join('\n\n'),
  };
}

/** Somebody recorded a deployment past this system. */
export function deploymentAlert(deployment: {
  readonly environment: EnvironmentName;
  readonly commit: string;
  readonly by: Person | null;
}): AlertWords {
  const { environment, commit, by } = deployment;
  const name = environment.toUpperCase();
  return {
    key: `deployment-${environment}-${slug(commit)}-${by?.id ?? 0}`,
    title: `${name}: something was deployed past Tonic`,
    body: [
      `${by === null ? 'Somebody' : nameOf(by)} recorded on GitHub that ${shortOid(commit)} is on ${name}, by hand or by another workflow. No slot did that.`,
      'It shows as such in the verdict on the versions.',
      `Look at what ${name} runs. If it is not that commit, delete the deployment; if it should not be, deploy what should.`,
    ].join('\n\n'),
  };
}

/** Somebody else reported under the name of the required check. */
export function checkAlert(check: {
  readonly name: string;
  readonly commit: string;
  /** The App's slug, or the person who set a commit status. */
  readonly by: string;
  readonly isStatus: boolean;
}): AlertWords {
  const { name, commit, by, isStatus } = check;
  const what = isStatus ? 'commit status' : 'check';
  return {
    key: `check-${isStatus ? 'status' : 'app'}-${slug(by)}`,
    title: `Somebody else reports under the name of the required check`,
    body: [
      `**${plain(by, 60)}** put a ${what} named ${code(name)} on ${shortOid(commit)}.`,
      'It counts for nothing here, and for nothing on GitHub as long as the rule that demands the check pins it to this App. `tonic doctor` tells whether it does.',
      'Find out why it was made. Whoever can do that has write access.',
    ].join('\n\n'),
  };
}

/** Somebody changed or deleted what this system had written. What was deleted is told once an issue and person. */
export function commentAlert(comment: {
  readonly issue: number;
  readonly id: number | null;
  readonly by: Person;
  readonly how: 'edited' | 'deleted';
}): AlertWords {
  const { issue, id, by, how } = comment;
  return {
    key: how === 'edited' ? `comment-${id}-${by.id}` : `comment-deleted-${issue}-${by.id}`,
    title: `A comment of Tonic on #${issue} was ${how} by hand`,
    body: [
      `${nameOf(by)} ${how} a comment of Tonic on #${issue}. A status card is put back; \`git log -p tonic-ledger -- outbox\` has what all others said.`,
      'Comments only show what the ledger says, so nothing else has changed. Whoever can do that has write access.',
    ].join('\n\n'),
  };
}

/** How the keys of {@link branchAlert} begin. */
export function branchAlertPrefixes(environment: EnvironmentName): readonly string[] {
  return (['rewound', 'deleted'] as const).map((how) => `branch-${environment}-${how}-`);
}

/** The branch of an environment was moved back, or away. */
export function branchAlert(moved: {
  readonly environment: EnvironmentName;
  readonly branch: string;
  readonly by: Person | null;
  /** Where the branch is now. */
  readonly head: string;
  readonly how: 'rewound' | 'deleted';
}): AlertWords {
  const { environment, branch, by, head, how } = moved;
  const name = environment.toUpperCase();
  const who = by === null ? 'Somebody' : nameOf(by);
  const what =
    how === 'rewound'
      ? `moved ${code(branch)}, the branch of ${name}, to ${shortOid(head)} by force: commits that were on it may be gone.`
      : `deleted ${code(branch)}, the branch of ${name}.`;
  return {
    key: `branch-${environment}-${how}-${slug(head)}`,
    title: `${name}: the branch was ${how === 'rewound' ? 'moved by force' : 'deleted'}`,
    body: [
      `${who} ${what}`,
      `No slot deploys to ${name} until the branch holds again what is deployed.`,
      'A ruleset that forbids force pushes and deletion keeps this from happening: `tonic doctor` tells whether there is one.',
    ].join('\n\n'),
  };
}

/** A slot found on the PROD branch what no sign-off accounts for. `message` is its own words, Markdown. */
export function unsignedAlert({
  tip,
  message,
}: {
  readonly tip: string;
  readonly message: string;
}): AlertWords {
  return {
    key: `branch-prod-unsigned-${slug(tip)}`,
    title: 'PROD: the branch holds what nobody signed off',
    body: [
      message,
      'Nothing was deployed to PROD. Find out how it got there: the required check keeps it off, so somebody passed it, or there is no rule that demands it; `tonic doctor` tells.',
    ].join('\n\n'),
  };
}

/**
 * Nothing would stop unapproved code on its way to PROD. `findings` are those that block PROD, at least one. Told once
 * since `lastOnProd`, the slot that has deployed PROD last: then the rules were right.
 */
export function guardAlert(findings: readonly Finding[], lastOnProd: SlotId | null): AlertWords {
  const codes = [...new Set(findings.map(({ code }) => code))].toSorted();
  const told = findings.map(({ what, where }) => `- ${plain(what, 300)} (${code(where)})`);
  return {
    key: `guards-${codes.join('-').slice(0, 120)}-${slug(lastOnProd ?? 'new')}`,
    title: 'PROD is not guarded: no slot deploys to it',
    body: [
      told.join('\n'),
      'Nothing was deployed to PROD, and nothing is until this is mended: `tonic init --apply` puts the rules back, `tonic doctor` tells what is left. If somebody changed a rule, the history of the ruleset on GitHub says who.',
    ].join('\n\n'),
  };
}

/** A channel that is told of again only after this long. */
const TOLD_AGAIN_MS = 7 * 86_400_000;

function channelKey(channel: string): string {
  return `channel-${slug(channel)}-`;
}

/** Tells whether the admins know already that a channel is down. */
export function hasChannelAlert(
  alerts: ReadonlyMap<string, { readonly key: string; readonly raisedAtMs: number }>,
  channel: string,
  nowMs: number,
): boolean {
  return [...alerts.values()].some(
    ({ key, raisedAtMs }) => key.startsWith(channelKey(channel)) && nowMs - raisedAtMs < TOLD_AGAIN_MS,
  );
}

/** Messages do not get through on a channel. `sinceMs`: the age of the first that waits. */
export function channelAlert({
  channel,
  why,
  sinceMs,
}: {
  readonly channel: string;
  readonly why: string;
  readonly sinceMs: number;
}): AlertWords {
  return {
    key: `${channelKey(channel)}${Math.floor(sinceMs / 1000)}`,
    title: `Messages do not get through on the channel ${plain(channel, 60)}`,
    body: [
      `The last answer: ${plain(why, 300)}.`,
      'Nothing else is affected: slots, commands and comments go on. What is waiting is tried again for three days, then it is given up; `git log -p tonic-ledger -- outbox` has what it said.',
      `Look at \`notify.channels.${plain(channel, 60)}\` in \`.github/tonic.yml\`, and at the variables that it names.`,
    ].join('\n\n'),
  };
}

/** Names the alert about a checklist: one a slot and environment. */
export function checklistAlertKey({ id }: Pick<Slot, 'id'>, environment: EnvironmentName): string {
  return `checklist-${slug(id)}-${environment}`;
}

/** A checklist, looked at ahead of its slot, would stop it. `later`: items that only the slot itself can know. */
export function checklistAlert(looked: {
  readonly slot: Slot;
  readonly environment: EnvironmentName;
  readonly calendar: SlotCalendar;
  readonly stopping: readonly ItemResult[];
  readonly later: readonly string[];
}): AlertWords {
  const { slot, environment, calendar, stopping, later } = looked;
  const name = environment.toUpperCase();
  const items = stopping.map((each) => `- ${renderItem(each)}`);
  const rest = later.map((each) => plain(each.replaceAll('_', ' '), 60)).join(', ');
  return {
    key: checklistAlertKey(slot, environment),
    title: `${slot.id} is about to be stopped on ${name} by its checklist`,
    body: [
      `It begins ${renderLocal(calendar, slot.startsAtMs)}, and looks again by itself. As it is now, nothing would be deployed to ${name}:`,
      items.join('\n'),
      ...(rest === '' ? [] : [`Only the slot itself can look at: ${rest}.`]),
      'Mend it before that. Nothing has changed so far.',
    ].join('\n\n'),
  };
}
