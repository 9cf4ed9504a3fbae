import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refused, type CommandOutcome } from './compose-action-outcome.ts';
import { joinRecords, recordsOf } from './compose-action-record.ts';
import { systemClock } from './adapters/clock/system-clock.ts';
import { createOctokit } from './adapters/github/octokit.ts';
import { createRedactedLog } from './adapters/log/redacted-log.ts';
import { processVariables } from './config/env.ts';
import { secretForms, secretLines, secretVariables } from './config/secret.ts';
import { bringHotfix } from './compose-action-hotfix.ts';
import { rollBack } from './compose-action-rollback.ts';
import { openRepository } from './compose.ts';
import { clockOffsetMs } from './compose-clock.ts';
import type { FreezeSwitches } from './domain/freeze.ts';
import { claimedSlot, type RunFacts } from './domain/protection.ts';
import { createRedaction, redactAll, type Redaction } from './domain/redact.ts';
import { slotReleaseId } from './domain/release.ts';
import type { SlotRecord } from './domain/slot.ts';
import { previewsAsJson } from './domain/slot-preview.ts';
import { renderPreviews } from './domain/text/slot-preview.ts';
import { renderReport } from './domain/text/slot.ts';
import type { Log } from './ports/log.ts';
import type { Context } from './usecases/context.ts';
import { answerOwnDeployments } from './usecases/answer-own-deployments.ts';
import { deliverMessages } from './usecases/message/deliver-messages.ts';
import { prepareEdits } from './usecases/record.ts';
import { tellingOfLedger } from './usecases/report-ledger.ts';
import { isPending, planSlot, type SlotRun } from './usecases/slot/plan-slot.ts';
import { previewTonight } from './usecases/slot/preview-slot.ts';
import { runSlot } from './usecases/slot/run-slot.ts';
import { runStage } from './usecases/slot/run-stage.ts';

/** What the action was asked to do. */
export interface ActionCommand {
  readonly command: 't1' | 't2' | 'plan' | 'rollback' | 'hotfix';
  readonly phase: 'all' | 'plan' | 'uat' | 'prod' | 'answer';
  readonly slot: string | null;
  /** The release to carry out; `null` for a slot. */
  readonly release: string | null;
  readonly token: string;
  readonly appSlug: string | null;
  /** Names of variables that deploy commands get. */
  readonly passEnvironment: readonly string[];
  /** Why PROD is deployed to although nothing guards it; `null`: that is refused. */
  readonly unsafe: string | null;
}

/** The workflow run that the action is part of, and its log. */
export interface ActionRun {
  readonly owner: string;
  readonly repo: string;
  readonly apiUrl: string;
  readonly serverUrl: string;
  readonly facts: RunFacts;
  /** Tells the runner to mask a value, of one line, in everything that follows. */
  mask(value: string): void;
  log(line: string): void;
  warn(line: string): void;
  error(line: string): void;
}

/**
 * Carries out one command of the action. No secret gets out of it: neither in the outcome, nor in what it throws.
 *
 * @throws Error with the words of what went wrong, without its cause.
 */
export async function runCommand(asked: ActionCommand, run: ActionRun): Promise<CommandOutcome> {
  const secrets = [asked.token, ...secretVariables(processVariables())];
  for (const line of secretLines(secrets)) run.mask(line);
  const redaction = createRedaction(secretForms(secrets));
  try {
    return redactAll(await carryOut(asked, run, redaction), redaction.text);
  } catch (error) {
    // oxlint-disable-next-line preserve-caught-error -- the cause may hold what the words no longer do
    throw new Error(redaction.text(error instanceof Error ? error.message : String(error)));
  }
}

async function carryOut(asked: ActionCommand, run: ActionRun, redaction: Redaction): Promise<CommandOutcome> {
  const { context } = openRepository({
    client: createOctokit({ token: asked.token, baseUrl: run.apiUrl, redact: redaction.text }),
    token: () => Promise.resolve(asked.token),
    owner: run.owner,
    name: run.repo,
    serverUrl: run.serverUrl,
    botLogins: [asked.appSlug === null ? 'github-actions[bot]' : `${asked.appSlug}[bot]`],
    unsignedBecause: null,
    defaultBranch: null,
    passOn: asked.passEnvironment,
    redaction,
    freezeSwitches: readFreezeSwitches(),
    dataFolder: join(processVariables()['RUNNER_TEMP'] ?? tmpdir(), 'tonic'),
    clock: systemClock(clockOffsetMs(run.apiUrl, processVariables())),
    log: createRedactedLog(lineLog(run), redaction.text),
  });
  if (asked.command === 'plan') return preview(context);
  try {
    return await tellingOfLedger(context, () => runPart(context, asked, run));
  } finally {
    await deliverDue(context);
  }
}

/** The part of a slot, a rollback or a hotfix that was asked for. */
async function runPart(context: Context, asked: ActionCommand, run: ActionRun): Promise<CommandOutcome> {
  const { command, phase } = asked;
  if (phase === 'answer') return answer(context, run);
  if (command === 'rollback') return rollBack(context, { phase, release: asked.release }, run.facts);
  if (command === 'hotfix') return bringHotfix(context, { phase, release: asked.release }, run.facts);
  const slotRun: SlotRun = {
    kind: command === 't1' ? 'T1' : 'T2',
    slotId: asked.slot,
    run: run.facts,
    ...(asked.unsafe === null ? {} : { unsafeReason: asked.unsafe }),
  };
  return phase === 'plan' ? plan(context, slotRun) : deploy(context, asked, slotRun);
}

async function answer(context: Context, { facts }: ActionRun): Promise<CommandOutcome> {
  await answerOwnDeployments(context, facts);
  return untouched('everything that waited was answered');
}

/** How long a run may sit over messages when all is done. */
const DELIVERY_BUDGET_MS = 15_000;

/** Where the App does not run, nobody else delivers. What fails here is left to the next run, and no run fails for it. */
async function deliverDue(context: Context): Promise<void> {
  try {
    await deliverMessages(context, DELIVERY_BUDGET_MS);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    context.log.warn('messages could not be delivered; the next run tries again', { error: message });
  }
}

/** The workflow hands the repository's variables over under their own names. */
function readFreezeSwitches(): FreezeSwitches {
  const variables = processVariables();
  return {
    freeze: variables['DEPLOY_FREEZE'] ?? null,
    modules: variables['DEPLOY_FREEZE_MODULES'] ?? null,
    until: variables['DEPLOY_FREEZE_UNTIL'] ?? null,
  };
}

async function plan(context: Context, run: SlotRun): Promise<CommandOutcome> {
  const planned = await planSlot(context, run);
  return planned.kind === 'refused' ? refused(planned) : finishedPlan(planned.record);
}

function finishedPlan(record: SlotRecord): CommandOutcome {
  const ok = record.stages.every(({ state }) => state !== 'failed');
  return finished({ record, ok, verdicts: [] });
}

async function deploy(context: Context, asked: ActionCommand, run: SlotRun): Promise<CommandOutcome> {
  if (asked.phase !== 'uat' && asked.phase !== 'prod') {
    const whole = await runSlot(context, run);
    return whole.kind === 'refused' ? refused(whole) : withReleases(context, finished(whole), whole.record);
  }
  const record = await plannedSlot(context, run);
  if (record === null)
    return refused({ kind: 'refused', reason: 'slot_not_due', message: 'This run has planned no slot.' });
  const result = await runStage(context, {
    slotId: record.id,
    environment: asked.phase,
    run: run.run,
  });
  return result.kind === 'refused' ? refused(result) : withReleases(context, finished(result), result.record);
}

/** Adds what was brought where, and how to go back, for each environment that the run has deployed to. */
async function withReleases(
  context: Context,
  outcome: CommandOutcome,
  slot: SlotRecord,
): Promise<CommandOutcome> {
  const [{ releases }, setting] = await Promise.all([context.ledger.recent(), context.configuration.load()]);
  const brought = slot.stages.flatMap(({ environment }) => {
    const release = releases.get(slotReleaseId(slot.id, environment));
    return release === undefined || release.deployer === null ? [] : [release];
  });
  const records = brought.flatMap((release) => recordsOf(release, setting));
  return { ...outcome, records, summary: `${outcome.summary}\n\n${joinRecords(records)}` };
}

/** The issues of a slot's bugs were mostly touched since the slot before; others are read when they are needed. */
const TOUCHED_WITHIN_MS = 26 * 3_600_000;

/** The slot that an earlier job of this run has planned. */
async function plannedSlot(context: Context, { kind, run }: SlotRun): Promise<SlotRecord | null> {
  // Asked for together, all of this is one call.
  const [{ slots }] = await Promise.all([
    context.ledger.load(),
    context.configuration.load(),
    prepareEdits(context, context.clock.nowMs() - TOUCHED_WITHIN_MS),
  ]);
  const slot = claimedSlot(slots, run);
  return slot?.kind === kind ? slot : null;
}

async function preview(context: Context): Promise<CommandOutcome> {
  const [previews, { calendar }] = await Promise.all([previewTonight(context), context.configuration.load()]);
  return {
    ...untouched('nothing was changed'),
    summary: renderPreviews(previews, { calendar, nowMs: context.clock.nowMs() }),
    result: { schema_version: 1, decision: 'done', reason_code: null, slots: previewsAsJson(previews) },
  };
}

function untouched(message: string): CommandOutcome {
  return {
    decision: 'done',
    reasonCode: null,
    slot: null,
    prod: false,
    uat: false,
    message,
    summary: '',
    records: [],
    result: { schema_version: 1, decision: 'done', reason_code: null },
  };
}

function finished({
  record,
  ok,
  verdicts,
}: {
  readonly record: SlotRecord;
  readonly ok: boolean;
  readonly verdicts: readonly string[];
}): CommandOutcome {
  const decision = ok ? 'done' : 'failed';
  const failure = record.outcomes.find((outcome) => outcome.outcome === 'failed');
  const reasonCode = ok ? record.reason : (failure?.reason ?? record.reason);
  return {
    decision,
    reasonCode,
    slot: record.id,
    prod: isPending(record, 'prod'),
    uat: isPending(record, 'uat'),
    message: `${record.id}: ${failure?.message ?? record.state}`,
    summary: [...verdicts, renderReport(record)].join('\n\n'),
    records: [],
    result: { schema_version: 1, decision, reason_code: reasonCode, slot: record },
  };
}

function lineLog(run: ActionRun): Log {
  return {
    info: (message, fields) => run.log(renderLine(message, fields)),
    warn: (message, fields) => run.warn(renderLine(message, fields)),
    error: (message, fields) => run.error(renderLine(message, fields)),
  };
}

function renderLine(message: string, fields?: Readonly<Record<string, unknown>>): string {
  return fields === undefined ? message : `${message} ${JSON.stringify(fields)}`;
}
