import type { AlertWords } from '../../domain/alert.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { Context } from '../context.ts';
import { raiseAlert } from '../raise-alert.ts';
import { record } from '../record.ts';

/** Tells the admins something of a hotfix, once a key, and writes its issue down at once, so that the card names it. */
export async function tellWithCard(context: Context, setting: Setting, words: AlertWords): Promise<void> {
  await raiseAlert(context, setting, words);
  if (!context.bookkeeping.alerts.has(words.key)) return;
  await record(context, setting, () => ({ writes: {}, message: `told: ${words.title}`, result: null }));
}
