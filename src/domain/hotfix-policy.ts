import type { Severity } from './severity.ts';

/** How urgent a hotfix is: P1 is the worst. */
export type Priority = 'P1' | 'P2';

/** How hotfixes go. */
export interface HotfixPolicy {
  /** What a P1 is; every other hotfix is a P2. */
  readonly p1: { readonly severities: readonly Severity[]; readonly slaMinutes: number };
  readonly p2: { readonly slaMinutes: number };
  /** Logins of whoever is told of a hotfix; none: the people that the roles name. */
  readonly notify: readonly string[];
}
