import type { RepositoryRole } from './account.ts';
import type { Issue, Label } from './issue.ts';
import type { Pull } from './pull.ts';

/** A repository and everything GitHub keeps beside its git data. */
export interface Repository {
  id: number;
  nodeId: string;
  ownerId: number;
  /** The repository it was forked from. */
  parentId: number | null;
  name: string;
  description: string | null;
  private: boolean;
  archived: boolean;
  defaultBranch: string;
  deleteBranchOnMerge: boolean;
  createdAt: string;
  updatedAt: string;
  pushedAt: string;
  collaborators: { userId: number; role: RepositoryRole }[];
  teams: { teamId: number; role: RepositoryRole }[];
  /** The last number given to an issue or pull. */
  lastNumber: number;
  labels: Label[];
  issues: Issue[];
  pulls: Pull[];
  /** What other parts keep per repository: see `repositoryStore`. */
  stores: { [name: string]: unknown };
}
