import { beat } from './app-replica.ts';
import type { EnvironmentName } from '../../../src/domain/policy.ts';
import type { Chance } from './chance.ts';
import { count, tell, type Model, type Run, type RunKind } from './model.ts';
import { die } from './death.ts';
import { stumble } from './deployer.ts';
import { help } from './helpful-act.ts';
import { deleteComment, say } from './people.ts';
import { adminOf, goBack, hear, sayAndWait } from './rescue-moment.ts';
import { letAllGo, type Stage } from './stage.ts';
import { momentOfNextSlot, passTime } from './time.ts';
import { command } from './wording.ts';
import { begin, enlistDispatched, nextJob, noticeDeadRuns, schedule } from './workflow-run.ts';

// The moments of a slot at which it matters who says what: just after it has begun, and between its plan and its deploy.

/** The App starts the next slot on time, and its run begins. */
export async function beginSlot(stage: Stage, chance: Chance): Promise<void> {
  const { model } = stage;
  if (chance.below(3) === 0) spoilUnseen(model, chance);
  await passUntilSlot(stage, chance);
  if (chance.below(2) === 0) speakLate(model, chance);
  const run = await dispatchedOnTime(stage, chance);
  if (run === null) return;
  tell(model, `run ${run.id} of ${run.bringing ?? run.kind} begins on time`);
  const shape = chance.one(['whole', 'plan', 'plan'] as const);
  stumble(model, 'there', chance);
  begin(stage, run, shape);
  // GitHub's own schedule may start the same slot at the same moment.
  if (chance.below(4) === 0) begin(stage, schedule(stage, run.kind), 'whole');
  else if (shape === 'plan' && chance.below(2) === 0) {
    await letAllGo(stage, chance);
    await thinkAgain(stage, chance);
  }
}

async function passUntilSlot(stage: Stage, chance: Chance): Promise<void> {
  const { model } = stage;
  await passTime(stage, momentOfNextSlot(model) - model.world.clock.nowMs() + 1_000, chance);
}

/** The App starts the slot that is due. */
async function dispatchedOnTime(stage: Stage, chance: Chance): Promise<SlotRun | null> {
  beat(stage, chance.one(stage.model.replicas), 'tick');
  await letAllGo(stage, chance);
  enlistDispatched(stage);
  return stage.model.runs.filter(isSlotRun).findLast(({ state }) => state === 'queued') ?? null;
}

/**
 * A slot dies at its work where something is live already, an admin takes back what may be live by then, and lets slots
 * go on again: the same slot is run once more.
 */
export async function goBackBehindDeadSlot(stage: Stage, chance: Chance): Promise<void> {
  const { model } = stage;
  const deployed = [...model.ledger.state().environments.values()].filter((each) => each.deployed !== null);
  if (deployed.length === 0) return;
  const { environment } = chance.one(deployed);
  const run = await fullSlot(stage, environment, chance);
  if (run === null) return;
  tell(model, `run ${run.id} of ${run.bringing ?? run.kind} begins on time, and dies`);
  begin(stage, run, 'whole');
  await die(stage, run, chance);
  if (chance.below(4) > 0) noticeDeadRuns(stage);
  if (run.process !== null) count(model, 'slots died on the way');
  await goBack(stage, chance, environment);
  const [issue] = model.ledger.state().bugs.keys();
  if (issue === undefined) return;
  await sayAndWait(stage, { by: adminOf(model), issue, text: `/unlock ${environment}` }, chance);
  noticeDeadRuns(stage);
  begin(stage, schedule(stage, run.kind), 'whole');
}

/** The slot that brings something to an environment, at its time; a slot before it comes to its end. */
async function fullSlot(stage: Stage, environment: EnvironmentName, chance: Chance): Promise<SlotRun | null> {
  await fillQueue(stage, environment, chance);
  for (let slots = 2; slots > 0; slots -= 1) {
    await passUntilSlot(stage, chance);
    const run = await dispatchedOnTime(stage, chance);
    if (run?.kind === KINDS[environment]) return run;
    if (run === null) continue;
    begin(stage, run, 'whole');
    await letAllGo(stage, chance);
  }
  return null;
}

const KINDS = { uat: 'T1', prod: 'T2' } as const;
const QUEUED = { uat: 'planned', prod: 'pending_prod' } as const;

/** Somebody does what is next for some bug, and is heard, until something waits for an environment. */
async function fillQueue(stage: Stage, environment: EnvironmentName, chance: Chance): Promise<void> {
  const { model } = stage;
  const isQueued = () =>
    [...model.ledger.state().bugs.values()].some(({ status }) => status === QUEUED[environment]);
  for (let left = 8; left > 0 && !isQueued(); left -= 1) {
    help(model, chance);
    stage.oracle.peopleActed();
    await hear(stage, chance);
  }
}

type SlotRun = Run & { readonly kind: 'T1' | 'T2' };

const isSlotRun = (run: Run): run is SlotRun => isSlot(run.kind);

const isSlot = (kind: RunKind): kind is 'T1' | 'T2' => kind === 'T1' || kind === 'T2';

/** An approving comment is deleted long before the slot, and no webhook tells of it. */
function spoilUnseen(model: Model, chance: Chance): void {
  const words = [...model.ledger.state().bugs.values()]
    .filter(({ status }) => status === 'pending_prod')
    .flatMap(({ approvals }) => approvals.map(({ given }) => given))
    .flatMap((given) => (given.kind === 'comment' ? [given] : []))
    .filter(({ id }) => model.book.comments.get(id)?.endedAtMs === null);
  if (words.length === 0) return;
  const { id, issue } = chance.one(words);
  deleteComment(model, { by: 'wes', issue, id });
  model.pending.pop();
}

/** A word that comes when the slot has begun and nothing is planned yet. */
function speakLate(model: Model, chance: Chance): void {
  const onUat = [...model.ledger.state().bugs.values()].filter(({ status }) => status === 'deployed_uat');
  if (onUat.length > 0)
    say(model, { by: adminOf(model), issue: chance.one(onUat).number, wording: command('/approve-prod') });
}

/** Between the plan of a slot and its deploy to PROD an admin takes an approval back, and may give it again. */
export async function thinkAgain(stage: Stage, chance: Chance): Promise<void> {
  const { model } = stage;
  const run = model.runs.find(
    ({ jobs, process, kind }) => isSlot(kind) && jobs.includes('prod') && process === null,
  );
  const planned = [...model.ledger.state().slots.values()]
    .filter(({ claim }) => claim?.runId === run?.id)
    .flatMap(({ stages }) => stages.filter(({ environment }) => environment === 'prod'))
    .flatMap(({ bugs }) => bugs.map(({ bug }) => bug));
  if (run === undefined || planned.length === 0) return;
  const byWord = planned.filter((bug) => model.ledger.state().bugs.get(bug)?.flow === 1);
  const issue = chance.one(byWord.length > 0 ? byWord : planned);
  if (byWord.length > 0) count(model, 'second thoughts');
  const words = chance.one([['/unapprove'], ['/unapprove', '/approve-prod'], ['/severity high']]);
  for (const word of words) await sayAndWait(stage, { by: adminOf(model), issue, text: word }, chance);
  nextJob(stage, run);
}
