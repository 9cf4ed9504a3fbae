import type { EnvironmentName } from '../../domain/policy.ts';
import type { Observation } from './observation.ts';
import type { Scene } from './scene.ts';

/**
 * Checks, with plain git in a clone, that a branch's tree is byte for byte what cherry-picking these pull requests onto
 * its former head gives.
 */
export function checkExactly(environment: EnvironmentName, pulls: readonly string[]) {
  return async (scene: Scene, before: Observation): Promise<void> => {
    const ada = scene.actor('ada');
    const clone = await ada.workingCopy();
    await clone.git('fetch', '--quiet', 'origin', '+refs/heads/*:refs/remotes/origin/*');
    await clone.git('switch', '--quiet', '--detach', before.branches[environment][0]?.oid ?? '');
    for (const name of pulls) {
      const { data } = await ada.octokit.rest.pulls.listCommits({
        ...ada.at,
        pull_number: scene.numberOf(name),
      });
      for (const { sha } of data) await clone.git('cherry-pick', '--allow-empty', sha);
    }
    const [picked, live] = await Promise.all([
      clone.git('rev-parse', 'HEAD^{tree}'),
      clone.git('rev-parse', `origin/${scene.demo.branches[environment]}^{tree}`),
    ]);
    if (picked !== live) throw new Error(`git cherry-pick gives the tree ${picked}, the branch has ${live}`);
  };
}
