import type { Bug } from '../bug.ts';
import { aboardOf, stageOf, waitingFor, type BugOutcome, type SlotRecord, type Stage } from '../slot.ts';
import { fromMarkdown } from '../text/message/from-markdown.ts';
import { comingT2, named, type Commit } from './commit.ts';
import type { MessageEvent } from './event.ts';

/** A slot on both sides of a commit. */
interface Step {
  readonly slot: SlotRecord;
  /** `undefined`: the commit is the first that has it. */
  readonly old: SlotRecord | undefined;
}

/** What a commit says of slots: environments that are live or failed, bugs that go on at once, slots that did not run. */
export function slotEvents(commit: Commit): MessageEvent[] {
  return (commit.writes.slots ?? []).flatMap((slot) => {
    const step = { slot, old: commit.before.slots.get(slot.id) };
    return [
      ...skipped(commit, step),
      ...frozen(commit, step),
      ...queued(commit, step),
      ...slot.stages.flatMap((stage) => stageEvents(commit, step, stage)),
      ...died(commit, step),
    ];
  });
}

function skipped(commit: Commit, { slot, old }: Step): MessageEvent[] {
  if (slot.state !== 'skipped' || old?.state === 'skipped') return [];
  const bugs = waitingFor(slot.kind, commit.before.bugs.values());
  const facts = { slot: slot.id, bugs: named(commit, bugs), reason: { word: 'slot_too_late' } } as const;
  return [{ kind: 'slot_skipped', key: nameOf(slot), facts }];
}

/** A freeze that keeps nobody waiting is no news. */
function frozen(commit: Commit, { slot, old }: Step): MessageEvent[] {
  const bugs = slot.outcomes.filter(({ outcome, reason }) => outcome === 'held' && reason === 'frozen');
  if (slot.reason !== 'frozen' || old?.reason === 'frozen' || bugs.length === 0) return [];
  const facts = { slot: slot.id, bugs: fromOutcomes(commit, bugs), reason: { word: 'frozen' } } as const;
  return [{ kind: 'slot_skipped', key: nameOf(slot), facts }];
}

/** T1 hands bugs of Flow 2 on to T2 without a deploy. */
function queued(commit: Commit, { slot, old }: Step): MessageEvent[] {
  const known = (old?.outcomes ?? []).filter(({ outcome }) => outcome === 'queued').map(({ bug }) => bug);
  const fresh = slot.outcomes.filter(({ outcome, bug }) => outcome === 'queued' && !known.includes(bug));
  if (fresh.length === 0) return [];
  const facts = { slot: slot.id, bugs: fromOutcomes(commit, fresh), ...comingT2(commit) };
  return [{ kind: 't1_done_flow2', key: `${nameOf(slot)}-${fresh[0]?.bug}`, facts }];
}

function stageEvents(commit: Commit, step: Step, stage: Stage): MessageEvent[] {
  const before = step.old === undefined ? undefined : stageOf(step.old, stage.environment);
  if (stage.state === 'deployed' && before?.state !== 'deployed') return deployed(commit, step, stage);
  return stage.state === 'failed' ? failed(commit, step, stage) : [];
}

function deployed(commit: Commit, { slot }: Step, stage: Stage): MessageEvent[] {
  const carried = new Set(stage.bugs.map(({ bug }) => bug));
  const live = (commit.writes.bugs ?? []).filter(({ number }) => carried.has(number));
  const facts = {
    slot: slot.id,
    held: fromOutcomes(
      commit,
      slot.outcomes.filter(({ outcome }) => outcome === 'held'),
    ),
    commit: stage.candidate.slice(0, 7),
  };
  const key = `${nameOf(slot)}-${stage.environment}`;
  const next = comingT2(commit);
  const of = (isMeant: (bug: Bug) => boolean) => named(commit, live.filter(isMeant));
  const onUat = of(({ status }) => status === 'deployed_uat');
  // UAT had a release before, like a fix of Flow 1.
  const released = stage.pulls.map(({ pull }) => ({ number: pull }));
  const fixed = live.filter(({ status, flow }) => status === 'deployed_prod' && flow === 1);
  const done = named(commit, [...fixed, ...released]);
  const onProd = of(({ status, flow }) => status === 'deployed_prod' && flow === 2);
  const merged = of(({ status }) => status === 'uat_merged');
  const events = [
    { kind: 't1_done_flow1', key, facts: { ...facts, ...next, bugs: onUat } },
    { kind: 't2_done_flow1', key, facts: { ...facts, bugs: done } },
    { kind: 't2_done_flow2', key, facts: { ...facts, ...next, bugs: onProd } },
    { kind: 't2_merged_uat', key, facts: { ...facts, bugs: merged } },
  ] satisfies MessageEvent[];
  return events.filter((each) => each.facts.bugs.bugs.length > 0);
}

/** A candidate that is only built again fails nobody's bug. */
function failed(commit: Commit, { slot, old }: Step, stage: Stage): MessageEvent[] {
  const carried = new Set(aboardOf(stage));
  const fresh = slot.outcomes.filter(
    (each) => each.outcome === 'failed' && carried.has(each.bug) && !(old?.outcomes ?? []).includes(each),
  );
  const [first] = fresh;
  if (first === undefined) return [];
  const facts = {
    slot: slot.id,
    environment: stage.environment.toUpperCase(),
    bugs: fromOutcomes(commit, fresh),
    reason: fromMarkdown(first.message),
  };
  return [{ kind: 'slot_failed', key: `${nameOf(slot)}-${stage.environment}-${commit.nowMs}`, facts }];
}

/** The run ended before the slot did; its stages stay as they are. */
function died(commit: Commit, { slot, old }: Step): MessageEvent[] {
  const hasDied = slot.state === 'failed' && old?.state === 'running' && slot.stages === old.stages;
  if (!hasDied) return [];
  const open = slot.stages.filter(({ state }) => state === 'planned');
  const numbers = new Set(open.flatMap(({ bugs }) => bugs.map(({ bug }) => bug)));
  const bugs = [...commit.before.bugs.values()].filter(({ number }) => numbers.has(number));
  const facts = {
    slot: slot.id,
    environment: open.map(({ environment }) => environment.toUpperCase()).join(', '),
    bugs: named(commit, bugs),
    reason: { word: 'run_died' },
  } as const;
  return [{ kind: 'slot_failed', key: `${nameOf(slot)}-died-${commit.nowMs}`, facts }];
}

function nameOf({ id }: SlotRecord): string {
  return id.replace('/', '-');
}

function fromOutcomes(commit: Commit, outcomes: readonly BugOutcome[]) {
  return named(
    commit,
    outcomes.map(({ bug }) => ({ number: bug })),
  );
}
