import { ENVIRONMENTS } from '../../domain/policy.ts';
import type { FixFacts } from '../../domain/fix.ts';
import type { GateFacts } from '../../domain/gate.ts';
import type { LedgerState } from '../../domain/ledger.ts';
import { describeTrouble } from '../../domain/text/gate.ts';
import { ConfigurationBroken, type Setting } from '../../ports/configuration.ts';
import { LedgerFailure } from '../../ports/ledger.ts';
import type { Context } from '../context.ts';
import { bugsOf, environmentOf, gatherGates, readQueued, type GateQuestion } from './gather-gates.ts';
import { judgeAll, reportsOf, supersede, type Saying } from './report-gate.ts';

/** A commit that a pull request brought to a branch before, and does not any more. */
export interface OldHead {
  readonly pull: number;
  readonly commit: string;
  readonly base: string;
}

/**
 * Looks at pull requests and reports the required check on each; what it said before is not said again.
 * What nobody can judge is closed, with why: a broken configuration, a ledger that cannot be trusted.
 *
 * @throws GitHubFailure when GitHub cannot be read or written: whoever asked has to ask again.
 */
export async function gatePulls(
  context: Context,
  pulls: readonly number[],
  old: readonly OldHead[] = [],
): Promise<void> {
  const { gates: memory } = context.bookkeeping;
  await memory.inTurn(() => {
    // Others that bring what this one has left may still bring it.
    const others = old.flatMap(({ commit }) => memory.at(commit)).map(({ pull }) => pull);
    const asked = [...new Set([...pulls, ...others])];
    return reportOrClose(context, asked, async (setting) => [
      ...old.flatMap((each) => supersedeOld(setting, each)),
      ...judgeAsked(context, asked, await gatherFresh(context, setting, { pulls: asked })),
    ]);
  });
}

/** Judges those that are there; of the others nothing is to be remembered. */
function judgeAsked(context: Context, asked: readonly number[], gates: readonly GateFacts[]): Saying[] {
  const judged = new Set(gates.map(({ pull }) => pull.pull));
  for (const pull of asked) if (!judged.has(pull)) context.bookkeeping.gates.forget(pull);
  return judgeAll(context, gates);
}

/** A pull request was merged: its check has done its work. */
export function forgetMerged({ bookkeeping }: Context, pull: number): void {
  bookkeeping.gates.forget(pull);
}

/**
 * Another check on a commit has ended: looks at the pull requests that bring it, as far as this process knows of them
 * and waits for nothing else first. Costs nothing for others.
 */
export async function gateHead(context: Context, head: string): Promise<void> {
  const waiting = context.bookkeeping.gates.at(head).filter(({ restsOnChecks }) => restsOnChecks);
  if (waiting.length > 0)
    await gatePulls(
      context,
      waiting.map(({ pull }) => pull),
    );
}

/** Looks at every open pull request that goes to an environment. `read`: they were read a moment ago. */
export async function gateAll(context: Context, read: readonly FixFacts[] | null = null): Promise<void> {
  const known = context.bookkeeping.gates.all().map(({ pull }) => pull);
  await context.bookkeeping.gates.inTurn(() =>
    reportOrClose(context, known, async (setting) => {
      const open = read ?? (await readOpen(context, setting));
      const gone = await readGone(context, open);
      const here = [...open, ...gone.filter(({ base }) => environmentOf(base, setting.policy) !== null)];
      const elsewhere = gone.filter((fix) => !here.includes(fix)).flatMap((fix) => forgetGone(context, fix));
      if (here.length === 0) return elsewhere;
      const pulls = here.map(({ pull }) => pull);
      return [...elsewhere, ...judgeAll(context, await gatherFresh(context, setting, { pulls, read: here }))];
    }),
  );
}

/**
 * Pull requests that this process has judged and that are not among the open ones any more, though no webhook said so:
 * closed, or turned elsewhere. Those that were merged are forgotten. No call where there are none.
 */
async function readGone(context: Context, open: readonly FixFacts[]): Promise<readonly FixFacts[]> {
  const { gates } = context.bookkeeping;
  const missing = gates.all().filter(({ pull }) => open.every((fix) => fix.pull !== pull));
  if (missing.length === 0) return [];
  const found = await context.observer.pulls(missing.map(({ pull }) => pull));
  const gone = found.filter(({ state }) => state !== 'merged');
  for (const { pull } of missing) if (gone.every((fix) => fix.pull !== pull)) gates.forget(pull);
  return gone;
}

function forgetGone({ bookkeeping: { gates } }: Context, { pull }: FixFacts): Saying[] {
  const before = gates.of(pull);
  gates.forget(pull);
  return before === null ? [] : [supersede(before)];
}

/** Looks at every open pull request when a push may have changed what they are judged by. */
export async function gateAfterPush(
  context: Context,
  branch: string,
  isConfiguration: boolean,
): Promise<void> {
  if (isConfiguration || (await isOfEnvironment(context, branch))) await gateAll(context);
}

async function isOfEnvironment({ configuration }: Context, branch: string): Promise<boolean> {
  try {
    return environmentOf(branch, (await configuration.load()).policy) !== null;
  } catch (error) {
    // Everything is closed already.
    if (error instanceof ConfigurationBroken) return false;
    throw error;
  }
}

function readOpen({ observer }: Context, { policy }: Setting): Promise<readonly FixFacts[]> {
  return observer.openPulls(ENVIRONMENTS.map((name) => policy.environments[name].branch));
}

async function reportOrClose(
  context: Context,
  pulls: readonly number[],
  judge: (setting: Setting) => Promise<readonly Saying[]>,
): Promise<void> {
  const sayings = await judgeOrClose(context, pulls, judge);
  await context.checks.report(reportsOf(sayings));
}

async function judgeOrClose(
  context: Context,
  pulls: readonly number[],
  judge: (setting: Setting) => Promise<readonly Saying[]>,
): Promise<readonly Saying[]> {
  try {
    return await judge(await context.configuration.load());
  } catch (error) {
    const line = troubleOf(error);
    if (line === null || !(error instanceof Error)) throw error;
    context.log.error('pull requests cannot be judged; they are closed', { pulls, error: error.message });
    return closeAll(context, pulls, { line, message: error.message });
  }
}

/** What people have to mend; everything else passes, or is a mistake of ours. */
export function troubleOf(error: unknown): string | null {
  if (error instanceof ConfigurationBroken) return 'The configuration is broken: an admin has to mend it';
  if (error instanceof LedgerFailure && !error.retryable)
    return 'The ledger cannot be trusted: an admin has to look at it';
  return null;
}

/** Without a configuration nobody knows which branch is which, so both checks are closed. */
async function closeAll(
  context: Context,
  pulls: readonly number[],
  { line, message }: { readonly line: string; readonly message: string },
): Promise<Saying[]> {
  const words = describeTrouble(line, message);
  const [found, queued] = await Promise.all([context.observer.pulls(pulls), readQueued(context, pulls)]);
  return found
    .filter(({ state }) => state === 'open')
    .flatMap(({ pull, head }) => [head, queued.get(pull) ?? head])
    .flatMap((commit) => ENVIRONMENTS.map((environment) => ({ commit, environment, words })));
}

const MAX_LOOKS = 3;

/** Reads the ledger and what rests on it together; again if the ledger had moved on. */
export async function gatherFresh(
  context: Context,
  setting: Setting,
  asked: Omit<GateQuestion, 'state'>,
): Promise<GateFacts[]> {
  let state = context.ledger.seen() ?? (await context.ledger.load());
  let { pulls } = asked;
  for (let look = 1; ; look += 1) {
    const [fresh, gates] = await Promise.all([
      context.ledger.load(),
      gatherGates(context, setting, { ...asked, pulls, state }),
    ]);
    const twins = twinsOf(context, gates).filter((pull) => !pulls.includes(pull));
    const isSettled = twins.length === 0 && isSame(state, fresh, pulls);
    if (look >= MAX_LOOKS || isSettled) return gates;
    state = fresh;
    pulls = [...pulls, ...twins];
  }
}

/** Other pull requests that bring the very same commits: they share a check. */
function twinsOf({ bookkeeping }: Context, gates: readonly GateFacts[]): number[] {
  const judged = new Set(gates.map(({ pull }) => pull.pull));
  const { gates: memory } = bookkeeping;
  return gates
    .flatMap(({ pull: { pull, head } }) => [head, memory.of(pull)?.head ?? head])
    .flatMap((head) => memory.at(head))
    .map(({ pull }) => pull)
    .filter((pull) => !judged.has(pull));
}

function isSame(left: LedgerState, right: LedgerState, pulls: readonly number[]): boolean {
  if (left === right) return true;
  const decisive = (state: LedgerState) =>
    JSON.stringify([
      bugsOf(state, pulls),
      pulls.map((pull) => state.pulls.get(pull)?.approvals),
      state.freezes,
    ]);
  return decisive(left) === decisive(right);
}

function supersedeOld({ policy }: Setting, { pull, commit: head, base }: OldHead): Saying[] {
  const environment = environmentOf(base, policy);
  return environment === null ? [] : [supersede({ pull, head, environment })];
}
