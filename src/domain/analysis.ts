/** A place in the code that the report points to, found at the deployed commit. */
export interface SuspectFile {
  readonly path: string;
  /** From 1; `null` when the report names only the file. */
  readonly line: number | null;
  /** Why it is here: `stack trace`, `named in the report`, … */
  readonly because: string;
}

/** A commit that may have brought the bug. */
export interface SuspectCommit {
  readonly oid: string;
  readonly title: string;
  readonly authorName: string;
  readonly because: string;
}

/** What was found out about a bug. It has no authority: nothing but `confirmed → planned` follows from it. */
export interface Analysis {
  readonly atMs: number;
  /** The deployed commit that the report was held against. */
  readonly commit: string;
  readonly probableCause: string;
  readonly files: readonly SuspectFile[];
  readonly commits: readonly SuspectCommit[];
  readonly plan: readonly string[];
  readonly risk: 'low' | 'medium' | 'high';
  readonly services: readonly string[];
  readonly modules: readonly string[];
  readonly owners: readonly string[];
  readonly similarBugs: readonly number[];
  /** From 0 (a guess) to 1. */
  readonly confidence: number;
  /** What it rests on, one sentence each. */
  readonly basedOn: readonly string[];
}
