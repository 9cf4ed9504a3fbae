import { ALERT_LABEL, alertAssignees, renderAlert, type Alert, type AlertWords } from '../domain/alert.ts';
import type { Setting } from '../ports/configuration.ts';
import { GitHubFailure } from '../ports/github.ts';
import { LedgerFailure } from '../ports/ledger.ts';
import type { Context } from './context.ts';
import { record } from './record.ts';

/**
 * Tells the admins of something, once a key: in the ledger first, then in an issue. An issue that could not be opened
 * is opened by the next reconciliation.
 *
 * Without a ledger that can be trusted, which may be what it is about, the issue's own mark keeps it from being told
 * twice. `setting` is `null` where the configuration cannot be read: nobody is assigned then.
 */
export async function raiseAlert(
  context: Context,
  setting: Setting | null,
  words: AlertWords,
): Promise<void> {
  const { key, title } = words;
  if (isTold(context, key)) return;
  const alert: Alert = { ...words, raisedAtMs: context.clock.nowMs(), issue: null };
  const isNew = setting === null || (await writeDown(context, setting, alert));
  if (!isNew) return;
  context.log.warn(`alert: ${title}`, { key });
  await openAlert(context, setting, alert);
}

/** Tells without a call whether something was told, as far as this process knows. */
export function isTold({ bookkeeping, ledger }: Context, key: string): boolean {
  return bookkeeping.alerts.has(key) || ledger.seen()?.alerts.has(key) === true;
}

async function writeDown(context: Context, setting: Setting, alert: Alert): Promise<boolean> {
  try {
    return await record(context, setting, (state) => {
      if (state.alerts.has(alert.key)) return { writes: null, message: '', result: false };
      return { writes: { alerts: [alert] }, message: `alert ${alert.key}: ${alert.title}`, result: true };
    });
  } catch (error) {
    if (!(error instanceof LedgerFailure)) throw error;
    return true;
  }
}

/** Opens the issues of alerts whose process ended before it could, or which GitHub refused. */
export async function openPendingAlerts(context: Context, setting: Setting): Promise<void> {
  const { alerts } = await context.ledger.recent();
  for (const alert of alerts.values()) {
    const isOpen = alert.issue !== null || context.bookkeeping.alerts.has(alert.key);
    if (!isOpen) await openAlert(context, setting, alert);
  }
}

async function openAlert(context: Context, setting: Setting | null, alert: Alert): Promise<void> {
  const policy = setting?.policy ?? null;
  try {
    const issue = await context.alerts.open({
      key: alert.key,
      title: alert.title,
      body: renderAlert(alert, policy),
      label: ALERT_LABEL,
      assignees: policy === null ? [] : alertAssignees(policy),
    });
    context.bookkeeping.alerts.set(alert.key, { ...alert, issue });
  } catch (error) {
    if (!(error instanceof GitHubFailure)) throw error;
    context.log.error('an alert could not be opened; the next reconciliation tries again', {
      key: alert.key,
      error: error.message,
    });
  }
}
