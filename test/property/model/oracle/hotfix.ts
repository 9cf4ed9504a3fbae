import type { Bug } from '../../../../src/domain/bug.ts';
import type { Person } from '../../../../src/domain/person.ts';
import { violate, type Model } from '../model.ts';
import type { Process } from '../scheduler.ts';
import { hadPermission, pullOfPatch, rulesSince, type Permission, type WrittenComment } from './book.ts';
import { isSinceGone } from './rollback.ts';
import { GRACE_MS, isTakenBack, leastSigners } from './sign-off.ts';

/** A change that a hotfix of a bug brings, by what its process has read. */
interface Brought {
  readonly process: Process;
  readonly bug: number;
  readonly patch: string;
}

/** The people whose word for a hotfix covers exactly this change, each once, who are at least that. */
export function hotfixSigners(model: Model, { process, bug, patch }: Brought, least: Permission): Person[] {
  const found = pullOfPatch(model.book, patch);
  if (found === null) return [];
  const { pull, head } = found;
  const toMs = model.world.clock.nowMs();
  const fromMs = toMs - GRACE_MS;
  const seenCommits = model.looks.get(process)?.commits ?? 0;
  const mayAuthor = rulesSince(model.book, fromMs).some(({ allowAuthor }) => allowAuthor);
  const counts = (word: WrittenComment): boolean =>
    isWord(word, bug) &&
    word.isDone &&
    (word.handledAt ?? Infinity) <= seenCommits &&
    word.sawHeads.get(pull.number) === head &&
    (word.endedAtMs === null || word.endedAtMs > fromMs) &&
    isSinceGone(model.book, patch, word) &&
    !isTakenBack(model.book, word, { bug, seenCommits });
  const signers = [...model.book.comments.values()].filter(counts).map(({ by }) => by);
  const may = (by: Person): boolean =>
    hadPermission(model.book, by, { least, fromMs, toMs }) && (mayAuthor || by.id !== pull.author.id);
  return [...new Map(signers.filter(may).map((by) => [by.id, by])).values()];
}

function isWord({ issue, means }: WrittenComment, bug: number): boolean {
  return issue === bug && (means?.command === 'hotfix' || means?.command === 'approve-hotfix');
}

/**
 * A hotfix brings a change to PROD. Invariant 1: as many admins as the rules want have signed exactly this head off;
 * PRODUCT section 8: only for a severity of its path; `suspend`: two different people, an admin and another senior one;
 * `full`: only for the worst.
 */
export function watchHotfix(model: Model, brought: Brought, what: string): void {
  const { process, bug: number } = brought;
  const bug = model.looks.get(process)?.state.bugs.get(number);
  const admins = hotfixSigners(model, brought, 'admin');
  if (admins.length < leastSigners(model))
    violate(model, '1 unapproved on PROD', `${process.name} brought ${what} as a hotfix of #${number}`);
  if (bug === undefined || !['high', 'critical'].includes(bug.severity ?? ''))
    violate(model, '2 no hotfix', `${process.name} brought ${what} for #${number}, which can wait`);
  for (const level of freezesOn(model, process, bug)) watchFrozen(model, { brought, level, bug }, what);
}

function watchFrozen(
  model: Model,
  {
    brought,
    level,
    bug,
  }: { readonly brought: Brought; readonly level: 'full' | 'suspend'; readonly bug: Bug | undefined },
  what: string,
): void {
  if (level === 'full' && bug?.severity !== 'critical')
    violate(model, '3 frozen', `${brought.process.name} brought ${what} in a full freeze`);
  if (level === 'suspend' && hotfixSigners(model, brought, 'maintain').length < 2)
    violate(model, '3 frozen', `${brought.process.name} brought ${what} on one person's word`);
}

/** How strict the freezes are that cover a bug and whose word a process has heard: the strictest counts. */
function freezesOn(model: Model, process: Process, bug: Bug | undefined): ('full' | 'suspend')[] {
  const nowMs = model.world.clock.nowMs();
  const parts = [...(bug?.services ?? []), ...(bug?.modules ?? [])];
  const said = (model.looks.get(process)?.state.freezes ?? [])
    .filter(({ fromMs, untilMs }) => fromMs <= nowMs && (untilMs === null || nowMs < untilMs))
    .filter((freeze) => freeze.parts.length === 0 || freeze.parts.some((part) => parts.includes(part)))
    .map(({ level }) => level);
  const levels = model.switches.get(process)?.freeze === 'true' ? [...said, 'suspend' as const] : said;
  return levels.includes('full') ? ['full'] : levels.slice(0, 1);
}

/** A hotfix has changed PROD, and nobody has written down why it was needed. */
export function lacksNote({ book }: Model, { number, timeline }: Pick<Bug, 'number' | 'timeline'>): boolean {
  if (timeline.every(({ event }) => event !== 'deploy_hotfix')) return false;
  return [...book.comments.values()].every(
    ({ issue, means, isDone }) => !(isDone && issue === number && means?.command === 'incident-note'),
  );
}
