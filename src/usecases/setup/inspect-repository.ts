import type { Policy } from '../../domain/policy.ts';
import type { Finding } from '../../domain/setup/finding.ts';
import { brokenConfiguration } from '../../domain/setup/inspect-configuration.ts';
import { inspectSetup } from '../../domain/setup/inspect.ts';
import { wantedSetup, type SetupParts } from '../../domain/setup/wanted-setup.ts';
import { ConfigurationBroken, type Configuration, type Setting } from '../../ports/configuration.ts';
import type { RepositorySetup } from '../../ports/repository-setup.ts';

/** What the set-up of one repository is looked at with. */
export interface SetupContext {
  readonly setup: RepositorySetup;
  readonly configuration: Configuration;
  /** What this version brings along, fitted to a policy. */
  readonly parts: (policy: Policy) => SetupParts;
}

/**
 * Looks at everything that is configured around the repository and tells what is wrong, worst first. Changes nothing.
 *
 * @throws GitHubFailure when the repository cannot be looked at at all.
 */
export async function inspectRepository(context: SetupContext): Promise<readonly Finding[]> {
  const { defaultBranch } = await context.setup.about();
  const setting = await loadSetting(context.configuration);
  if (typeof setting === 'string') return [brokenConfiguration(setting)];
  const { policy } = setting;
  const wanted = wantedSetup(policy, defaultBranch, context.parts(policy));
  return inspectSetup(await context.setup.look(wanted), wanted);
}

/** The problems, where the configuration is broken. */
async function loadSetting(configuration: Configuration): Promise<Setting | string> {
  try {
    return await configuration.load();
  } catch (error) {
    if (error instanceof ConfigurationBroken) return error.message;
    throw error;
  }
}
