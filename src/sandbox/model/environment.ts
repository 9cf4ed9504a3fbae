/** A named place to deploy to, and what a job has to pass before it may enter. */
export interface Environment {
  id: number;
  nodeId: string;
  name: string;
  createdAt: string;
  updatedAt: string;
  waitTimer: (RuleIdentity & { minutes: number }) | null;
  reviewRule: (RuleIdentity & { reviewers: Reviewer[] }) | null;
  /** Whether who started a run is no reviewer of it. */
  preventSelfReview: boolean;
  /** Which branches and tags may deploy; `null` for all. `patterns` are those of `refPatterns`. */
  refPolicy: (RuleIdentity & { kind: 'protected' | 'patterns' }) | null;
  refPatterns: RefPattern[];
  /** The Apps that are asked. */
  customRules: CustomRule[];
  /** Whether admins may start jobs past the rules: GitHub's default. */
  canAdminsBypass: boolean;
}

interface RuleIdentity {
  id: number;
  nodeId: string;
}

/** Somebody whose word lets a job in; of several, one is enough. */
export interface Reviewer {
  type: 'User' | 'Team';
  id: number;
}

/** A branch or tag name, or a pattern of them, that may deploy. */
export interface RefPattern extends RuleIdentity {
  name: string;
  type: 'branch' | 'tag';
}

/** A custom deployment protection rule: an App's word. */
export interface CustomRule extends RuleIdentity {
  appId: number;
}
