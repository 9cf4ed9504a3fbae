import { beat } from './app-replica.ts';
import type { Chance } from './chance.ts';
import { count, tell, type Model, type RunKind } from './model.ts';
import { stumble } from './deployer.ts';
import { deleteComment, say } from './people.ts';
import { adminOf, sayAndWait } from './rescue-moment.ts';
import { letAllGo, type Stage } from './stage.ts';
import { momentOfNextSlot, passTime } from './time.ts';
import { command } from './wording.ts';
import { begin, enlistDispatched, nextJob, schedule } from './workflow-run.ts';

// The moments of a slot at which it matters who says what: just after it has begun, and between its plan and its deploy.

/** The App starts the next slot on time, and its run begins. */
export async function beginSlot(stage: Stage, chance: Chance): Promise<void> {
  const { model } = stage;
  if (chance.below(3) === 0) spoilUnseen(model, chance);
  await passTime(stage, momentOfNextSlot(model) - model.world.clock.nowMs() + 1_000, chance);
  if (chance.below(2) === 0) speakLate(model, chance);
  beat(stage, chance.one(model.replicas), 'tick');
  await letAllGo(stage, chance);
  enlistDispatched(stage);
  const run = model.runs.findLast(({ state, kind }) => state === 'queued' && isSlot(kind));
  if (run === undefined || !isSlot(run.kind)) return;
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
