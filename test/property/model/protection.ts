import type { EnvironmentName } from '../../../src/domain/policy.ts';
import type { FakeWaiting } from '../../support/fake-world.ts';
import { count, tell, type Model, type Run } from './model.ts';
import { emit } from './people.ts';
import { settingOf } from './scenario.ts';

/** Whether a deploy job of a run may begin. It asks when it comes first. */
export function askToEnter(
  model: Model,
  run: Run,
  environment: EnvironmentName,
): 'waits' | 'may' | 'may_not' {
  if (!model.scenario.isProtected) return 'may';
  const githubEnvironment = nameOf(model, environment);
  const asked =
    model.world.waiting.find(
      (each) =>
        each.run.id === run.id &&
        each.run.attempt === run.attempt &&
        each.githubEnvironment === githubEnvironment,
    ) ?? wait(model, run, githubEnvironment);
  if (asked.decision === null) return 'waits';
  return asked.decision === 'approved' ? 'may' : 'may_not';
}

/** A workflow of somebody's own wants to deploy. */
export function deployOneself(model: Model, environment: EnvironmentName): void {
  const own = { id: model.world.nextId(), attempt: 1, startedAtMs: model.world.now(), kind: null };
  const { run } = wait(model, own, nameOf(model, environment));
  tell(model, `somebody's own run ${run.id} waits before ${environment}`);
}

function nameOf({ scenario }: Model, environment: EnvironmentName): string {
  return settingOf(scenario).policy.environments[environment].githubEnvironment;
}

function wait(
  model: Model,
  {
    id,
    attempt,
    startedAtMs,
    kind,
  }: Pick<Run, 'id' | 'attempt' | 'startedAtMs'> & { readonly kind: Run['kind'] | null },
  githubEnvironment: string,
): FakeWaiting {
  const { world, git } = model;
  const commit = git.branches.get('main') ?? '';
  const run = {
    id,
    attempt,
    startedAtMs,
    event: kind === null ? 'push' : 'workflow_dispatch',
    workflowPath: `.github/workflows/${kind === null ? 'mine' : `tonic-${kind.toLowerCase()}`}.yml`,
    refName: 'main',
    commit,
  };
  const waiting: FakeWaiting = { run, githubEnvironment, decision: null, comments: [] };
  world.waiting.push(waiting);
  count(model, 'deployments wait');
  emit(model, { kind: 'deployment waits', runId: id, githubEnvironment, commit });
  return waiting;
}
