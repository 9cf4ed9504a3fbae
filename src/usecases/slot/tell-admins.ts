import { lastOnProd } from '../../domain/last-on-prod.ts';
import type { UnsafeWord } from '../../domain/setup/unsafe-word.ts';
import { guardAlert, unsignedAlert } from '../../domain/text/alert.ts';
import type { Context } from '../context.ts';
import { raiseAlert } from '../raise-alert.ts';
import type { Gathered } from './facts.ts';
import type { Draft } from './planning.ts';

/** A branch that holds what nobody signed off is more than a reason to hold bugs back. */
export async function tellOfBranch(
  context: Context,
  { setting, versions }: Gathered,
  draft: Draft,
): Promise<void> {
  const found = [...draft.outcomes.values()].find(
    ({ reason }) => reason === 'unsigned_commits' || reason === 'branch_rewound',
  );
  if (found === undefined || versions === null) return;
  const words = unsignedAlert({ tip: versions.tips.prod, message: found.message });
  await raiseAlert(context, setting, words);
}

/** Rules that somebody weakened keep every bug from PROD: that is for the admins, not for the bugs alone. */
export async function tellOfGuards(
  context: Context,
  { setting, unsafe, state }: Gathered,
  word: UnsafeWord,
): Promise<void> {
  if (unsafe.length === 0 || word.kind === 'counts') return;
  const last = lastOnProd(state);
  await raiseAlert(context, setting, guardAlert(unsafe, last?.id ?? null));
}
