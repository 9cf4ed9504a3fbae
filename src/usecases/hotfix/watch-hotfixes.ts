import type { AlertWords } from '../../domain/alert.ts';
import type { Bug } from '../../domain/bug.ts';
import { isBreached, isClaimed, slaOf } from '../../domain/hotfix.ts';
import { breachAlert, p1Alert } from '../../domain/text/hotfix.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { Context } from '../context.ts';
import { isTold } from '../raise-alert.ts';
import { tellWithCard } from './tell-with-card.ts';

/**
 * Tells the admins at once of a bug that is a P1, and of every hotfix whose time is over: once each, by the ledger alone.
 * Called often; without something to say it costs no call.
 */
export async function watchHotfixes(context: Context): Promise<void> {
  const [setting, { bugs }] = await Promise.all([context.configuration.load(), context.ledger.recent()]);
  const nowMs = context.clock.nowMs();
  for (const bug of bugs.values())
    for (const words of dueFor(bug, setting, nowMs))
      if (!isTold(context, words.key)) await tellWithCard(context, setting, words);
}

/** What PROD has already is not escalated any more, nor at once what only somebody without a role has said. */
function dueFor(bug: Bug, { policy, calendar }: Setting, nowMs: number): readonly AlertWords[] {
  const sla = slaOf(bug, policy);
  if (sla === null || sla.fixedAtMs !== null) return [];
  return [
    ...(sla.priority === 'P1' && !isClaimed(bug) ? [p1Alert(bug, sla, calendar)] : []),
    ...(isBreached(sla, nowMs) ? [breachAlert(bug, sla, calendar)] : []),
  ];
}
