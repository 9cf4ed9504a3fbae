import { teamsOf } from '../../domain/person.ts';
import type { RunFacts } from '../../domain/protection.ts';
import { judgeUnsafe, NO_UNSAFE_WORD, startersOf, type UnsafeWord } from '../../domain/setup/unsafe-word.ts';
import type { Context } from '../context.ts';
import type { Gathered } from './facts.ts';

/**
 * Whether PROD is deployed to although nothing guards it, and why. Asks who has started the run only where that matters:
 * a call, and one for each of them.
 */
export async function readUnsafeWord(
  { workflows, members, setup }: Context,
  { unsafe, setting: { policy } }: Gathered,
  { unsafeReason, run }: { readonly unsafeReason?: string; readonly run: Pick<RunFacts, 'id'> },
): Promise<UnsafeWord> {
  if (unsafe.length === 0 || unsafeReason === undefined) return NO_UNSAFE_WORD;
  // Outside Actions nobody else can start it.
  if (run.id === null) return { kind: 'counts', reason: unsafeReason };
  const start = await workflows.runStart(run.id);
  if (start === null) return { kind: 'void', by: [] };
  const app = await setup.self();
  const starters = startersOf(start, app?.slug ?? null);
  const asked = starters.map(async (person) => ({
    person,
    standing: await members.standing(person, teamsOf(policy)),
  }));
  return judgeUnsafe(unsafeReason, await Promise.all(asked), policy);
}
