import type { EnvironmentName } from './policy.ts';

/**
 * Names of the required check, one an environment. A check belongs to a commit, not to a pull request: under one name
 * for both, a commit that may go to UAT could be pushed to PROD, or merged there before anybody has judged it.
 */
export const GATE_CHECKS: Readonly<Record<EnvironmentName, string>> = {
  uat: 'tonic / gate (uat)',
  prod: 'tonic / gate',
};

/** Tells whether a check is this system's own word: what is judged for it leaves it out, else it would wait for itself. */
export function isGateCheck(name: string): boolean {
  return Object.values(GATE_CHECKS).includes(name);
}
