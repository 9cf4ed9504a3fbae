import type { Policy } from './policy.ts';
import { describeRole } from './text/role.ts';

/** The label of the issues that tell admins of something that nobody should have done. */
export const ALERT_LABEL = 'tonic:alert';

/** Something that the admins have to know of: one file of the ledger, one issue. */
export interface Alert {
  /** Names what happened, once for all; safe as a file name: `deployment-71`, `ledger-0a1b2c3d4e5f`, … */
  readonly key: string;
  readonly title: string;
  /** Markdown: trusted text with escaped data. What happened, what was done about it, what is for them to do. */
  readonly body: string;
  readonly raisedAtMs: number;
  /** Its issue; `null` before that is open. */
  readonly issue: number | null;
}

/** What there is to tell. */
export type AlertWords = Pick<Alert, 'key' | 'title' | 'body'>;

/** GitHub takes no more assignees. */
const ASSIGNEES = 10;

/** Who an alert's issue is assigned to: admins by name. Teams and access levels cannot be assigned. */
export function alertAssignees(policy: Policy): readonly string[] {
  return policy.roles.admin.users.slice(0, ASSIGNEES);
}

/** The issue's text. Mentions nobody: whoever watches the repository, or is assigned, hears of it. */
export function renderAlert({ body }: Pick<Alert, 'body'>, policy: Policy | null): string {
  const who = policy === null ? 'the admins' : `the ${describeRole('admin', policy)}`;
  return `${body}\n\n<sub>For ${who}. Told once; close this issue when it is dealt with.</sub>`;
}
