import type { CheckFacts, RequiredCheck } from '../domain/check.ts';

/** A remark on lines of a file. */
interface CheckAnnotation {
  readonly path: string;
  /** From 1. */
  readonly startLine: number;
  readonly endLine: number;
  readonly level: 'notice' | 'warning' | 'failure';
  readonly title: string;
  readonly message: string;
}

/** A button of a check; GitHub shows it once the check has ended. */
interface CheckAction {
  /** At most 20 characters. */
  readonly label: string;
  /** At most 40 characters. */
  readonly description: string;
  /** At most 20 characters; comes back with the press. */
  readonly identifier: string;
}

/** What this system says about a commit under a name. */
export interface CheckReport {
  readonly name: string;
  readonly commit: string;
  /** `null`: in progress. */
  readonly conclusion: 'success' | 'failure' | 'neutral' | null;
  /** One line, shown beside the name. */
  readonly title: string;
  /** Markdown, cut to what GitHub takes. */
  readonly summary: string;
  /** Markdown, cut to what GitHub takes; `null` for none. */
  readonly text: string | null;
  /** All are shown, 50 a call. */
  readonly annotations: readonly CheckAnnotation[];
  /** At most three. */
  readonly actions: readonly CheckAction[];
  /** Whatever was said under this name before, nobody has to look. */
  readonly isNew?: boolean;
}

/** What somebody else reported under the name of one of this system's checks. */
export interface StrangeReport {
  readonly name: string;
  readonly commit: string;
  /** The App's slug, or the login of whoever set a commit status. */
  readonly by: string;
  readonly isStatus: boolean;
}

/** Checks on commits. */
export interface Checks {
  /**
   * Says things about commits in as few calls as can be, and with edits of issues of the same moment in one.
   * What this system has said last, word for word, is not said again.
   */
  report(reports: readonly CheckReport[]): Promise<void>;
  /** Everything that was said about a commit: the newest of each name and App, and of each commit status. */
  on(commit: string): Promise<readonly CheckFacts[]>;
  /** What rulesets and, where it may be read, branch protection ask of a branch; empty where it does not exist. */
  required(branch: string): Promise<readonly RequiredCheck[]>;
  /** What reads of this process have come across since this was asked last, whatever they were for; never a call. */
  takeStrange(): readonly StrangeReport[];
}
