import type { Person } from './person.ts';
import type { EnvironmentName } from './policy.ts';

/** 1: UAT first. 2: PROD first. */
export type Flow = 1 | 2;

/** A commit of one environment that the other one lacks. */
export interface CountedCommit {
  readonly oid: string;
  /** Untrusted text. */
  readonly title: string;
}

/** What an environment runs, and where that is known from. */
export interface DeployedVersion {
  readonly commit: string;
  /** Version in words: a tag, the content of a version file; `null` where there is none. */
  readonly version: string | null;
  readonly source: 'deployments' | 'branch' | 'tag' | 'file';
  /** Who recorded the deployment past this system; `null`: no one did. */
  readonly by: Person | null;
}

/** What two environments have apart, with the evidence. */
export interface ParityVerdict {
  readonly state: 'aligned' | 'uat_ahead' | 'prod_ahead' | 'diverged';
  readonly uat: DeployedVersion;
  readonly prod: DeployedVersion;
  readonly uatOnly: readonly CountedCommit[];
  readonly prodOnly: readonly CountedCommit[];
  /** Commits that did not count because the other side has the same change. */
  readonly equivalent: number;
  /** Commits that did not count because this system has them in flight. */
  readonly inFlight: number;
  readonly takenAtMs: number;
}

/** One commit as the comparison sees it (see `CommitUnit` of the repository port). */
export interface ComparedCommit extends CountedCommit {
  readonly patchId: string | null;
  readonly inner: readonly { readonly oid: string; readonly patchId: string | null }[];
}

/** Commits that lie on a branch and count no more, as a later one has taken them back. */
export interface TakenBackCommits {
  readonly by: string;
  readonly commits: readonly string[];
}

/** All that the verdict rests on. */
export interface ParityFacts {
  readonly uat: DeployedVersion;
  readonly prod: DeployedVersion;
  readonly sameTree: boolean;
  readonly uatOnly: readonly ComparedCommit[];
  readonly prodOnly: readonly ComparedCommit[];
  /** Commits, on either branch, of fixes which this system has in flight. */
  readonly inFlight: ReadonlySet<string>;
  /** What rollbacks have done to either branch. */
  readonly takenBack: readonly TakenBackCommits[];
  readonly nowMs: number;
}

/**
 * Tells whether two environments are on the same version (PRODUCT section 3).
 *
 * A commit counts unless it changes nothing, the other side has the same change as often, or it belongs to a fix in
 * flight. A merge also does not count when everything that it brought in does not. What a rollback took back is no
 * longer there, and so no copy of what the other side has either.
 */
export function judgeParity(given: ParityFacts): ParityVerdict {
  const facts = {
    ...given,
    uatOnly: withoutTakenBack(given.uatOnly, given.takenBack),
    prodOnly: withoutTakenBack(given.prodOnly, given.takenBack),
  };
  const uat = countSide(facts.uatOnly, countPatches(facts.prodOnly), facts);
  const prod = countSide(facts.prodOnly, countPatches(facts.uatOnly), facts);
  return {
    state: stateOf(uat.counted.length > 0, prod.counted.length > 0),
    uat: facts.uat,
    prod: facts.prod,
    uatOnly: uat.counted,
    prodOnly: prod.counted,
    equivalent: uat.equivalent + prod.equivalent,
    inFlight: uat.inFlight + prod.inFlight,
    takenAtMs: facts.nowMs,
  };
}

/** A rollback of what the other side has by the same name, or lacks in part, is a difference like any other. */
function withoutTakenBack(
  side: readonly ComparedCommit[],
  groups: readonly TakenBackCommits[],
): readonly ComparedCommit[] {
  const here = new Set(side.map(({ oid }) => oid));
  const gone = new Set(
    groups
      .map(({ by, commits }) => [by, ...commits])
      .filter((group) => group.every((oid) => here.has(oid)))
      .flat(),
  );
  return gone.size === 0 ? side : side.filter(({ oid }) => !gone.has(oid));
}

function stateOf(uatHasMore: boolean, prodHasMore: boolean): ParityVerdict['state'] {
  if (uatHasMore && prodHasMore) return 'diverged';
  if (uatHasMore) return 'uat_ahead';
  return prodHasMore ? 'prod_ahead' : 'aligned';
}

/** How many commits of one side bring each change. */
type PatchCount = ReadonlyMap<string, number>;

function countPatches(commits: readonly ComparedCommit[]): PatchCount {
  const count = new Map<string, number>();
  for (const commit of commits) {
    const ids = new Set([commit.patchId, ...commit.inner.map((each) => each.patchId)]);
    for (const id of ids) if (id !== null) count.set(id, (count.get(id) ?? 0) + 1);
  }
  return count;
}

function countSide(
  commits: readonly ComparedCommit[],
  otherSide: PatchCount,
  facts: ParityFacts,
): { counted: readonly CountedCommit[]; equivalent: number; inFlight: number } {
  const counted: CountedCommit[] = [];
  let equivalent = 0;
  let inFlight = 0;
  // A change that was taken back and put on again is there twice; its one copy does not stand for both.
  const copies = new Map(otherSide);
  for (const commit of commits) {
    if (facts.inFlight.has(commit.oid)) inFlight += 1;
    else if (facts.sameTree || commit.patchId === null || takeCopy(copies, commit.patchId)) equivalent += 1;
    else if (isBroughtInKnown(commit, otherSide, facts.inFlight)) equivalent += 1;
    else counted.push({ oid: commit.oid, title: commit.title });
  }
  return { counted, equivalent, inFlight };
}

function takeCopy(copies: Map<string, number>, patchId: string): boolean {
  const left = copies.get(patchId) ?? 0;
  if (left > 0) copies.set(patchId, left - 1);
  return left > 0;
}

function isBroughtInKnown(
  { inner }: ComparedCommit,
  otherSide: PatchCount,
  inFlight: ReadonlySet<string>,
): boolean {
  if (inner.length === 0) return false;
  return inner.every(
    (each) => each.patchId === null || otherSide.has(each.patchId) || inFlight.has(each.oid),
  );
}

/** The flow for a bug, or why there is none. */
export type FlowChoice =
  | { readonly kind: 'flow'; readonly flow: Flow; readonly reason: string; readonly uatOnly: boolean }
  | { readonly kind: 'refused'; readonly reason: 'versions_differ' };

/**
 * Chooses the flow from the verdict (PRODUCT section 3).
 *
 * `foundIn` `null` counts as PROD, which is the safe side: Flow 2 is safe whatever the versions are.
 * Refuses: `versions_differ` for Flow 1 asked for on mismatched versions.
 */
export function chooseFlow(
  verdict: ParityVerdict,
  foundIn: EnvironmentName | null,
  asked: Flow | null,
): FlowChoice {
  const aligned = verdict.state === 'aligned';
  if (asked === 2) return { kind: 'flow', flow: 2, reason: 'an admin chose it', uatOnly: false };
  if (aligned) return { kind: 'flow', flow: 1, reason: describeParity(verdict), uatOnly: false };
  if (asked === 1) return { kind: 'refused', reason: 'versions_differ' };
  if (foundIn === 'uat') return { kind: 'flow', flow: 1, reason: describeParity(verdict), uatOnly: true };
  return { kind: 'flow', flow: 2, reason: describeParity(verdict), uatOnly: false };
}

/** The verdict in one clause, for people. */
export function describeParity(verdict: ParityVerdict): string {
  const uat = countOf(verdict.uatOnly.length);
  const prod = countOf(verdict.prodOnly.length);
  const clauses: Readonly<Record<ParityVerdict['state'], string>> = {
    aligned: 'UAT and PROD are on the same version',
    uat_ahead: `UAT is ahead of PROD by ${uat}`,
    prod_ahead: `PROD is ahead of UAT by ${prod}; a hotfix was never brought back`,
    diverged: `UAT and PROD have diverged: ${uat} on UAT only, ${prod} on PROD only`,
  };
  return clauses[verdict.state];
}

function countOf(commits: number): string {
  return commits === 1 ? '1 commit' : `${commits} commits`;
}
