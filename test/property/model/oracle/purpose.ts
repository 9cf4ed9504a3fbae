import type { EnvironmentName } from '../../../../src/domain/policy.ts';
import type { Model } from '../model.ts';
import type { Process } from '../scheduler.ts';

/** What a process deploys for, as GitHub knows it: by the workflow run that it is a job of. */
export type Purpose =
  | { readonly kind: 'slot' }
  | { readonly kind: 'hotfix'; readonly bug: number }
  | { readonly kind: 'rollback' }
  /** It is no run of ours. */
  | { readonly kind: 'none' };

/** What a process deploys for. */
export function purposeOf({ runs }: Model, process: Process): Purpose {
  const run = runs.find((each) => each.process === process);
  if (run === undefined) return { kind: 'none' };
  if (run.kind === 'rollback') return { kind: 'rollback' };
  if (run.kind === 'hotfix') return { kind: 'hotfix', bug: bugOfHotfix(run.bringing ?? '') };
  return { kind: 'slot' };
}

/** The bug that a hotfix is for, by the name of its release: `2026-11-20-hotfix-12-2130-prod`. */
function bugOfHotfix(release: string): number {
  return Number(/-hotfix-(\d+)-/u.exec(release)?.[1] ?? 0);
}

/** The branch of an environment. */
export function branchOf(environment: EnvironmentName): 'main' | 'uat' {
  return environment === 'prod' ? 'main' : 'uat';
}

/** The environment of a branch. */
export function environmentOf(branch: 'main' | 'uat'): EnvironmentName {
  return branch === 'main' ? 'prod' : 'uat';
}
