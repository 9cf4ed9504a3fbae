import { ledgerAlert } from '../domain/text/alert.ts';
import { ConfigurationBroken, type Setting } from '../ports/configuration.ts';
import { GitHubFailure } from '../ports/github.ts';
import { LedgerFailure } from '../ports/ledger.ts';
import type { Context } from './context.ts';
import { raiseAlert } from './raise-alert.ts';

/**
 * Does work on the ledger; when it turns out that the ledger cannot be trusted, the admins are told, once, and the
 * failure goes on.
 */
export async function tellingOfLedger<T>(context: Context, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LedgerFailure && !error.retryable) await tellOf(context, error);
    throw error;
  }
}

/** Handles a push to the ledger's branch by somebody else, or one that moved it back: it is looked at now. */
export async function guardLedger(context: Context): Promise<void> {
  try {
    await tellingOfLedger(context, () => context.ledger.load());
  } catch (error) {
    // Told; what needs the ledger fails by itself.
    if (!(error instanceof LedgerFailure)) throw error;
  }
}

async function tellOf(context: Context, { message }: LedgerFailure): Promise<void> {
  try {
    const id = context.hash(message).slice(0, 12);
    await raiseAlert(context, await loadSetting(context), ledgerAlert({ id, message }));
  } catch (error) {
    // What is wrong with the ledger is the news, not that it could not be told.
    if (!(error instanceof GitHubFailure)) throw error;
    context.log.error('the trouble with the ledger could not be told', { error: error.message });
  }
}

async function loadSetting({ configuration }: Context): Promise<Setting | null> {
  try {
    return await configuration.load();
  } catch (error) {
    if (error instanceof ConfigurationBroken || error instanceof GitHubFailure) return null;
    throw error;
  }
}
