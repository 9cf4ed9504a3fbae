import { keyOf } from '../domain/approval.ts';
import type { FixFacts } from '../domain/fix.ts';
import { releaseSignOff } from '../domain/gate.ts';
import { isSigned, type ReleasePull } from '../domain/release-pull.ts';
import { voidWords, type SignOffFacts } from '../domain/sign-off.ts';
import type { Setting } from '../ports/configuration.ts';
import type { Context } from './context.ts';
import { settledWords } from './settled-word.ts';
import { verifyApprovals } from './verify-approvals.ts';
import { voidRelease } from './void-release.ts';

/**
 * Finds words for open pull requests that are signed off by themselves and count no more, though no webhook said so:
 * another head, an edited comment, a lost role.
 *
 * No call without such a pull request; else one a word, and one a person.
 */
export async function recheckReleases(
  context: Context,
  setting: Setting,
  pulls: readonly FixFacts[],
): Promise<void> {
  const { pulls: releases } = await context.ledger.recent();
  for (const pull of pulls) {
    const release = releases.get(pull.pull);
    if (release === undefined || !isSigned(release)) continue;
    const { approvals } = release;
    const settled = settledWords(approvals, context.clock.nowMs());
    const checked = await verifyApprovals(context, setting, { approvals: settled, issues: new Map() });
    for (const { given } of approvals) if (!checked.has(keyOf(given))) checked.set(keyOf(given), 'valid');
    await voidFor(context, setting, { release, pull, checked });
  }
}

/** A signed pull request got another head or another base: its sign-off was for what it was. */
export async function recheckReleaseHead(context: Context, number: number): Promise<void> {
  const release = (await context.ledger.recent()).pulls.get(number);
  if (release === undefined || !isSigned(release)) return;
  const [setting, [pull]] = await Promise.all([
    context.configuration.load(),
    context.observer.pulls([number]),
  ]);
  if (pull?.state === 'open') await voidFor(context, setting, { release, pull, checked: 'not_yet' });
}

async function voidFor(
  context: Context,
  setting: Setting,
  {
    release,
    pull,
    checked,
  }: {
    readonly release: ReleasePull;
    readonly pull: FixFacts;
    readonly checked: SignOffFacts['checked'];
  },
): Promise<void> {
  const facts = { policy: setting.policy, fixes: [pull], beforeMs: null, checked };
  const gone = voidWords({ approvals: release.approvals, flow: null }, releaseSignOff(pull), facts);
  const words = new Map(gone.map(({ approval, refusal }) => [keyOf(approval.given), refusal]));
  await voidRelease(context, setting, { pull: pull.pull, words });
}
