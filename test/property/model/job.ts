import { claimedSlot, type RunFacts } from '../../../src/domain/protection.ts';
import type { Refusal } from '../../../src/domain/reason.ts';
import type { Release } from '../../../src/domain/release.ts';
import type { SlotRecord } from '../../../src/domain/slot.ts';
import type { Context } from '../../../src/usecases/context.ts';
import { planHotfix } from '../../../src/usecases/hotfix/plan-hotfix.ts';
import { runHotfix } from '../../../src/usecases/hotfix/run-hotfix.ts';
import { planRollback } from '../../../src/usecases/rollback/plan-rollback.ts';
import { runRollback } from '../../../src/usecases/rollback/run-rollback.ts';
import { isPending, planSlot, type SlotRun } from '../../../src/usecases/slot/plan-slot.ts';
import { runSlot } from '../../../src/usecases/slot/run-slot.ts';
import { runStage } from '../../../src/usecases/slot/run-stage.ts';
import { aRun } from '../../support/builders.ts';
import type { Run, RunKind } from './model.ts';

type Job = Run['jobs'][number];

/** What a job leaves for those after it. */
export interface JobEnd {
  /** Jobs that go on from here. */
  readonly next: readonly Job[];
  readonly ok: boolean;
}

/** The jobs of a workflow run, as the action does them. */
export const JOBS: { readonly [K in Job]: (context: Context, run: Run) => Promise<JobEnd> } = {
  whole: (context, run) => BRINGERS[run.kind].whole(context, run),
  plan: (context, run) => BRINGERS[run.kind].plan(context, run),
  prod: (context, run) => BRINGERS[run.kind].deploy(context, run, 'prod'),
  uat: (context, run) => BRINGERS[run.kind].deploy(context, run, 'uat'),
};

/** How the action does what a run is for, job by job. */
interface Bringer {
  readonly whole: (context: Context, run: Run) => Promise<JobEnd>;
  readonly plan: (context: Context, run: Run) => Promise<JobEnd>;
  readonly deploy: (context: Context, run: Run, environment: 'prod' | 'uat') => Promise<JobEnd>;
}

const SLOT: Bringer = {
  whole: async (context, run) => {
    const result = await runSlot(context, askedBy(run));
    return { next: [], ok: result.kind === 'refused' || result.ok };
  },
  plan: async (context, run) => {
    const planned = await planSlot(context, askedBy(run));
    return { next: planned.kind === 'refused' ? [] : pendingOf(planned.record), ok: true };
  },
  deploy: deployJob,
};

const ROLLBACK: Bringer = inOrder({
  plan: (context, run) => planRollback(context, { releaseId: run.bringing ?? '', run: factsOf(run) }),
  bring: (context, run, environment) => runRollback(context, { environment, run: factsOf(run) }),
});

const HOTFIX: Bringer = inOrder({
  plan: (context, run) => planHotfix(context, { releaseId: run.bringing ?? '', run: factsOf(run) }),
  bring: (context, run) => runHotfix(context, factsOf(run)),
});

const BRINGERS: Readonly<Record<RunKind, Bringer>> = {
  T1: SLOT,
  T2: SLOT,
  rollback: ROLLBACK,
  hotfix: HOTFIX,
};

/** An order is planned first; then the environment that it is for has a job. */
function inOrder({
  plan,
  bring,
}: {
  readonly plan: (
    context: Context,
    run: Run,
  ) => Promise<{ readonly kind: 'planned'; readonly release: Release } | Refusal>;
  readonly bring: (
    context: Context,
    run: Run,
    environment: 'prod' | 'uat',
  ) => Promise<{ readonly kind: 'ran'; readonly refusal: Refusal | null } | Refusal>;
}): Bringer {
  const deploy: Bringer['deploy'] = async (context, run, environment) => {
    const ran = await bring(context, run, environment);
    return { next: [], ok: ran.kind === 'ran' && ran.refusal === null };
  };
  return {
    plan: async (context, run) => {
      const planned = await plan(context, run);
      return planned.kind === 'refused'
        ? { next: [], ok: false }
        : { next: [planned.release.environment], ok: true };
    },
    deploy,
    whole: async (context, run) => {
      const planned = await plan(context, run);
      return planned.kind === 'refused'
        ? { next: [], ok: false }
        : deploy(context, run, planned.release.environment);
    },
  };
}

function factsOf({ id, attempt, kind }: Run): RunFacts {
  return aRun(kind, { id, attempt });
}

function askedBy(run: Run): SlotRun {
  return { kind: run.kind === 'T1' ? 'T1' : 'T2', slotId: run.bringing, run: factsOf(run) };
}

function pendingOf(record: SlotRecord): Job[] {
  return (['prod', 'uat'] as const).filter((environment) => isPending(record, environment));
}

/** As the action finds the slot that an earlier job of its run has planned. */
async function deployJob(context: Context, run: Run, environment: 'prod' | 'uat'): Promise<JobEnd> {
  const { slots } = await context.ledger.load();
  const record = claimedSlot(slots, factsOf(run));
  if (record?.kind !== run.kind) return { next: [], ok: true };
  const result = await runStage(context, { slotId: record.id, environment, run: factsOf(run) });
  return { next: [], ok: result.kind === 'refused' || result.ok };
}
