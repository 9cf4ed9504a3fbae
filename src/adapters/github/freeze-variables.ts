import { NO_SWITCHES } from '../../domain/freeze.ts';
import { GitHubFailure } from '../../ports/github.ts';
import type { FreezeVariables } from '../../ports/freeze-variables.ts';
import type { Log } from '../../ports/log.ts';
import type { GitHubContext } from './client.ts';
import { everyPage } from './every-page.ts';
import { calling } from './failure.ts';

/** Reads the variables of the repository from GitHub. */
export function createFreezeVariables({ client, owner, repo }: GitHubContext, log: Log): FreezeVariables {
  let known = NO_SWITCHES;
  return {
    known: () => known,
    async refresh() {
      try {
        const variables = await calling('read the variables of the repository', () =>
          everyPage(30, async (query) => {
            const at = { owner, repo, ...query };
            return (await client.request('GET /repos/{owner}/{repo}/actions/variables', at)).data.variables;
          }),
        );
        const valueOf = (name: string) => variables.find((each) => each.name === name)?.value ?? null;
        known = {
          freeze: valueOf('DEPLOY_FREEZE'),
          modules: valueOf('DEPLOY_FREEZE_MODULES'),
          until: valueOf('DEPLOY_FREEZE_UNTIL'),
        };
      } catch (error) {
        if (!(error instanceof GitHubFailure)) throw error;
        log.warn('the variables DEPLOY_FREEZE… could not be read', { error: error.message });
      }
    },
  };
}
