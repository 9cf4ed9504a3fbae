import { ENVIRONMENTS, type EnvironmentName } from '../policy.ts';
import { refuse, type Refusal } from '../reason.ts';

/** An environment, or one service there. */
export interface Place {
  readonly environment: EnvironmentName;
  /** `null`: all of it. */
  readonly service: string | null;
}

/**
 * Reads `prod` or `prod billing` off the first words: a second word that is one of the services is meant as that.
 *
 * Refuses: `bad_arguments` for an environment that there is not.
 */
export function parsePlace(
  [first = '', ...rest]: readonly string[],
  services: readonly { readonly name: string }[],
): { readonly kind: 'place'; readonly place: Place; readonly rest: readonly string[] } | Refusal {
  const environment = ENVIRONMENTS.find((name) => name === first.toLowerCase());
  if (environment === undefined) return refuse('bad_arguments', 'The environment has to be `uat` or `prod`.');
  const service = services.find(({ name }) => name.toLowerCase() === rest[0]?.toLowerCase())?.name ?? null;
  return { kind: 'place', place: { environment, service }, rest: service === null ? rest : rest.slice(1) };
}
