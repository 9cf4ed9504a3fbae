import { createServer, type Server } from 'node:http';
import { Octokit } from '@octokit/rest';
import { addInstallationToken, addUserToken } from '../../src/sandbox/auth/token.ts';
import { createClock } from '../../src/sandbox/clock.ts';
import {
  addApp,
  addOrganization,
  addRepository,
  addUser,
  installApp,
  type NewApp,
} from '../../src/sandbox/found.ts';
import type { Account, RepositoryRole } from '../../src/sandbox/model/account.ts';
import type { App, Installation, Permissions } from '../../src/sandbox/model/app.ts';
import type { Repository } from '../../src/sandbox/model/repository.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { writeSeedCommit, type SeedFile } from '../../src/sandbox/seed/history.ts';
import { createSandbox } from '../../src/sandbox/server.ts';

/** The moment at which sandboxes of tests stand. */
export const START_MS = Date.UTC(2026, 10, 20, 19, 0, 0);

/** One webhook as an App got it. */
interface Received {
  event: string;
  action: string | undefined;
  payload: { sender: { login: string }; [key: string]: unknown };
}

/** A sandbox with the organisation `acme`, its repository `acme/shop`, a person of every role and an App. */
export interface SandboxWorld {
  sandbox: Sandbox;
  repository: Repository;
  app: App;
  installation: Installation;
  people: { [login: string]: Account };
  /** Every webhook the App got, oldest first. */
  received: Received[];
  /** A client with a person's token. */
  as(login: string): Octokit;
  /** A client with a token of the App's installation, with all or some of its permissions. */
  asApp(permissions?: Permissions): Octokit;
  tokenOf(login: string): string;
  appToken(permissions?: Permissions): string;
  /** Commits files to a branch as history, without webhooks; answers the sha. */
  commit(files: { [path: string]: SeedFile }, branch?: string): Promise<string>;
  close(): Promise<void>;
}

const ROLES: { [login: string]: RepositoryRole } = {
  ada: 'admin',
  max: 'maintain',
  wes: 'write',
  tia: 'triage',
  rea: 'read',
};

const ALL: Permissions = {
  actions: 'write',
  checks: 'write',
  contents: 'write',
  deployments: 'write',
  environments: 'write',
  issues: 'write',
  pull_requests: 'write',
  statuses: 'write',
  administration: 'write',
  actions_variables: 'write',
};

/** Starts a small world for one test file; `out` has no role, everybody else is named after theirs. */
export async function startWorld(
  options: { private?: boolean; app?: Partial<NewApp> } = {},
): Promise<SandboxWorld> {
  const received: Received[] = [];
  const receiver = await startReceiver(received);
  const sandbox = await createSandbox({ clock: createClock(START_MS) });
  const people: { [login: string]: Account } = {};
  for (const login of [...Object.keys(ROLES), 'out']) people[login] = addUser(sandbox, { login });
  const acme = addOrganization(sandbox, { login: 'acme', basePermission: 'none' });
  const repository = addRepository(sandbox, { owner: acme, name: 'shop', private: options.private ?? false });
  for (const [login, role] of Object.entries(ROLES)) {
    repository.collaborators.push({ userId: people[login]?.id ?? 0, role });
  }
  const app = addApp(sandbox, {
    slug: 'tonic',
    owner: acme,
    permissions: ALL,
    events: ['*'],
    webhook: { url: receiver.url, secret: 'sesame' },
    ...options.app,
  });
  const installation = installApp(sandbox, app, { account: acme });

  const client = (auth: string): Octokit => new Octokit({ auth, baseUrl: sandbox.apiUrl, log: QUIET });
  const tokenOf = (login: string): string => {
    const person = people[login];
    if (!person) throw new Error(`nobody is called ${login}`);
    return addUserToken(sandbox.world, person);
  };
  const appToken = (permissions: Permissions = app.permissions): string =>
    addInstallationToken(sandbox.world, installation, { permissions, repositoryIds: null }).token;
  return {
    sandbox,
    repository,
    app,
    installation,
    people,
    received,
    as: (login) => client(tokenOf(login)),
    asApp: (permissions) => client(appToken(permissions)),
    tokenOf,
    appToken,
    commit: (files, branch = 'main') => {
      const author = people['wes'];
      if (!author) throw new Error('wes is not there');
      const message = `Change ${Object.keys(files).join(', ')}`;
      return writeSeedCommit(sandbox, repository, {
        files,
        branch,
        message,
        author,
        atMs: sandbox.clock.nowMs(),
      });
    },
    close: async () => {
      await sandbox.close();
      await new Promise((resolve) => receiver.server.close(resolve));
    },
  };
}

const silent = (): void => undefined;
/** A log for clients that keeps expected refusals off the screen. */
export const QUIET = { debug: silent, info: silent, warn: silent, error: silent };

async function startReceiver(received: Received[]): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const payload = JSON.parse(Buffer.concat(chunks).toString());
      received.push({ event: String(request.headers['x-github-event']), action: payload.action, payload });
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return { server, url: `http://127.0.0.1:${port}/` };
}
