import type { Priority } from './hotfix-policy.ts';
import type { Person } from './person.ts';

/** Why it happened and what was done, in the words of whoever dealt with it. */
interface IncidentNote {
  /** Untrusted text. */
  readonly rootCause: string;
  /** Untrusted text. */
  readonly fix: string;
  readonly by: Person;
  readonly atMs: number;
}

/** What is kept of a bug for whose severity no slot is quick enough. */
export interface Hotfix {
  /** What the clock of the SLA counts for, and since when: since somebody first said that it is as bad as this. */
  readonly clock: { readonly priority: Priority; readonly sinceMs: number };
  /** `/hotfix`, and who was told of it; `null`: nobody has said it. */
  readonly order: { readonly by: Person; readonly atMs: number; readonly told: readonly string[] } | null;
  readonly note: IncidentNote | null;
  /** Only the report says that it is as bad as this, and whoever reported it may not set a severity. */
  readonly isClaim?: true;
}
