import type { EnvironmentRecord } from '../../../src/domain/ledger.ts';
import type { EnvironmentName } from '../../../src/domain/policy.ts';
import { personIn, pullIn } from '../../support/fake-world.ts';
import { deliver } from './app-replica.ts';
import type { Chance } from './chance.ts';
import { count, tell, type Model, type Run } from './model.ts';
import { die } from './death.ts';
import { stumble } from './deployer.ts';
import { hasPermission } from './oracle/book.ts';
import { editComment, openPull, pushToPull, report, say } from './people.ts';
import { letAllGo, type Stage } from './stage.ts';
import { tomorrowOf } from './time.ts';
import { command } from './wording.ts';
import { begin, enlistDispatched, nextJob } from './workflow-run.ts';

// What is ordered at any time: a hotfix and a rollback, from the word to the run, and the moment between plan and deploy.

/** Somebody says something, and it is heard before anything else happens. */
export async function sayAndWait(
  stage: Stage,
  { by, issue, text }: { readonly by: string; readonly issue: number; readonly text: string },
  chance: Chance,
): Promise<void> {
  say(stage.model, { by, issue, wording: command(text) });
  await hear(stage, chance);
}

/** All that GitHub has to tell arrives now. */
export async function hear(stage: Stage, chance: Chance): Promise<void> {
  const { model } = stage;
  for (const delivery of model.pending.slice(-3)) deliver(stage, chance.one(model.replicas), delivery);
  await letAllGo(stage, chance);
}

/** One who is an admin now, if there is any. */
export function adminOf({ book, world }: Model): string {
  return ['ada', 'amy'].find((login) => hasPermission(book, personIn(world, login), 'admin')) ?? 'ada';
}

/** A bug is found that cannot wait, is mended, and an admin says `/hotfix`; its run begins mostly at once. */
export async function bringHotfix(stage: Stage, chance: Chance): Promise<void> {
  const { model } = stage;
  const bug = urgentBug(model, chance) ?? (await reportUrgent(stage, chance));
  await prepareFix(stage, bug, chance);
  if (chance.below(8) === 0) {
    const text = `/freeze suspend until ${tomorrowOf(model)} audit`;
    await sayAndWait(stage, { by: adminOf(model), issue: bug, text }, chance);
  }
  await sayAndWait(stage, { by: adminOf(model), issue: bug, text: '/hotfix' }, chance);
  if (!isOrdered(model, bug)) {
    // A word of the same person again is none; that of another may be, and is not an admin's then.
    const by = chance.one(['amy', 'amy', 'amy', 'max', 'max', adminOf(model)]);
    await sayAndWait(stage, { by, issue: bug, text: '/approve-hotfix' }, chance);
  }
  if (chance.below(4) === 0) pushUnseen(model, bug);
  if (chance.below(4) > 0) await carryOut(stage, 'hotfix', chance);
}

/** The fix gets a new head after the word for it, and no webhook tells of it. */
function pushUnseen(model: Model, bug: number): void {
  const pull = [...model.world.pulls.values()].find(
    ({ base, state, body }) => base === 'main' && state === 'open' && body.includes(`#${bug}`),
  );
  if (pull === undefined) return;
  pushToPull(model, pull.number);
  model.pending.pop();
}

/** A bug of the hotfix path that PROD lacks, in the ledger. */
function urgentBug({ ledger }: Model, chance: Chance): number | null {
  const urgent = [...ledger.state().bugs.values()].filter(
    ({ severity, status }) => (severity === 'high' || severity === 'critical') && WAITING.includes(status),
  );
  return urgent.length > 0 ? chance.one(urgent).number : null;
}

const WAITING: readonly string[] = ['submitted', 'confirmed', 'planned', 'pending_prod', 'deployed_uat'];

async function reportUrgent(stage: Stage, chance: Chance): Promise<number> {
  const { model } = stage;
  const bug = report(model, {
    by: 'ada',
    labels: [`severity:${chance.one(['high', 'high', 'critical'])}`],
  });
  await hear(stage, chance);
  return bug;
}

async function prepareFix(stage: Stage, bug: number, chance: Chance): Promise<void> {
  const { model } = stage;
  const known = [...model.world.pulls.values()].some(
    ({ base, state, body }) => base === 'main' && state === 'open' && body.includes(`#${bug}`),
  );
  if (known) return;
  openPull(model, { by: chance.one(['wes', 'ada']), base: 'main', bugs: [bug] });
  await hear(stage, chance);
}

function isOrdered({ ledger }: Model, bug: number): boolean {
  return [...ledger.state().releases.values()].some(
    ({ hotfix, state }) => hotfix?.bug === bug && state === 'planned',
  );
}

/**
 * An admin finds that what is live does not work, and says `/rollback`, or says again what has left its branch. `where`: on
 * this environment, if anywhere.
 */
export async function goBack(
  stage: Stage,
  chance: Chance,
  where: EnvironmentName | null = null,
): Promise<void> {
  const { model } = stage;
  const { bugs, environments } = model.ledger.state();
  const deployed = [...environments.values()].filter(
    (each) => each.deployed !== null && (where === null || each.environment === where),
  );
  if (bugs.size === 0 || deployed.length === 0) return;
  const left = deployed.find((each) => each.deployed?.left !== undefined);
  if (left !== undefined && chance.below(4) > 0) {
    await finishRollback(stage, left.environment, chance);
    return;
  }
  const { environment, history } = chance.one(deployed);
  const target = targetOf(model, { environment, history }, chance);
  if (chance.below(3) === 0) closeBranch(model, environment);
  await orderBack(stage, `${environment} ${target}`, chance);
}

/** Mostly what was live before, as nobody has to say; else what ran there once or, now and then, never did. */
function targetOf(
  { ledger, world }: Model,
  { environment, history }: Pick<EnvironmentRecord, 'environment' | 'history'>,
  chance: Chance,
): string {
  const elsewhere = [...ledger.state().environments.values()].filter(
    (each) => each.environment !== environment,
  );
  const strange = [
    ...elsewhere.flatMap((each) => each.history.map(({ commit }) => commit)),
    ...world.pushes.slice(-6).map(({ head }) => head),
  ];
  const known = history.slice(0, 3).map(({ commit }) => commit);
  const named = chance.below(3) === 0 ? strange : known;
  const further = named.length > 0 ? chance.one(named) : null;
  if (further === null || chance.below(2) === 0) return '';
  return `to ${further.slice(0, 12)} I understand that data is lost: `;
}

async function orderBack(stage: Stage, where: string, chance: Chance): Promise<void> {
  const { model } = stage;
  const issue = chance.one([...model.ledger.state().bugs.keys()]);
  const text = `/rollback ${where}checkout answers 500`;
  await sayAndWait(stage, { by: adminOf(model), issue, text }, chance);
  if (chance.below(4) > 0) await carryOut(stage, 'rollback', chance);
}

/** From now on GitHub turns away what brings this branch back. */
function closeBranch(model: Model, environment: EnvironmentName): void {
  model.failing.add(`push back ${environment}`);
  tell(model, `the branch of ${environment} may not be brought back from now on`);
}

/** Mostly once the branch is open again. */
async function finishRollback(stage: Stage, environment: EnvironmentName, chance: Chance): Promise<void> {
  if (chance.below(3) > 0) stage.model.failing.clear();
  await orderBack(stage, `${environment} `, chance);
}

/** The run of what was ordered last begins; now and then somebody does something when it has planned. */
async function carryOut(stage: Stage, kind: Run['kind'], chance: Chance): Promise<void> {
  enlistDispatched(stage);
  const run = stage.model.runs.findLast((each) => each.kind === kind && each.state === 'queued');
  if (run === undefined) return;
  tell(stage.model, `run ${run.id} of ${run.bringing ?? kind} begins at once`);
  const shape = chance.one(['whole', 'plan'] as const);
  stumble(stage.model, kind === 'rollback' ? 'back' : 'there', chance);
  begin(stage, run, shape);
  if (chance.below(6) === 0) startAgain(stage, run);
  if (chance.below(4) === 0) await die(stage, run, chance);
  // Else others come in between, and calls fail.
  if (chance.below(3) === 0) return;
  await letAllGo(stage, chance);
  if (shape === 'plan') await disturb(stage, run, chance);
}

/** Somebody starts the workflow by hand, with the order that another run is about to take in hand. */
function startAgain(stage: Stage, { kind, bringing }: Run): void {
  const { world } = stage.model;
  const inputs = { release: bringing ?? '' };
  world.runs.push({ id: world.nextId(), workflowFile: `tonic-${kind}.yml`, inputs, state: 'active' });
  enlistDispatched(stage);
  const again = stage.model.runs.at(-1);
  if (again === undefined) return;
  tell(stage.model, `somebody starts run ${again.id} of ${bringing}, too`);
  begin(stage, again, 'whole');
}

/** Between the plan of a hotfix and its deploy something happens that it rests on. */
export async function disturb(stage: Stage, run: Run, chance: Chance): Promise<void> {
  const { model } = stage;
  const hotfix = model.ledger.state().releases.get(run.bringing ?? '')?.hotfix;
  if (hotfix !== undefined && chance.below(4) > 0) {
    count(model, 'hotfixes disturbed');
    await chance.one(DISTURBANCES)(stage, hotfix, chance);
  }
  if (nextJob(stage, run)) return;
  // The App has to let it in first.
  await hear(stage, chance);
  nextJob(stage, run);
}

interface Planned {
  readonly bug: number;
  readonly fixes: readonly { readonly pull: number }[];
}

const DISTURBANCES: readonly ((stage: Stage, planned: Planned, chance: Chance) => Promise<void>)[] = [
  async (stage, { fixes }, chance) => {
    const open = fixes.find(({ pull }) => pullIn(stage.model.world, pull).state === 'open');
    if (open !== undefined) pushToPull(stage.model, open.pull);
    if (chance.below(2) === 0) await hear(stage, chance);
    else stage.model.pending.pop();
  },
  (stage, { bug }, chance) =>
    sayAndWait(stage, { by: adminOf(stage.model), issue: bug, text: '/unapprove all' }, chance),
  (stage, { bug }, chance) =>
    sayAndWait(stage, { by: adminOf(stage.model), issue: bug, text: '/severity low' }, chance),
  (stage, { bug }, chance) => {
    const level = chance.one(['full', 'suspend'] as const);
    const text = `/freeze ${level} until ${tomorrowOf(stage.model)} audit`;
    return sayAndWait(stage, { by: adminOf(stage.model), issue: bug, text }, chance);
  },
  async ({ model }, { bug }) => {
    const word = [...model.book.comments.values()].findLast(
      ({ issue, means, endedAtMs }) =>
        issue === bug && endedAtMs === null && means?.command.endsWith('hotfix') === true,
    );
    if (word === undefined) return;
    editComment(model, { by: 'wes', issue: bug, id: word.id, wording: command('/hotfix') });
    model.pending.pop();
  },
];
