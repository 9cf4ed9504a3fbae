import type { AlertWords } from '../../domain/alert.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { Context } from '../context.ts';
import { raiseAlert } from '../raise-alert.ts';
import { record } from '../record.ts';

/** Tells the admins of something, once a key, and has the card of the bug that it is about show it. */
export async function tellWithCard(
  context: Context,
  setting: Setting,
  { bug: number, words }: { readonly bug: number; readonly words: AlertWords },
): Promise<void> {
  await raiseAlert(context, setting, words);
  await record(context, setting, ({ bugs }) => {
    const bug = bugs.get(number);
    if (bug === undefined) return { writes: null, message: '', result: null };
    return { writes: { bugs: [bug] }, message: `#${number}: ${words.title}`, result: null };
  });
}
