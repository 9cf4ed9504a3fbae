import type { LedgerState } from './ledger.ts';
import { locksOf } from './ledger.ts';
import type { Release } from './release.ts';
import type { WatchProgress } from './watch.ts';

/** What of the ledger tells which releases are being watched. */
export type WatchLedger = Pick<LedgerState, 'releases' | 'environments'>;

/** A release that is being watched. */
export type WatchedRelease = Release & { readonly watching: WatchProgress };

/** The releases that are being watched: one whose run has ended before it did has its environment no more. */
export function watchedReleases(ledger: WatchLedger): WatchedRelease[] {
  return [...ledger.releases.values()].flatMap((release) => {
    const { watching, environment, deployer } = release;
    const { leases } = locksOf(ledger, environment);
    const isHeld = leases.some(
      ({ owner, token }) => owner.kind === 'run' && token === deployer?.fencingToken,
    );
    return watching === undefined || !isHeld ? [] : [{ ...release, watching }];
  });
}
