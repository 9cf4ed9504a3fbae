import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import { z } from 'zod';
import { addUserToken } from '../../../src/sandbox/auth/token.ts';
import {
  addApp,
  addOrganization,
  addRepository,
  addTeam,
  addUser,
  installApp,
} from '../../../src/sandbox/found.ts';
import type { Account, RepositoryRole } from '../../../src/sandbox/model/account.ts';
import type { App, Permissions } from '../../../src/sandbox/model/app.ts';
import type { Repository } from '../../../src/sandbox/model/repository.ts';
import type { Sandbox, SandboxOptions } from '../../../src/sandbox/sandbox.ts';
import { createSandbox } from '../../../src/sandbox/server.ts';

/** The people of the test organisation, by what they may do in `acme/shop`. */
export type Person = 'ada' | 'will' | 'tina' | 'rita' | 'olaf';

/** A sandbox with an organisation, five people of different roles and one repository. */
export interface Town {
  sandbox: Sandbox;
  people: { [name in Person]: Account };
  tokens: { [name in Person]: string };
  acme: Account;
  shop: Repository;
  /** A client for a person; without one, for a stranger. */
  as(person?: Person): Octokit;
  /** `shop`'s address for git, signed in as a person. */
  remote(person: Person): string;
  close(): Promise<void>;
}

const ROLES: { [name in Person]: RepositoryRole | null } = {
  ada: 'admin',
  will: 'write',
  tina: 'triage',
  rita: 'read',
  olaf: null,
};

/** Starts a town; the repository is public and empty unless asked otherwise. */
export async function startTown(options: SandboxOptions & { private?: boolean } = {}): Promise<Town> {
  const sandbox = await createSandbox(options);
  const acme = addOrganization(sandbox, { login: 'acme', basePermission: 'none' });
  const shop = addRepository(sandbox, { owner: acme, name: 'shop', private: options.private ?? false });
  const person = (login: Person): Account => {
    const added = addUser(sandbox, { login });
    const role = ROLES[login];
    if (role) shop.collaborators.push({ userId: added.id, role });
    return added;
  };
  const people = {
    ada: person('ada'),
    will: person('will'),
    tina: person('tina'),
    rita: person('rita'),
    olaf: person('olaf'),
  };
  acme.organization?.members.push(
    { userId: people.ada.id, role: 'admin' },
    { userId: people.will.id, role: 'member' },
  );
  addTeam(sandbox, acme, { name: 'Release Admins', members: [people.ada] });
  const token = (name: Person): string => addUserToken(sandbox.world, people[name]);
  const tokens = {
    ada: token('ada'),
    will: token('will'),
    tina: token('tina'),
    rita: token('rita'),
    olaf: token('olaf'),
  };
  return {
    sandbox,
    people,
    tokens,
    acme,
    shop,
    as: (name) => client(sandbox, name ? tokens[name] : undefined),
    remote: (name) =>
      `${sandbox.url.replace('http://', `http://x-access-token:${tokens[name]}@`)}/acme/shop.git`,
    close: () => sandbox.close(),
  };
}

/** An Octokit that speaks to the sandbox and keeps its warnings to itself. */
export function client(sandbox: Sandbox, auth?: string): Octokit {
  const quiet = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: () => undefined,
  };
  return new Octokit({ baseUrl: sandbox.apiUrl, log: quiet, ...(auth === undefined ? {} : { auth }) });
}

/** Where `acme/shop` is, as most calls want it. */
export const shopPath = { owner: 'acme', repo: 'shop' };

/** Writes a file on a branch as Ada and answers the commit. */
export async function writeFile(
  town: Town,
  file: { path: string; content: string; branch?: string; message?: string },
): Promise<string> {
  const ada = town.as('ada');
  const branch = file.branch ?? 'main';
  const known = await ada.repos
    .getContent({ ...shopPath, path: file.path, ref: branch })
    .then(({ data }) => (Array.isArray(data) ? undefined : data.sha))
    .catch(() => undefined);
  const { data } = await ada.repos.createOrUpdateFileContents({
    ...shopPath,
    path: file.path,
    branch,
    message: file.message ?? `Write ${file.path}`,
    content: Buffer.from(file.content).toString('base64'),
    ...(known === undefined ? {} : { sha: known }),
  });
  return data.commit.sha ?? '';
}

/** Makes a branch where another stands. */
export async function makeBranch(town: Town, name: string, from = 'main'): Promise<void> {
  const { data } = await town.as('ada').git.getRef({ ...shopPath, ref: `heads/${from}` });
  await town.as('ada').git.createRef({ ...shopPath, ref: `refs/heads/${name}`, sha: data.object.sha });
}

/** Making a key pair takes a tenth of a second, so the Apps of a test file share one unless they must differ. */
const sharedKeys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
});

/** Registers and installs an App on acme; `client` acts with its installation token. */
export async function installTestApp(
  town: Town,
  given: {
    permissions: Permissions;
    events?: string[];
    webhook?: { url: string; secret: string };
    slug?: string;
    ownKeys?: true;
  },
): Promise<{ app: App; installationId: number; client: Octokit; jwt: Octokit }> {
  const { sandbox, acme } = town;
  const { slug = 'robot', events = [], permissions, webhook, ownKeys } = given;
  const keys = { publicKeyPem: sharedKeys.publicKey, privateKeyPem: sharedKeys.privateKey };
  const app = addApp(sandbox, {
    slug,
    owner: acme,
    permissions,
    events,
    ...(webhook ? { webhook } : {}),
    ...(ownKeys ? {} : { keys }),
  });
  const installation = installApp(sandbox, app, { account: acme });
  const jwt = appClient(sandbox, app);
  const { data } = await jwt.apps.createInstallationAccessToken({ installation_id: installation.id });
  return { app, installationId: installation.id, client: client(sandbox, data.token), jwt };
}

/** A client that signs in with the App's JWT. */
export function appClient(sandbox: Sandbox, app: App): Octokit {
  const auth = { appId: app.id, privateKey: app.privateKeyPem ?? '' };
  return new Octokit({ baseUrl: sandbox.apiUrl, authStrategy: createAppAuth, auth });
}

/** One webhook as it arrived. */
export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  event: string;
  action: string | null;
  payload: { [key: string]: unknown };
  /** Of a push: the message of its last commit. */
  headCommit: string | null;
}

const Payload = z.looseObject({
  action: z.string().optional(),
  head_commit: z.looseObject({ message: z.string() }).nullish(),
});

/** A server that keeps the webhooks it gets; `answer` may decide the status. */
export async function startReceiver(): Promise<{
  url: string;
  received: Received[];
  names(): string[];
  answer: { status: number };
  close(): Promise<void>;
}> {
  const received: Received[] = [];
  const answer = { status: 200 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const payload = Payload.parse(JSON.parse(body));
      received.push({
        headers: request.headers,
        body,
        event: String(request.headers['x-github-event']),
        action: payload.action ?? null,
        payload,
        headCommit: payload.head_commit?.message ?? null,
      });
      response.writeHead(answer.status).end('noted');
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return {
    url: `http://127.0.0.1:${port}/`,
    received,
    names: () => received.map(({ event, action }) => (action ? `${event}.${action}` : event)),
    answer,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** A work tree of real git in a temporary folder. */
export interface WorkTree {
  folder: string;
  /** Runs git; answers how it ended and everything it said. */
  git(...args: string[]): Promise<{ code: number; text: string }>;
  remove(): void;
}

/** Makes an empty work tree with branch `main` and someone to commit as. */
export async function makeWorkTree(): Promise<WorkTree> {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-tree-'));
  const run = (...args: string[]) => runGit(folder, args);
  await run('init', '-q', '-b', 'main');
  return { folder, git: run, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function runGit(cwd: string, args: string[]): Promise<{ code: number; text: string }> {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: cwd,
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Nora',
    GIT_AUTHOR_EMAIL: 'nora@example.com',
    GIT_COMMITTER_NAME: 'Nora',
    GIT_COMMITTER_EMAIL: 'nora@example.com',
  };
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, { cwd, env });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, text: text.trim() }));
  });
}
