/** A full object name, 40 or 64 lower-case hexadecimal digits. */
export type Oid = string;

/** One commit as a change: what it did to its first parent. */
export interface CommitUnit {
  readonly oid: Oid;
  /** First line of the message, cut to 200 characters. Untrusted text. */
  readonly title: string;
  readonly authorName: string;
  /**
   * `git patch-id --stable` of the change against the first parent; `null` where nothing changed.
   * Equal ids mean the same change, whatever the commit's own name is.
   */
  readonly patchId: string | null;
  /** The commits that a merge brought in (`oid^1..oid^2`, merges left out), empty for a plain commit. */
  readonly inner: readonly { readonly oid: Oid; readonly patchId: string | null }[];
}

/** What two commits have that the other one lacks, along their first parents. */
export interface Divergence {
  readonly left: Oid;
  readonly right: Oid;
  readonly mergeBase: Oid | null;
  /** Both trees are byte for byte equal: there is nothing to compare. */
  readonly sameTree: boolean;
  /** Reachable from `left` by first parents and not from `right`, oldest first. */
  readonly leftOnly: readonly CommitUnit[];
  readonly rightOnly: readonly CommitUnit[];
}

/** Commits that together are the change of one pull request, oldest first, each pickable on its own. */
export interface FixCommits {
  readonly commits: readonly CommitUnit[];
  /** Patch id of the whole change, from before the first commit to the last one. */
  readonly patchId: string | null;
  /** Files the change touches, sorted, renames under both names. */
  readonly files: readonly string[];
}

/** One change to put on top of a branch. All of it is applied, or none of it. */
export type PlannedChange =
  | {
      readonly kind: 'pick';
      readonly key: string;
      /** Picked in this order; a merge commit is picked against its first parent. */
      readonly commits: readonly Oid[];
      /** Appended to each message after git's own `(cherry picked from commit …)`, e.g. `Tonic-Bug: 12`. */
      readonly trailers: readonly string[];
      /** The branch has had it and took it back: that it reaches the commits says nothing. */
      readonly isAgain?: boolean;
    }
  | {
      readonly kind: 'merge';
      readonly key: string;
      readonly head: Oid;
      readonly message: string;
    };

export interface ConflictFile {
  readonly path: string;
  /** Git's own word for it: `contents`, `modify/delete`, `rename/delete`, `file location`, `binary`, … */
  readonly type: string;
}

/** A commit that a change seems to build on and that the branch does not have. */
export interface Prerequisite {
  readonly oid: Oid;
  readonly title: string;
  readonly files: readonly string[];
  /** With this commit the change applies (tried in memory), or it wrote the lines that the change touches. */
  readonly evidence: 'applies_with_it' | 'wrote_the_lines';
}

export type ChangeOutcome =
  | {
      readonly kind: 'applied';
      readonly key: string;
      /** The new commits on the branch, oldest first, one for each source that changed something. */
      readonly commits: readonly {
        readonly oid: Oid;
        readonly source: Oid;
        readonly patchId: string | null;
      }[];
    }
  | { readonly kind: 'already_applied'; readonly key: string; readonly because: 'same_tree' | 'reachable' }
  | {
      readonly kind: 'conflict';
      readonly key: string;
      readonly source: Oid;
      readonly files: readonly ConflictFile[];
      /** Commit on the branch's tip whose tree holds the conflict with markers, for a draft pull request. */
      readonly conflicted: Oid;
      readonly prerequisites: readonly Prerequisite[];
    }
  | {
      readonly kind: 'depends';
      readonly key: string;
      /** It applies cleanly, and yet it changes lines that these commits wrote, which the branch lacks. */
      readonly prerequisites: readonly Prerequisite[];
    }
  | { readonly kind: 'touches_workflows'; readonly key: string; readonly files: readonly string[] };

export interface Stack {
  readonly onto: Oid;
  /** `onto` when nothing was applied. */
  readonly tip: Oid;
  readonly tree: Oid;
  /** One a change, in the order given. */
  readonly outcomes: readonly ChangeOutcome[];
}

export interface RefUpdate {
  /** Full name, `refs/heads/…` or `refs/tags/…`. */
  readonly ref: string;
  /** The value that the remote must have now; `null`: the ref must not exist. */
  readonly expected: Oid | null;
  /** `null` deletes the ref. */
  readonly target: Oid | null;
  /** Nobody builds on the branch, so it may move backwards and sideways, too. */
  readonly isRebuilt?: boolean;
}

export type PushResult =
  | { readonly kind: 'pushed' }
  | { readonly kind: 'lost_race'; readonly ref: string }
  | {
      readonly kind: 'refused';
      readonly ref: string;
      readonly rule: 'protected_branch' | 'ruleset' | 'workflows_permission' | 'authentication' | 'other';
      /** The remote's own words, without credentials, cut to 500 characters. */
      readonly message: string;
    };

export interface FileLine {
  readonly path: string;
  /** From 1. */
  readonly line: number;
}

export interface LineOrigin extends FileLine {
  readonly oid: Oid;
  readonly title: string;
  readonly authorName: string;
  readonly text: string;
}

/**
 * The git repository, seen through a local object store without a work tree.
 *
 * Nothing is visible to anybody before `push`, which moves all of its refs or none.
 * Reads may fetch what is missing by themselves; `fetch` ahead of them makes that one remote command.
 *
 * @throws GitFailure when the remote cannot be reached or git itself fails.
 */
export interface Repository {
  /**
   * Brings branch tips and exact commits, with the history that `depth` asks for, in one remote command.
   * `history: 'full'` brings all commits and trees without file contents (parity, blame); `'none'` only the
   * named commits and their parents (picks).
   * Gives the tip of every branch asked for, `null` where it does not exist.
   */
  fetch(want: {
    readonly branches: readonly string[];
    readonly commits?: readonly Oid[];
    readonly history: 'full' | 'none';
  }): Promise<ReadonlyMap<string, Oid | null>>;

  /**
   * Compares two commits, needs full history of both. Content is read only of changes that could be equal to one on
   * the other side (they touch the same paths) and of those that touch `alsoReadPaths`; every other change gets
   * a patch id `unread:<oid>`, which equals no other. To match a change against a recorded patch id, name its
   * files in `alsoReadPaths`.
   * Left out: merges that only brought the other side. `inner` leaves out what the other side reaches, and is empty
   * for a merge whose own additions would otherwise hide behind inner commits that the other side has.
   */
  diverge(left: Oid, right: Oid, alsoReadPaths?: readonly string[]): Promise<Divergence>;

  /**
   * Names the commits of a fix.
   * `merged`: as it lies on a branch. A merge commit is one commit; a commit with one parent is a squash, or the
   * last of `pullCommits` rebased ones when their patch ids say so.
   * `proposed`: of a pull request's head against the branch it wants to go to.
   */
  describeFix(
    fix:
      | { readonly kind: 'merged'; readonly mergeCommit: Oid; readonly pullCommits: readonly Oid[] }
      | { readonly kind: 'proposed'; readonly base: Oid; readonly head: Oid },
  ): Promise<FixCommits>;

  /**
   * Puts changes on top of `onto` in memory, in the order given; one that cannot be applied is left out and
   * the others go on. The commits are those that `git cherry-pick -x` (`-m 1` for merges) and
   * `git merge --no-ff` would make: authors kept, committer is the configured identity at `nowMs`.
   *
   * `lackedBy`: report a clean pick as `depends` when it changes lines last written by a commit which is
   * reachable from the source and neither reachable from `onto`, nor in `allowed`, nor there as an equal patch.
   */
  stack(request: {
    readonly onto: Oid;
    readonly changes: readonly PlannedChange[];
    readonly nowMs: number;
    /** Source commits that may be counted on, because they are picked in the same stack. */
    readonly allowed?: readonly Oid[];
    readonly checkDependencies: boolean;
    /** Leave out changes to `.github/workflows`, which an App token may not push. */
    readonly refuseWorkflowFiles: boolean;
  }): Promise<Stack>;

  /**
   * Builds, in memory, one commit on top of `onto` with exactly the files of `target`: it takes back all that came
   * between, whatever that was, and never conflicts. `onto` itself where it has them already.
   */
  restore(request: {
    readonly onto: Oid;
    readonly target: Oid;
    readonly message: string;
    readonly nowMs: number;
  }): Promise<{ readonly commit: Oid; readonly tree: Oid }>;

  /** Moves all refs in one atomic push, each only from its expected value, never backwards on `refs/heads`
   * but where a branch is rebuilt. */
  push(updates: readonly RefUpdate[]): Promise<PushResult>;

  isAncestor(ancestor: Oid, descendant: Oid): Promise<boolean>;
  treeOf(commit: Oid): Promise<Oid>;
  listFiles(commit: Oid): Promise<readonly string[]>;
  /** Paths whose content or kind differs between two commits, sorted; a renamed file under both names. */
  changedFiles(from: Oid, to: Oid): Promise<readonly string[]>;
  /** Contents of text files by their paths, in one go; without those that are not there, binary, or larger than `maxBytes`. */
  readFiles(commit: Oid, paths: readonly string[], maxBytes: number): Promise<ReadonlyMap<string, string>>;
  /** Writes the files of a commit into an empty folder, an absolute path, as `git checkout` would. */
  checkOut(commit: Oid, folder: string): Promise<void>;
  /** Who wrote these lines, as of `commit`. Lines that do not exist are left out. */
  blame(commit: Oid, lines: readonly FileLine[]): Promise<readonly LineOrigin[]>;
  /** Newest first, at most `limit`, that touch one of `paths`; `since` is left out with all it reaches. */
  log(query: {
    readonly from: Oid;
    readonly since: Oid | null;
    readonly paths: readonly string[];
    readonly limit: number;
  }): Promise<readonly CommitUnit[]>;
  /** The newest `v1.2.3`-like tag (semantic version order) reachable from the commit, `null` without one. */
  latestVersionTag(commit: Oid): Promise<{ readonly name: string; readonly commit: Oid } | null>;
}

/** git, or the way to the remote, failed; `message` holds no credentials. */
export class GitFailure extends Error {
  readonly operation: string;
  readonly retryable: boolean;

  constructor(operation: string, message: string, options: { retryable: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = 'GitFailure';
    this.operation = operation;
    this.retryable = options.retryable;
  }
}
