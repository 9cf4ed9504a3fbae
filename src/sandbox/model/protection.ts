/** The protection of one branch, the older kin of rulesets. */
export interface BranchProtection {
  id: number;
  nodeId: string;
  branch: string;
  /** `appId` is the App whose word counts; `null` is anybody. */
  statusChecks: { strict: boolean; checks: { context: string; appId: number | null }[] } | null;
  /** Without it, admins may pass everything but force pushes and deletion. */
  enforceAdmins: boolean;
  reviews: { count: number; dismissStale: boolean; lastPushApproval: boolean } | null;
  /** The only ones who may move the branch; `null` is everybody with write. */
  restrictions: { userIds: number[]; teamIds: number[]; appIds: number[] } | null;
  linearHistory: boolean;
  allowForcePushes: boolean;
  allowDeletions: boolean;
  createdAt: string;
  updatedAt: string;
}
