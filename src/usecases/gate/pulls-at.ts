import { ENVIRONMENTS } from '../../domain/policy.ts';
import type { Context } from '../context.ts';

/** The open pull requests into an environment's branch whose head is this commit, read now. Costs a call. */
export async function pullsAt({ configuration, observer }: Context, head: string): Promise<number[]> {
  const { policy } = await configuration.load();
  const open = await observer.openPulls(ENVIRONMENTS.map((name) => policy.environments[name].branch));
  return open.filter((pull) => pull.head === head).map(({ pull }) => pull);
}
