import { ENVIRONMENTS, type EnvironmentName } from '../../../src/domain/policy.ts';
import type { Deployer } from '../../../src/ports/deployer.ts';
import type { Chance } from './chance.ts';
import { count, tell, type Model } from './model.ts';
import { placeOf, SERVICES, servicesOf, type Scenario } from './scenario.ts';
import type { Process } from './scheduler.ts';

/** What can fail: the deploys of an environment or of a service, and the health check of a service. */
export function commandsOf({ hasServices }: Scenario): string[] {
  const whole = ENVIRONMENTS.map((environment) => `deploy ${environment}`);
  if (!hasServices) return whole;
  const places = ENVIRONMENTS.flatMap((environment) =>
    SERVICES.map(({ name }) => placeOf(environment, name)),
  );
  return [...whole, ...places.flatMap((place) => [`deploy ${place}`, `health ${place}`])];
}

/** Now and then the service that comes second on the way there, often the one on the way back, fails: its deploy, or only its check. */
export function stumble(model: Model, way: 'there' | 'back', chance: Chance): void {
  const { scenario, failing } = model;
  if (!scenario.hasServices || chance.below(way === 'there' ? 4 : 2) > 0) return;
  const second = SERVICES.at(way === 'there' ? 0 : -1);
  for (const environment of ENVIRONMENTS)
    failing.add(`${chance.one(['deploy', 'health'])} ${placeOf(environment, second?.name ?? null)}`);
  tell(model, `fails from now on: ${[...failing].join(', ')}`);
}

/** The owner's commands: they deploy, find a service healthy, or tell whether a commit is served. */
export function createDeployer(model: Model, process: Process): Deployer {
  return {
    run: async ({ run }, { environment, service, candidate, releaseId, isRollback }) => {
      const ok =
        run === 'verify'
          ? isServed(model, { environment, service, candidate })
          : !fails(model, run, { environment, service });
      if (run === 'deploy') {
        model.deploys.push({ environment, service, candidate, release: releaseId, isRollback, process, ok });
        if (ok) serve(model, { environment, service, candidate });
      }
      if (!ok && run !== 'verify') noteSetback(model, process, { releaseId, isRollback });
      return {
        ok,
        exitCode: ok ? 0 : 1,
        timedOut: false,
        output: ok ? '' : 'no space left on device',
        outputs: {},
      };
    },
  };
}

interface Served {
  readonly environment: EnvironmentName;
  readonly service: string | null;
  readonly candidate: string;
}

/** The service, or all of them. */
function isServed({ scenario, live }: Model, { environment, service, candidate }: Served): boolean {
  const asked = service === null ? servicesOf(scenario) : [service];
  return asked.every((each) => live.get(placeOf(environment, each)) === candidate);
}

function serve(model: Model, served: Served): void {
  const { environment, service, candidate } = served;
  model.live.set(placeOf(environment, service), candidate);
  if (isServed(model, { ...served, service: null })) model.wasLive[environment].add(candidate);
}

function fails(
  { failing }: Model,
  run: string,
  { environment, service }: Omit<Served, 'candidate'>,
): boolean {
  return failing.has(`${run} ${environment}`) || failing.has(`${run} ${placeOf(environment, service)}`);
}

/** Half-way: another service of the same release had been deployed by then. */
function noteSetback(
  model: Model,
  process: Process,
  { releaseId, isRollback }: { readonly releaseId: string; readonly isRollback: boolean },
): void {
  const before = model.deploys.slice(model.setbacks.get(releaseId) ?? 0);
  const isHalfWay = before.some(({ release, ok }) => release === releaseId && ok);
  model.setbacks.set(releaseId, model.deploys.length);
  if (!isHalfWay) return;
  const kind = model.runs.find((run) => run.process === process)?.kind ?? 'nobody';
  count(model, `half-way in ${kind}`);
  if (isRollback && kind !== 'rollback') count(model, 'half-way back');
}
