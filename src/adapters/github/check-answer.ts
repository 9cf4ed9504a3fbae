import type { CheckFacts } from '../../domain/check.ts';
import type { CheckAnswer } from './graphql/selection.ts';

const GREEN = ['SUCCESS', 'NEUTRAL', 'SKIPPED'];

/** What was said about a commit, by whom, and what it comes to. */
export function checkFacts(check: CheckAnswer): CheckFacts {
  if (check.__typename === 'StatusContext') {
    return { name: check.context, appId: null, state: stateOfStatus(check.state), url: check.targetUrl };
  }
  const appId = check.checkSuite.app?.databaseId ?? null;
  return { name: check.name, appId, state: stateOfRun(check), url: check.url };
}

function stateOfRun({
  status,
  conclusion,
}: {
  readonly status: string;
  readonly conclusion: string | null;
}): CheckFacts['state'] {
  if (status !== 'COMPLETED') return 'pending';
  return GREEN.includes(conclusion ?? '') ? 'green' : 'red';
}

function stateOfStatus(state: string): CheckFacts['state'] {
  if (state === 'PENDING' || state === 'EXPECTED') return 'pending';
  return state === 'SUCCESS' ? 'green' : 'red';
}
