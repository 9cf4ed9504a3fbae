/** A workflow run as GitHub tells it. */
export interface ProtectedRun {
  readonly id: number;
  /** From 1; a re-run is the next one. */
  readonly attempt: number;
  readonly event: string;
  /** The workflow file; may carry `@<ref>`. */
  readonly workflowPath: string;
  /** Name of the branch, or of the tag, that it runs for. Untrusted. */
  readonly refName: string;
  /** The commit that the workflow file was taken from. */
  readonly commit: string;
  readonly startedAtMs: number;
}

/** Jobs of a run that wait before an environment. */
export interface WaitingDeployment {
  readonly runId: number;
  readonly attempt: number;
  readonly githubEnvironment: string;
}

/** This App as a custom deployment protection rule of GitHub Environments. */
export interface ProtectionRules {
  /**
   * The run that a callback address is for; `null` unless it is this repository's own, at the API that this App uses.
   * Words are sent to an address that is made here, never to the one that came.
   */
  runIn(callbackUrl: string): number | null;
  /** `null` when this repository has no such run. */
  run(runId: number): Promise<ProtectedRun | null>;
  /**
   * What waits now, for whomever, without what this process has decided. One call when no run waits, one more for each
   * that does.
   */
  pending(): Promise<readonly WaitingDeployment[]>;
  /** As {@link pending}, of one run. One call. */
  pendingIn(run: Pick<ProtectedRun, 'id' | 'attempt'>): Promise<readonly WaitingDeployment[]>;
  /**
   * Lets the waiting jobs in or not; the comment is Markdown of at most 1,024 characters.
   * Gives `false` when nobody waits for this App's word any more.
   */
  decide(waiting: WaitingDeployment, state: 'approved' | 'rejected', comment: string): Promise<boolean>;
  /**
   * Says why the jobs go on waiting: Markdown of at most 1,024 characters. The same words again are not sent, nor more
   * than GitHub's ten for one deployment.
   */
  report(waiting: WaitingDeployment, comment: string): Promise<void>;
}
