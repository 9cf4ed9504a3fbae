import { GATE_CHECKS } from '../../domain/gate.ts';
import { refuse, type Refusal } from '../../domain/reason.ts';
import type { RevertedBranch } from '../../domain/release.ts';
import type { OrderedRelease } from '../../domain/order-gate.ts';
import { code } from '../../domain/text/markdown.ts';
import { renderRevertCheck, renderRevertMessage } from '../../domain/text/rollback.ts';
import type { Setting } from '../../ports/configuration.ts';
import { type PushResult } from '../../ports/repository.ts';
import type { Context } from '../context.ts';
import { isPartOf } from '../is-part-of.ts';
import { awaitChecks } from '../slot/await-checks.ts';
import { requiredOn } from '../slot/facts.ts';

const MAX_RACES = 5;

/** The branch's head, `null` where there is no branch. */
export async function tipOf({ repository }: Context, branch: string): Promise<string | null> {
  return (await repository.fetch({ branches: [branch], history: 'full' })).get(branch) ?? null;
}

/** A branch as it would be brought back, in memory. */
interface BuiltRevert extends RevertedBranch {
  readonly tree: string;
}

/**
 * Builds the commit that brings a branch at `tip` back to what a rollback deploys. The same input gives the same one. A
 * branch that is back already, by a run that died before it could write that down or by a person, has taken it all back.
 */
export async function buildRevert(
  { repository }: Context,
  release: OrderedRelease,
  tip: string,
): Promise<BuiltRevert> {
  const { commit: target } = release.envelope;
  const [{ commit, tree }, { rightOnly }] = await Promise.all([
    repository.restore({
      onto: tip,
      target,
      message: renderRevertMessage(release),
      nowMs: release.plannedAtMs,
    }),
    repository.diverge(target, tip),
  ]);
  const since = rightOnly.map(({ oid }) => oid);
  return { base: tip, commit, tree, takesBack: since.filter((oid) => oid !== commit) };
}

/**
 * Pushes what brings the branch back to where the branch's checks look at it, and says our own. Costs nothing where the
 * branch asks for no checks.
 */
export async function offerRevert(
  context: Context,
  setting: Setting,
  { release, branch }: { readonly release: OrderedRelease; readonly branch: RevertedBranch },
): Promise<void> {
  if (branch.commit === branch.base) return;
  const { environment } = release;
  const required = await requiredOn(context, setting.policy.environments[environment].branch);
  if (required.length === 0) return;
  await context.repository.push([
    { ref: candidateRef(release, branch), expected: null, target: branch.commit },
  ]);
  const name = GATE_CHECKS[environment];
  if (required.some((each) => each.context === name))
    await context.checks.report([
      {
        name,
        commit: branch.commit,
        conclusion: 'success',
        ...renderRevertCheck(release),
        text: null,
        annotations: [],
        actions: [],
        // Built a moment ago; one that a dead run has offered gets the same word twice.
        isNew: true,
      },
    ]);
}

function candidateRef({ id }: OrderedRelease, { commit }: RevertedBranch): string {
  return `refs/heads/tonic/candidate/${id}-${commit.slice(0, 7)}`;
}

export type BroughtBranch = { readonly kind: 'brought'; readonly branch: RevertedBranch } | Refusal;

/**
 * Brings the environment's branch to what is deployed, by one commit on top of it, from exactly where it is.
 *
 * Refuses: `checks_red`, `checks_late`, `push_refused`; the branch is then as it was.
 * Idempotent: a branch that has the commit already is left alone.
 */
export async function bringBranchBack(
  context: Context,
  setting: Setting,
  release: OrderedRelease,
): Promise<BroughtBranch> {
  const { policy } = setting;
  const name = policy.environments[release.environment].branch;
  let known = release.order.branch;
  for (let race = 0; race < MAX_RACES; race += 1) {
    const tip = await tipOf(context, name);
    if (tip === null) return refuse('push_refused', `There is no branch ${code(name)}.`);
    if (known !== null && (await isThere(context, known, tip))) return { kind: 'brought', branch: known };
    const branch = await buildAgain(context, setting, { release, tip, known });
    known = branch;
    const late = await awaitRevert(context, setting, { name, branch });
    if (late !== null) return late;
    const outcome = readPush(name, await pushRevert(context, { name, release, branch }));
    if (outcome === 'pushed') return { kind: 'brought', branch };
    if (outcome !== 'lost_race') return outcome;
  }
  return refuse('push_refused', `${code(name)} moved ${MAX_RACES} times while it was being brought back.`);
}

/** The plan's machine may have been another one, so it is built here too; the same input gives the same commit. */
async function buildAgain(
  context: Context,
  setting: Setting,
  given: {
    readonly release: OrderedRelease;
    readonly tip: string;
    readonly known: RevertedBranch | null;
  },
): Promise<RevertedBranch> {
  const { release, known } = given;
  const { base, commit, takesBack } = await buildRevert(context, release, given.tip);
  const branch = { base, commit, takesBack };
  if (commit !== known?.commit) await offerRevert(context, setting, { release, branch });
  return branch;
}

function readPush(name: string, pushed: PushResult): 'pushed' | 'lost_race' | Refusal {
  if (pushed.kind !== 'refused') return pushed.kind;
  const { rule, message } = pushed;
  return refuse('push_refused', `The push to ${code(name)} was refused (${rule}): ${code(message, 500)}`);
}

/** A run before this one has pushed it. */
async function isThere(context: Context, known: RevertedBranch, tip: string): Promise<boolean> {
  if (known.commit === known.base || known.base === tip) return false;
  return isPartOf(context, known.commit, tip);
}

async function awaitRevert(
  context: Context,
  setting: Setting,
  { name, branch }: { readonly name: string; readonly branch: RevertedBranch },
): Promise<Refusal | null> {
  if (branch.commit === branch.base) return null;
  const checks = await requiredOn(context, name);
  return awaitChecks(context, setting, {
    stage: { checks, candidate: branch.commit, base: branch.base },
    deadlineMs: context.clock.nowMs() + setting.policy.slots.checksTimeoutMinutes * 60_000,
    so: 'so the branch was left as it is',
  });
}

async function pushRevert(
  { repository }: Context,
  {
    name,
    release,
    branch,
  }: { readonly name: string; readonly release: OrderedRelease; readonly branch: RevertedBranch },
): Promise<PushResult> {
  if (branch.commit === branch.base) return { kind: 'pushed' };
  const ref = candidateRef(release, branch);
  const offered = await repository.fetch({ branches: [ref.slice('refs/heads/'.length)], history: 'none' });
  const isOffered = [...offered.values()].some((tip) => tip !== null);
  return repository.push([
    { ref: `refs/heads/${name}`, expected: branch.base, target: branch.commit },
    ...(isOffered ? [{ ref, expected: branch.commit, target: null }] : []),
  ]);
}
