import { createHash } from 'node:crypto';
import { missingChecks } from '../../src/domain/check.ts';
import {
  GitFailure,
  type ChangeOutcome,
  type CommitUnit,
  type Oid,
  type PlannedChange,
  type PushResult,
  type Repository,
} from '../../src/ports/repository.ts';
import { checksOn } from './fake-check.ts';
import type { FakeWorld } from './fake-world.ts';

interface FakeCommit {
  readonly oid: Oid;
  /** Its only parent: histories here have one line. */
  readonly parent: Oid | null;
  /** What it changes; equal names are equal changes. `null` changes nothing. */
  readonly patchId: string | null;
  readonly title: string;
  /** It has exactly the files of this one, whatever came before. */
  readonly restores?: Oid;
}

type Refused = Exclude<ChangeOutcome, { kind: 'applied' | 'already_applied' }>;

/** A git repository that is a map of commits, with what a test wants to see and to break. */
export interface FakeGit {
  readonly repository: Repository;
  /** The remote's branches. */
  readonly branches: Map<string, Oid>;
  /** A commit on a branch, as somebody pushes it. */
  commit(branch: string, patchId: string | null): Oid;
  /** The changes that lie on a branch, oldest first. */
  patchesOn(branch: string): string[];
  /** The changes that a commit reaches, oldest first. */
  patchesAt(commit: Oid): string[];
  /** The change with the outcome's key, `<bug>:<pull>`, does not apply. */
  refuse(outcome: Refused): void;
  /** The change touches this file; others touch `a.ts`. */
  touches(patchId: string, file: string): void;
  /** It applies after all. */
  accept(key: string): void;
  /** The remote takes no push of a commit that brings this change. */
  forbid(patchId: string): void;
  /** Somebody acts right before the next push. */
  beforeNextPush(act: () => void): void;
  /** The remote cannot be reached until this is called with `false`. */
  cutOff(isCut: boolean): void;
}

/** Branches by their short name; tags keep theirs in full. */
/** A branch that asks for checks takes only a commit that has them. */
function mayTake(world: FakeWorld, branch: string, target: Oid): boolean {
  const said = checksOn(world, target).map((check) => ({ ...check, url: null }));
  return missingChecks(world.requiredChecks.get(branch) ?? [], said).length === 0;
}

const nameOf = (ref: string): string => ref.replace('refs/heads/', '');

const lacks =
  (line: readonly FakeCommit[]) =>
  (commit: FakeCommit): boolean =>
    line.every(({ oid }) => oid !== commit.oid);

/** Histories with one line, patches by name, picks and merges that always apply unless a test says otherwise. */
export function createFakeGit(world: FakeWorld): FakeGit {
  const commits = new Map<Oid, FakeCommit>();
  const { branches } = world;
  const refusals = new Map<string, Refused>();
  const files = new Map<string, string>();
  const forbidden = new Set<string>();
  let isCut = false;
  let beforePush: (() => void) | null = null;

  function add(commit: Omit<FakeCommit, 'oid'>, salt: string): Oid {
    const oid = createHash('sha1').update(`${commit.parent} ${commit.patchId} ${salt}`).digest('hex');
    commits.set(oid, { oid, ...commit });
    return oid;
  }

  /** Commits of pull requests are names only; each is a change of its own. */
  const patchOf = (oid: Oid): string | null => {
    const known = commits.get(oid);
    return known === undefined ? `patch-${oid}` : known.patchId;
  };

  function lineOf(tip: Oid | null): FakeCommit[] {
    const line: FakeCommit[] = [];
    for (let at = tip; at !== null;) {
      const commit = commits.get(at);
      if (commit === undefined)
        throw new GitFailure('read', `there is no commit ${at}`, { retryable: false });
      line.unshift(commit);
      at = commit.parent;
    }
    return line;
  }

  function patchesAt(tip: Oid): string[] {
    const line = lineOf(tip);
    const at = line.findLastIndex(({ restores }) => restores !== undefined);
    const restored = line[at]?.restores;
    const later = line.slice(at + 1).flatMap(({ patchId }) => (patchId === null ? [] : [patchId]));
    return [...(restored === undefined ? [] : patchesAt(restored)), ...later];
  }
  /** `revert x` takes `x` out again. */
  const changesAt = (tip: Oid) => {
    const patches = patchesAt(tip);
    return patches.filter((patch) => !patch.startsWith('revert ') && !patches.includes(`revert ${patch}`));
  };
  const treeAt = (tip: Oid) => createHash('sha1').update(changesAt(tip).toSorted().join()).digest('hex');
  const unitOf = ({ oid, title, patchId }: FakeCommit): CommitUnit => ({
    oid,
    title,
    authorName: 'Wes',
    patchId,
    inner: [],
  });

  function apply(tip: Oid, change: PlannedChange, nowMs: number): { tip: Oid; outcome: ChangeOutcome } {
    const { key } = change;
    const refused = refusals.get(key);
    if (refused !== undefined) return { tip, outcome: refused };
    const sources = change.kind === 'merge' ? [change.head] : change.commits;
    const present = patchesAt(tip);
    const missing = sources.filter((source) => !present.includes(patchOf(source) ?? ''));
    if (missing.length === 0) return { tip, outcome: { kind: 'already_applied', key, because: 'same_tree' } };
    let on = tip;
    const made = missing.map((source) => {
      const patchId = patchOf(source);
      on = add({ parent: on, patchId, title: `${change.kind} ${source}` }, `${source} ${nowMs}`);
      return { oid: on, source, patchId };
    });
    return { tip: on, outcome: { kind: 'applied', key, commits: made } };
  }

  function push(updates: Parameters<Repository['push']>[0]): PushResult {
    const act = beforePush;
    beforePush = null;
    act?.();
    const wanted = updates.filter(({ expected, target }) => expected !== null || target !== null);
    const open = wanted.filter(({ ref, target }) => (branches.get(nameOf(ref)) ?? null) !== target);
    const untested = open.find(({ ref, target }) => target !== null && !mayTake(world, nameOf(ref), target));
    if (untested !== undefined) {
      const message = 'GH013: Repository rule violations found: Required status check is expected.';
      return { kind: 'refused', ref: untested.ref, rule: 'ruleset', message };
    }
    const unwanted = open.find(
      ({ target }) => target !== null && patchesAt(target).some((patch) => forbidden.has(patch)),
    );
    if (unwanted !== undefined) {
      const message = 'GH013: Repository rule violations found: File path is restricted.';
      return { kind: 'refused', ref: unwanted.ref, rule: 'ruleset', message };
    }
    const lost = open.find(({ ref, expected }) => (branches.get(nameOf(ref)) ?? null) !== expected);
    if (lost !== undefined) return { kind: 'lost_race', ref: lost.ref };
    for (const { ref, target } of open) {
      if (target === null) branches.delete(nameOf(ref));
      else {
        branches.set(nameOf(ref), target);
        world.pushes.push({ branch: nameOf(ref), head: target, atMs: world.now() });
      }
    }
    return { kind: 'pushed' };
  }

  function reach(): void {
    if (isCut) throw new GitFailure('fetch', 'the remote does not answer', { retryable: true });
  }

  const repository: Repository = {
    fetch: async (want) => {
      reach();
      return new Map(want.branches.map((branch) => [branch, branches.get(branch) ?? null]));
    },
    diverge: async (left, right) => {
      const [ours, theirs] = [lineOf(left), lineOf(right)];
      return {
        left,
        right,
        mergeBase: ours.findLast((commit) => !lacks(theirs)(commit))?.oid ?? null,
        sameTree: treeAt(left) === treeAt(right),
        leftOnly: ours.filter(lacks(theirs)).map(unitOf),
        rightOnly: theirs.filter(lacks(ours)).map(unitOf),
      };
    },
    describeFix: async (fix) => {
      const oid = fix.kind === 'merged' ? fix.mergeCommit : fix.head;
      const patchId = patchOf(oid);
      return {
        commits: [{ oid, title: 'Fix', authorName: 'Wes', patchId, inner: [] }],
        patchId,
        files: ['a.ts'],
      };
    },
    stack: async ({ onto, changes, nowMs }) => {
      let tip = onto;
      const outcomes = changes.map((change) => {
        const applied = apply(tip, change, nowMs);
        ({ tip } = applied);
        return applied.outcome;
      });
      return { onto, tip, tree: treeAt(tip), outcomes };
    },
    restore: async ({ onto, target, nowMs }) => {
      const tree = treeAt(target);
      if (treeAt(onto) === tree) return { commit: onto, tree };
      const patchId = `restore-${target}`;
      const commit = add({ parent: onto, patchId, title: 'Bring it back', restores: target }, `${nowMs}`);
      return { commit, tree };
    },
    push: async (updates) => {
      reach();
      return push(updates);
    },
    isAncestor: async (ancestor, descendant) => lineOf(descendant).some(({ oid }) => oid === ancestor),
    // Commits of pull requests are names only; each has files of its own.
    treeOf: async (commit) =>
      commits.has(commit) ? treeAt(commit) : createHash('sha1').update(commit).digest('hex'),
    listFiles: async () => [],
    changedFiles: async (from, to) =>
      lineOf(to)
        .filter(lacks(lineOf(from)))
        .flatMap(({ patchId }) => (patchId === null ? [] : [files.get(patchId) ?? 'a.ts'])),
    readFiles: async () => new Map(),
    checkOut: async () => undefined,
    blame: async () => [],
    log: async () => [],
    latestVersionTag: async () => null,
  };

  return {
    repository,
    branches,
    commit: (branch, patchId) => {
      const oid = add({ parent: branches.get(branch) ?? null, patchId, title: `Change ${patchId}` }, branch);
      branches.set(branch, oid);
      world.pushes.push({ branch, head: oid, atMs: world.now() });
      return oid;
    },
    patchesOn: (branch) => patchesAt(branches.get(branch) ?? ''),
    patchesAt,
    refuse: (outcome) => void refusals.set(outcome.key, outcome),
    touches: (patchId, file) => void files.set(patchId, file),
    accept: (key) => void refusals.delete(key),
    forbid: (patchId) => void forbidden.add(patchId),
    beforeNextPush: (act) => {
      beforePush = act;
    },
    cutOff: (cut) => {
      isCut = cut;
    },
  };
}
