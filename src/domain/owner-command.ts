/** A shell command of the repository's owner, from the config on the default branch. */
export interface CommandPolicy {
  readonly run: string;
  readonly timeoutMinutes: number;
}
