import {
  completeChecklist,
  findOnCall,
  found,
  judgePreviousSlot,
  judgeValue,
  stoppingItems,
  type Finding,
} from '../../domain/checklist.ts';
import { refuseFrozen } from '../../domain/freeze.ts';
import { readJsonText } from '../../domain/json-path.ts';
import type { LedgerState } from '../../domain/ledger.ts';
import { refuse, type Refusal } from '../../domain/reason.ts';
import type { ChecklistItem, ItemResult, Probe } from '../../domain/probe.ts';
import type { Release } from '../../domain/release.ts';
import { renderStopping } from '../../domain/text/checklist.ts';
import { renderLocal } from '../../domain/text/time.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { DeployRequest } from '../../ports/deployer.ts';
import type { Context } from '../context.ts';
import { freezeFacts } from '../freeze-facts.ts';
import { requestOf } from './taking.ts';

/** Every item as it was found, and whether the release may go on. */
export interface Checked {
  readonly results: readonly ItemResult[];
  readonly refusal: Refusal | null;
}

interface Checking {
  readonly release: Release;
  readonly setting: Setting;
  readonly state: LedgerState;
}

/** What is not known may only be slow to answer; a command has had its time. */
const SECOND_LOOK_MS = 5_000;

/**
 * Looks at every item of the pre-deploy checklist, one after the other; one that is not known twice. `items`: only at
 * these, and at what the system knows itself.
 *
 * Refuses: `checklist_failed` naming each item that has failed or is not known.
 * Calls: one of GitHub for each item about issues. Changes nothing and may be repeated.
 */
export async function runChecklist(
  context: Context,
  release: Release,
  items?: readonly ChecklistItem[],
): Promise<Checked> {
  const [setting, state] = await Promise.all([context.configuration.load(), context.ledger.recent()]);
  const checking = { release, setting, state };
  const results: ItemResult[] = [];
  const all = setting.policy.environments[release.environment].checklist ?? [];
  for (const item of items ?? all) {
    results.push(await lookAt(context, checking, item));
  }
  const found = completeChecklist([...results, ...ownItems(context, checking)], context.clock.nowMs());
  const refusal =
    stoppingItems(found).length === 0 ? null : refuse('checklist_failed', renderStopping(found));
  return { results: found, refusal };
}

async function lookAt(
  context: Context,
  checking: Checking,
  { name, probe }: ChecklistItem,
): Promise<ItemResult> {
  let finding = await look(context, checking, probe);
  if (finding.state === 'unknown' && probe.kind !== 'command') {
    await context.pause(SECOND_LOOK_MS);
    finding = await look(context, checking, probe);
  }
  context.log.info(`checklist | ${name} ${finding.state}: ${finding.value}`);
  return { name, ...finding, atMs: context.clock.nowMs() };
}

/** What needs no configuration: the system knows it itself. */
function ownItems(context: Context, { release, setting, state }: Checking): readonly ItemResult[] {
  const atMs = context.clock.nowMs();
  const { previous } = release.envelope;
  const frozen = refuseFrozen(freezeFacts(context, setting, state), 'everything', atMs);
  const freeze = frozen === null ? found('passed', 'none') : found('failed', frozen.message);
  const back = previous === null ? found('failed', 'nobody knows what is live') : found('passed', previous);
  return [
    // A hotfix goes on in a freeze, by rules of its own.
    ...(release.kind === 'slot' ? [{ name: 'freeze', ...freeze, atMs }] : []),
    { name: 'rollback_path', ...back, atMs },
  ];
}

/** A hotfix is for an incident and waits for no slot: both would keep it off exactly when it is needed. */
const FOR_SLOTS: readonly Probe['kind'][] = ['no_open_issue', 'previous_slot'];

async function look(context: Context, checking: Checking, probe: Probe): Promise<Finding> {
  const { state, release } = checking;
  if (release.kind === 'hotfix' && FOR_SLOTS.includes(probe.kind))
    return found('passed', 'not asked of a hotfix');
  const nowMs = context.clock.nowMs();
  switch (probe.kind) {
    case 'command':
      return runProbe(context, probe, aboutOf(release));
    case 'http':
      return askAddress(context, probe);
    case 'prometheus':
      return measure(context, probe, aboutOf(release));
    case 'no_open_issue':
      return findIssue(context, probe.label);
    case 'previous_slot':
      return judgePreviousSlot(state.slots.values(), release.slot, nowMs);
    case 'on_call':
      return askOnCall(checking, nowMs);
    default:
      return probe satisfies never;
  }
}

async function measure(
  context: Context,
  probe: Extract<Probe, { kind: 'prometheus' }>,
  about: DeployRequest,
): Promise<Finding> {
  const reading = await context.metrics.read(probe, about);
  if (reading.kind === 'no_data') return found('unknown', reading.reason);
  return judgeValue(probe.rule, reading.value, context.clock.nowMs());
}

function askOnCall({ setting, state, release }: Checking, nowMs: number): Finding {
  const { calendar } = setting;
  const date = release.slot?.split('/')[0] ?? calendar.zone.toLocal(nowMs).date;
  const onCall = findOnCall(state.bugs.values(), date, { calendar, nowMs });
  if (onCall === null) return found('failed', `nobody has said /oncall on ${date}`);
  return found('passed', `${onCall.by.login}, ${renderLocal(calendar, onCall.atMs)}`);
}

function aboutOf(release: Release): DeployRequest {
  const step = {
    key: 'checklist',
    kind: 'checklist',
    service: null,
    percent: null,
    changesWorld: false,
  } as const;
  return requestOf({ release, step });
}

async function runProbe(
  context: Context,
  { command }: Extract<Probe, { kind: 'command' }>,
  about: DeployRequest,
): Promise<Finding> {
  const { ok, timedOut, exitCode, output } = await context.deployer.run(command, about);
  if (timedOut) return found('unknown', `the command did not end within ${command.timeoutMinutes} minutes`);
  const last = output.trim().split('\n').at(-1) ?? '';
  if (ok) return found('passed', last);
  return found('failed', `the command ended with ${exitCode ?? 'a signal'}: ${last}`);
}

async function askAddress(
  context: Context,
  { at, status, value }: Extract<Probe, { kind: 'http' }>,
): Promise<Finding> {
  const answer = await context.http.send({
    method: 'GET',
    url: at.url,
    headers: {},
    body: null,
    authorizationEnv: at.authorizationEnv,
    timeoutMs: at.timeoutMs,
  });
  if (answer.kind === 'none') return found('unknown', answer.reason);
  if (answer.status !== status) return found('failed', `status ${answer.status}, has to be ${status}`);
  if (value === null) return found('passed', `status ${status}`);
  if (answer.isCut) return found('unknown', 'the answer is too long');
  const seen = readJsonText(answer.body, value.path);
  if (seen === undefined) return found('unknown', `there is nothing at ${value.path}`);
  return judgeValue(value.rule, seen, context.clock.nowMs());
}

async function findIssue({ observer }: Context, label: string): Promise<Finding> {
  const open = (await observer.issuesSince(0, label)).filter(({ state }) => state === 'open');
  if (open.length === 0) return found('passed', `no open issue with ${label}`);
  return found('failed', `open with ${label}: ${open.map(({ number }) => `#${number}`).join(' ')}`);
}
