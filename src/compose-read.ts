import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from './adapters/clock/system-clock.ts';
import { createOctokit } from './adapters/github/octokit.ts';
import { openRepository } from './compose.ts';
import { clockOffsetMs } from './compose-clock.ts';
import { processVariables } from './config/env.ts';
import { secretForms } from './config/secret.ts';
import { createRedaction } from './domain/redact.ts';
import type { Log } from './ports/log.ts';
import type { Context } from './usecases/context.ts';

/** A repository, and as whom its work is looked at. */
export interface ReadAccess {
  readonly owner: string;
  readonly name: string;
  /** Base of the REST API. */
  readonly apiUrl: string;
  /** A person's token that may read the repository. */
  readonly token: string;
  /** Whose ledger it is. */
  readonly appSlug: string;
  readonly log: Log;
}

/** Opens one repository for a person who only looks: nothing that changes something is called on it. */
export function openToRead({ owner, name, apiUrl, token, appSlug, log }: ReadAccess): Context {
  const redaction = createRedaction(secretForms([token]));
  const { context } = openRepository({
    client: createOctokit({ token, baseUrl: apiUrl, redact: redaction.text }),
    token: () => Promise.resolve(token),
    owner,
    name,
    serverUrl: serverOf(apiUrl),
    botLogins: [`${appSlug}[bot]`],
    unsignedBecause: null,
    defaultBranch: null,
    passOn: [],
    redaction,
    freezeSwitches: null,
    dataFolder: join(
      tmpdir(),
      `tonic-plan-${process.getuid?.() ?? 0}`,
      new URL(apiUrl).host.replace(':', '-'),
    ),
    clock: systemClock(clockOffsetMs(apiUrl, processVariables())),
    log,
  });
  return context;
}

/** Source: github.com has an address of its own for the API, a GitHub Enterprise Server has a folder. */
function serverOf(apiUrl: string): string {
  return apiUrl === 'https://api.github.com' ? 'https://github.com' : apiUrl.replace(/\/api\/v3$/u, '');
}
