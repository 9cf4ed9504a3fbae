import { refuseFrozen, type FreezeSubject } from '../../domain/freeze.ts';
import type { LedgerState } from '../../domain/ledger.ts';
import { standingsOf, type Standing, type Step } from '../../domain/pipeline.ts';
import { refuse, type Refusal } from '../../domain/reason.ts';
import type { Release } from '../../domain/release.ts';
import { describeStanding } from '../../domain/text/release/standing.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { Context } from '../context.ts';
import { freezeFacts } from '../freeze-facts.ts';

/**
 * Refuses `frozen` before a slot goes on to its next service, when a freeze has begun meanwhile that covers the service
 * or a bug of the release. What is live stays: a half-way release is taken on by the next slot, not taken back.
 *
 * Calls: one, and only where another service was deployed before.
 */
export async function refuseNextService(
  context: Context,
  setting: Setting,
  {
    release,
    steps,
    step,
  }: { readonly release: Release; readonly steps: readonly Step[]; readonly step: Step },
): Promise<Refusal | null> {
  const known = standingsOf(steps, release);
  const isNext = known.some(({ serves }) => serves !== 'old') && known.some(isOldOf(step));
  if (!isNext || release.kind !== 'slot') return null;
  const state = await context.ledger.load();
  const facts = freezeFacts(context, setting, state);
  const nowMs = context.clock.nowMs();
  const frozen = subjectsOf(release, step, state)
    .map((subject) => refuseFrozen(facts, subject, nowMs))
    .find((each) => each !== null);
  if (frozen === undefined) return null;
  return refuse(
    'frozen',
    `${frozen.message} The next slot goes on, or \`/retry\`. ${describeStanding(release, steps)}`,
  );
}

function isOldOf({ kind, service }: Step): (standing: Standing) => boolean {
  return (standing) => kind === 'deploy' && standing.service === service && standing.serves === 'old';
}

function subjectsOf(
  { envelope }: Release,
  { service }: Step,
  { bugs }: LedgerState,
): readonly FreezeSubject[] {
  const own = { services: service === null ? [] : [service], modules: [] };
  return [own, ...envelope.bugs.flatMap(({ number }) => bugs.get(number) ?? [])];
}
