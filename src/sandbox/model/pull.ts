/** The pull half of a pull request; title, body, labels and state live on the issue of the same number. */
export interface Pull {
  id: number;
  nodeId: string;
  number: number;
  headBranch: string;
  headRepositoryId: number;
  headSha: string;
  baseBranch: string;
  /** The base branch's head as last seen; frozen when the pull is closed. */
  baseSha: string;
  draft: boolean;
  merged: boolean;
  mergedAt: string | null;
  mergedById: number | null;
  mergeCommitSha: string | null;
  maintainerCanModify: boolean;
  reviewerIds: number[];
  reviews: Review[];
}

/** One person's verdict on one head of a pull. */
export interface Review {
  id: number;
  nodeId: string;
  authorId: number;
  body: string;
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';
  commitId: string;
  submittedAt: string;
  updatedAt: string;
}
