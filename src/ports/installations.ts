/** A repository that the App is installed on. Its id stays when it is renamed or moved. */
export interface RepositoryName {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly defaultBranch: string;
}

/** Where the App is installed: GitHub's own word, whatever a webhook says. */
export interface Installations {
  /** Ids of the installations of this App; suspended ones are left out. */
  ids(): Promise<readonly number[]>;
  /** The repositories that an installation reaches; `null` when this App has no such installation. */
  repositories(installationId: number): Promise<readonly RepositoryName[] | null>;
}
