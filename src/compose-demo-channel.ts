import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';

/** Where the messages of the demo arrive: a server that shows them to whoever looks. */
export interface DemoChannel {
  readonly url: string;
  /** Their texts, oldest first. */
  readonly messages: readonly string[];
  /** Variables that lead the App to it. */
  readonly variables: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** What the repository's configuration says of it. */
export const CHANNEL_CONFIGURATION = `
# People hear of it on a channel, too.
notify:
  channels:
    team: { kind: webhook, url_env: NOTIFY_TEAM_URL, secret_env: NOTIFY_TEAM_SECRET }
`;

const Body = z.object({ text: z.string() });

/** Starts the server on a free loopback port. */
export async function startDemoChannel(): Promise<DemoChannel> {
  const messages: string[] = [];
  const server = createServer((request, response) => void answer(messages, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const url = `http://127.0.0.1:${address.port}`;
  return {
    url,
    messages,
    variables: { NOTIFY_TEAM_URL: url, NOTIFY_TEAM_SECRET: 'a secret of this demo only' },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(messages: string[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'POST') {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    messages.push(Body.parse(JSON.parse(Buffer.concat(chunks).toString('utf8'))).text);
    response.writeHead(204).end();
    return;
  }
  const text = messages.length === 0 ? 'Nothing was said yet.' : messages.join('\n\n');
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}
