import type { Repository } from '../model/repository.ts';
import { repositoryStore } from '../world.ts';

/** A variable or secret of a repository or, where `environment` is set, of one of its environments. */
export interface Setting {
  name: string;
  value: string;
  environment: string | null;
  createdAt: string;
  updatedAt: string;
}

/** The variables of a repository, in the order they were made. */
export const variablesOf = repositoryStore<Setting[]>('actions.variables', () => []);

/** The secrets of a repository. Kept in the clear: this is a sandbox. */
export const secretsOf = repositoryStore<Setting[]>('actions.secrets', () => []);

/** What to set; names are unique regardless of case, as on GitHub. */
export interface NewSetting {
  name: string;
  value: string;
  environment?: string | null;
}

/** Sets a variable, new or again. `now` is GitHub's form of the time. */
export function setVariable(repository: Repository, setting: NewSetting, now: string): void {
  put(variablesOf(repository), setting, now);
}

/** Sets a secret, new or again. `now` is GitHub's form of the time. */
export function setSecret(repository: Repository, setting: NewSetting, now: string): void {
  put(secretsOf(repository), setting, now);
}

function put(settings: Setting[], { name, value, environment = null }: NewSetting, now: string): void {
  const known = settings.find((one) => one.name === name.toUpperCase() && one.environment === environment);
  if (known) Object.assign(known, { value, updatedAt: now });
  else settings.push({ name: name.toUpperCase(), value, environment, createdAt: now, updatedAt: now });
}

/** What a job sees of variables or secrets: those of its environment win over the repository's. */
export function visibleSettings(settings: Setting[], environment: string | null): { [name: string]: string } {
  const own = settings.filter((one) => one.environment === null);
  const ofEnvironment = settings.filter(
    (one) => environment !== null && one.environment?.toLowerCase() === environment.toLowerCase(),
  );
  return Object.fromEntries([...own, ...ofEnvironment].map((one) => [one.name, one.value]));
}
