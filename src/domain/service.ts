import { parsePathPattern } from './path-pattern.ts';
import type { CommandPolicy } from './owner-command.ts';
import type { Strategy } from './rollout.ts';

/** A part of the product that is deployed by itself. */
export interface ServicePolicy {
  readonly name: string;
  /** Patterns of the files that belong to it, as in CODEOWNERS; none: every file does. */
  readonly paths: readonly string[];
  /** Names of services that have to be live before it. */
  readonly dependsOn: readonly string[];
  /** Makes the artifact and says its digest; `null`: the deploy command starts from the files. */
  readonly build: CommandPolicy | null;
  /** `null`: the environment's own command. */
  readonly deploy: CommandPolicy | null;
  /** Brings the release before back; `null`: the deploy command, told the commit before. */
  readonly rollback: CommandPolicy | null;
  /** Exits 0 when the service works; asked before the next service begins. `null`: nobody asks. */
  readonly health: CommandPolicy | null;
  /** `null`: what the environment says. */
  readonly strategy: Strategy | null;
}

/** The order in which services are deployed, or the circle that leaves none. */
export type ServiceOrder =
  | { readonly kind: 'ordered'; readonly services: readonly ServicePolicy[] }
  /** Each depends on the next one, the last on the first. */
  | { readonly kind: 'cycle'; readonly names: readonly string[] };

/** Orders services so that each comes after all that it depends on; among equals as they are written. */
export function orderServices(services: readonly ServicePolicy[]): ServiceOrder {
  const ordered: ServicePolicy[] = [];
  let waiting = [...services];
  while (waiting.length > 0) {
    const next = waiting.find(({ dependsOn }) => dependsOn.every((name) => isIn(ordered, name)));
    if (next === undefined) return { kind: 'cycle', names: findCycle(waiting) };
    ordered.push(next);
    waiting = waiting.filter((each) => each !== next);
  }
  return { kind: 'ordered', services: ordered };
}

function isIn(services: readonly ServicePolicy[], name: string): boolean {
  return services.some((each) => each.name === name);
}

/** Everybody here waits for somebody here, so following the first such name leads round. */
function findCycle(waiting: readonly ServicePolicy[]): readonly string[] {
  const path: string[] = [];
  let at = waiting[0];
  while (at !== undefined && !path.includes(at.name)) {
    path.push(at.name);
    const wanted = at.dependsOn.find((name) => isIn(waiting, name));
    at = waiting.find(({ name }) => name === wanted);
  }
  return at === undefined ? path : path.slice(path.indexOf(at.name));
}

/**
 * The services that a change has to be deployed for, in the order given. A file that belongs to none of them is shared
 * by all, so it touches every one.
 */
export function touchedServices(
  services: readonly ServicePolicy[],
  files: readonly string[],
): readonly ServicePolicy[] {
  const owners = services.map((service) => ({ service, owns: ownershipOf(service) }));
  const isShared = files.some((file) => owners.every(({ owns }) => !owns(file)));
  if (isShared) return services;
  return owners.filter(({ owns }) => files.some((file) => owns(file))).map(({ service }) => service);
}

function ownershipOf({ paths }: ServicePolicy): (file: string) => boolean {
  if (paths.length === 0) return () => true;
  const patterns = paths.map((path) => parsePathPattern(path));
  return (file) => patterns.some((matches) => matches(file));
}
