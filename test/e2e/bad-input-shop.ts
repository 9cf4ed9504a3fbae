import { createHmac, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { startApp, type RunningApp } from '../../src/compose-app.ts';
import type { Delivery } from '../../src/sandbox/webhook/delivery.ts';
import { startWorld, type SandboxWorld } from '../support/sandbox-world.ts';

export const SHOP = { owner: 'acme', repo: 'shop' };
const SECRET = 'sesame';

const COMMENT_PAYLOAD = z.looseObject({
  sender: z.looseObject({ type: z.string() }),
  comment: z.looseObject({}),
  repository: z.looseObject({}),
});
type CommentPayload = z.infer<typeof COMMENT_PAYLOAD>;

interface Snapshot {
  readonly branches: readonly string[];
  readonly issues: readonly {
    readonly number: number;
    readonly state: string;
    readonly comments: number;
    readonly labels: readonly string[];
  }[];
}

/** A repository on the sandbox with the real App on it and one bug that was confirmed. */
export interface BadInputShop {
  readonly world: SandboxWorld;
  readonly app: RunningApp;
  readonly bug: number;
  /** What the App's log holds, a line each. */
  readonly log: string[];
  /** Opens an issue as Rea, with Ada's labels; waits for what follows. */
  report(title: string, labels: readonly string[]): Promise<number>;
  /** Says something and waits for what follows; gives the comment's id. */
  say(body: string, on?: { readonly by?: string; readonly issue?: number }): Promise<number>;
  /** The App's comments on an issue, oldest first, without its card. */
  answers(issue?: number): Promise<string[]>;
  /** Everything that may not change by bad input: heads of branches, labels and states of issues, comments. */
  snapshot(): Promise<Snapshot>;
  ledgerHead(): Promise<string>;
  /** A file of the ledger as it is now. */
  ledgerFile(path: string): Promise<string>;
  /** Puts a file on the ledger's branch past the ledger. */
  smuggle(path: string, content: string, login?: string): Promise<void>;
  /** Posts a webhook as GitHub does, or with something wrong in it. */
  post(
    event: string,
    payload: object | string,
    wrong?: { readonly secret?: string; readonly headers?: Readonly<Record<string, string>> },
  ): Promise<Response>;
  /** The newest webhook of a comment by a person that the App got. */
  deliveredComment(): { readonly delivery: Delivery; readonly payload: CommentPayload };
  /** Answers of the App to the last deliveries: status codes of those that failed. */
  failures(): number[];
  close(): Promise<void>;
}

/** Starts it all; UAT and PROD are on one commit. */
export async function openBadInputShop(): Promise<BadInputShop> {
  const world = await startWorld();
  const ada = world.as('ada').rest;
  const sha = await world.commit({ 'README.md': 'Shop\n', 'src/cart.js': 'export const cart = [];\n' });
  await ada.git.createRef({ ...SHOP, ref: 'refs/heads/uat', sha });
  const folder = mkdtempSync(join(tmpdir(), 'tonic-bad-input-'));
  const log: string[] = [];
  const note = (message: string, fields?: object) =>
    void log.push(`${message} ${JSON.stringify(fields ?? {})}`);
  const app = await startApp({
    appId: world.app.id,
    privateKey: world.app.privateKeyPem ?? '',
    webhookSecret: SECRET,
    host: '127.0.0.1',
    port: 0,
    apiUrl: world.sandbox.apiUrl,
    serverUrl: world.sandbox.url,
    clock: world.sandbox.clock,
    log: { info: note, warn: note, error: note },
    dataFolder: folder,
    timers: false,
  });
  if (world.app.hook !== null) world.app.hook.url = app.webhookUrl;

  async function report(title: string, labels: readonly string[]): Promise<number> {
    const { data } = await world.as('rea').rest.issues.create({ ...SHOP, title, body: 'See src/cart.js' });
    await ada.issues.addLabels({ ...SHOP, issue_number: data.number, labels: [...labels] });
    await world.sandbox.idle();
    return data.number;
  }

  async function say(body: string, on: { by?: string; issue?: number } = {}): Promise<number> {
    const { by = 'ada', issue = bug } = on;
    const { data } = await world.as(by).rest.issues.createComment({ ...SHOP, issue_number: issue, body });
    await world.sandbox.idle();
    return data.id;
  }

  const commentsOn = async (issue: number) =>
    (await ada.issues.listComments({ ...SHOP, issue_number: issue, per_page: 100 })).data;
  const headOf = async (branch: string) => (await ada.repos.getBranch({ ...SHOP, branch })).data.commit.sha;

  const bug = await report('The cart is empty', ['bug', 'severity:medium']);
  await say('/confirm', { issue: bug });
  await app.reconcile();
  await world.sandbox.idle();

  return {
    world,
    app,
    bug,
    log,
    report,
    say,
    answers: async (issue = bug) =>
      (await commentsOn(issue))
        .filter(({ user, body }) => user?.type === 'Bot' && body?.startsWith('<!-- tonic:card') !== true)
        .map(({ body }) => body ?? ''),
    snapshot: async () => {
      const { data: branches } = await ada.repos.listBranches({ ...SHOP, per_page: 100 });
      const { data: issues } = await ada.issues.listForRepo({ ...SHOP, state: 'all', per_page: 100 });
      return {
        branches: branches.map(({ name, commit }) => `${name} ${commit.sha}`),
        issues: issues.map(({ number, state, comments, labels }) => ({
          number,
          state,
          comments,
          labels: labels.map(nameOf),
        })),
      };
    },
    ledgerHead: () => headOf('tonic-ledger'),
    ledgerFile: async (path) => {
      const { data } = await ada.repos.getContent({ ...SHOP, path, ref: 'tonic-ledger' });
      return 'content' in data ? Buffer.from(data.content, 'base64').toString('utf8') : '';
    },
    smuggle: async (path, content, login) => {
      const octokit = login === undefined ? world.asApp() : world.as(login);
      const at = { ...SHOP, path, branch: 'tonic-ledger' };
      const present = await ada.repos
        .getContent({ ...SHOP, path, ref: 'tonic-ledger' })
        .then(({ data }) => ('sha' in data ? { sha: data.sha } : {}))
        .catch(() => ({}));
      const written = { message: `Change ${path}`, content: Buffer.from(content).toString('base64') };
      await octokit.rest.repos.createOrUpdateFileContents({ ...at, ...present, ...written });
      await world.sandbox.idle();
    },
    post: (event, payload, wrong = {}) => {
      const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
      const signature = createHmac('sha256', wrong.secret ?? SECRET)
        .update(body)
        .digest('hex');
      return fetch(app.webhookUrl, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          'x-github-event': event,
          'x-github-delivery': randomUUID(),
          'x-hub-signature-256': `sha256=${signature}`,
          ...wrong.headers,
        },
      });
    },
    deliveredComment: () => {
      const comments = world.sandbox.deliveries.log
        .filter(({ event }) => event === 'issue_comment')
        .map((delivery) => ({ delivery, payload: COMMENT_PAYLOAD.parse(JSON.parse(delivery.requestBody)) }));
      const found = comments.findLast(({ payload }) => payload.sender.type === 'User');
      if (found === undefined) throw new Error('no comment was delivered');
      return found;
    },
    failures: () =>
      world.sandbox.deliveries.log.map(({ statusCode }) => statusCode).filter((code) => code >= 400),
    close: async () => {
      await app.close();
      await world.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

function nameOf(label: string | { name?: string }): string {
  return typeof label === 'string' ? label : (label.name ?? '');
}
