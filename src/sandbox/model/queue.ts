/** A pull that waits to be merged by the queue of its base. */
export interface QueueEntry {
  id: number;
  nodeId: string;
  pullNumber: number;
  branch: string;
  /** The head that joined: another one leaves the queue. */
  headSha: string;
  enqueuerId: number;
  enqueuedAt: string;
  /** Of the first entry: the merge that waits for its checks. */
  group: MergeGroup | null;
}

/** A merge on a branch of the queue's own. */
export interface MergeGroup {
  headRef: string;
  headSha: string;
  baseSha: string;
  requestedAtMs: number;
}
