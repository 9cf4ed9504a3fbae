import { GATE_CHECKS } from '../../src/domain/gate.ts';
import type { EnvironmentName } from '../../src/domain/policy.ts';
import { requestAction } from '../../src/sandbox/check/press.ts';
import { latestCheckRuns } from '../../src/sandbox/check/store.ts';
import type { CheckRun } from '../../src/sandbox/model/check.ts';
import { findAccount } from '../../src/sandbox/world.ts';
import type { Shop } from './e2e-shop.ts';

/** The commit that a pull request of the story brings. */
async function headOf(shop: Shop, name: string): Promise<string> {
  const { octokit, at } = shop.scene.actor('rita');
  const { data } = await octokit.rest.pulls.get({ ...at, pull_number: shop.scene.numberOf(name) });
  return data.head.sha;
}

/** The App's own check on what a pull request brings to an environment. */
export async function gateOf(
  shop: Shop,
  name: string,
  environment: EnvironmentName = 'prod',
): Promise<CheckRun> {
  const runs = latestCheckRuns(shop.demo.repository, await headOf(shop, name));
  const run = runs.find((each) => each.name === GATE_CHECKS[environment]);
  if (run === undefined) throw new Error(`${name} has no check`);
  return run;
}

/** `open: …` or `closed: …`, with the check's one line. */
export async function verdictOn(shop: Shop, name: string, environment?: EnvironmentName): Promise<string> {
  const { conclusion, title } = await gateOf(shop, name, environment);
  return `${conclusion === 'success' ? 'open' : 'closed'}: ${title}`;
}

/** Somebody presses a button of a check. */
export async function press(
  shop: Shop,
  run: CheckRun,
  { by, button: identifier }: { readonly by: string; readonly button: string },
): Promise<void> {
  const { sandbox, repository } = shop.demo;
  const user = findAccount(sandbox.world, by);
  if (user === null) throw new Error(`nobody is called ${by}`);
  requestAction(sandbox, { repository, run }, { identifier, actor: { kind: 'user', user } });
  await shop.demo.settle();
}

/** What GitHub answers when somebody merges: 200, or 405 where a rule stands against it. */
export async function mergedAs(shop: Shop, login: string, name: string): Promise<number> {
  const { octokit, at } = shop.scene.actor(login);
  try {
    const { status } = await octokit.rest.pulls.merge({ ...at, pull_number: shop.scene.numberOf(name) });
    return status;
  } catch (error) {
    if (error instanceof Error && 'status' in error && typeof error.status === 'number') return error.status;
    throw error;
  } finally {
    await shop.demo.settle();
  }
}
