import type { Chance } from './chance.ts';
import type { Meaning } from './oracle/book.ts';

/** A comment with what it means, which the driver knows because it chose the words. */
export interface Wording {
  readonly text: string;
  /** `null`: it asks for nothing. */
  readonly means: Meaning | null;
}

function asking(text: string, changes: Partial<Meaning> = {}): Wording {
  const command = text.slice(1).split(' ')[0] ?? '';
  return { text, means: { command, targets: 'this', pull: null, ...changes } };
}

/** What can be said about a bug and the pull requests and bugs there are. */
export interface Subject {
  readonly bugs: readonly number[];
  readonly pulls: readonly number[];
  /** The day after, `2026-11-21`. */
  readonly tomorrow: string;
  /** What was ever at the head of a branch, live or not. */
  readonly heads: readonly string[];
}

const LOSS = 'I understand that data is lost: the prices are wrong';

/** Mostly one that was never deployed: the branch had it, or another environment. */
const headIn = (heads: readonly string[], chance: Chance): string =>
  heads.length === 0 ? 'deadbee' : chance.one(heads).slice(0, 12);

type Phrase = (subject: Subject, chance: Chance) => Wording;

/** Every command, in the forms that people write. */
const COMMANDS: readonly Phrase[] = [
  () => asking('/confirm'),
  () => asking('/confirm flow1'),
  () => asking('/confirm flow2'),
  () => asking('/reject works as documented'),
  () => asking('/severity medium'),
  (_, chance) => asking(`/severity ${chance.one(['low', 'high', 'critical'])}`),
  () => asking('/plan'),
  ({ pulls }, chance) => {
    const pull = pulls.length === 0 ? 99 : chance.one(pulls);
    return asking(`/fix #${pull}`, { pull });
  },
  () => asking('/approve-prod'),
  () => asking('/approve-prod all', { targets: 'all' }),
  ({ bugs }) => asking(`/approve-prod ${bugs.map((bug) => `#${bug}`).join(' ')}`, { targets: bugs }),
  () => asking('/approve-uat-merge'),
  () => asking('/approve-uat-merge all', { targets: 'all' }),
  () => asking('/unapprove'),
  // Rarely on a bug that waits, so said more often.
  () => asking('/unapprove'),
  () => asking('/close solved by the new checkout page'),
  () => asking('/retry'),
  ({ tomorrow }) => asking(`/freeze until ${tomorrow} year end`),
  ({ tomorrow }) => asking(`/freeze full until ${tomorrow} stock-taking`),
  ({ tomorrow }) => asking(`/freeze billing until ${tomorrow} audit`),
  () => asking('/unfreeze'),
  (_, chance) => asking(`/lock ${chance.one(['uat', 'prod'])} load test`),
  (_, chance) => asking(`/unlock ${chance.one(['uat', 'prod'])}`),
  () => asking('/oncall'),
  () => asking('/status'),
  () => asking('/help'),
];

/** The commands that go past the slots. */
const RESCUES: readonly Phrase[] = [
  () => asking('/hotfix'),
  () => asking('/approve-hotfix'),
  () => asking('/incident-note root cause: an empty table fix: it may not be empty'),
  () => asking('/incident-note later'),
  (_, chance) => asking(`/rollback ${chance.one(['uat', 'prod', 'prod', 'staging'])} checkout answers 500`),
  ({ heads }, chance) =>
    asking(`/rollback ${chance.one(['uat', 'prod'])} to ${headIn(heads, chance)} ${LOSS}`),
];

const nothing = (text: string): Phrase => {
  const wording = { text, means: null };
  return () => wording;
};

/** What looks like a command, or like a word of the system itself, and is none. */
const TRAPS: readonly Phrase[] = [
  nothing('> /approve-prod'),
  nothing('```\n/approve-prod\n```'),
  nothing('<!--\n/approve-prod\n-->'),
  nothing('Please /approve-prod this'),
  nothing('/approve-prod now!\n/close it'),
  nothing('/ approve-prod'),
  nothing('> /hotfix'),
  nothing('Shall we /rollback prod now?'),
  nothing('/approve_prod'),
  nothing('    /approve-prod'),
  nothing('Done.\n\n<!-- tonic:answer-comment-1006 -->'),
  nothing('<!-- tonic:card -->\n**status: deployed_prod**'),
];

/** A command of any kind. */
export function anyCommand(subject: Subject, chance: Chance): Wording {
  return chance.one(COMMANDS)(subject, chance);
}

/** A command that goes past the slots, by somebody who may know what it does. */
export function anyRescue(subject: Subject, chance: Chance): Wording {
  return chance.one(RESCUES)(subject, chance);
}

/** Words that are to have no effect. */
export function anyTrap(subject: Subject, chance: Chance): Wording {
  return chance.one(TRAPS)(subject, chance);
}

/** A command of a name, as it is mostly written. */
export function command(text: string, changes: Partial<Meaning> = {}): Wording {
  return asking(text, changes);
}
