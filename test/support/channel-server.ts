import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';

/** A request that arrived. */
interface Arrived {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** How the server answers one request. */
export type Behaviour = (response: ServerResponse) => void;

/** A server that people's messages are sent to. */
export interface ChannelServer {
  readonly url: string;
  /** Oldest first. */
  readonly arrived: Arrived[];
  /** One for each request to come; afterwards it takes everything. */
  readonly next: Behaviour[];
  close(): Promise<void>;
}

/** Answers with a status, a body and headers. */
export function answers(
  status: number,
  body = '',
  headers: Readonly<Record<string, string>> = {},
): Behaviour {
  return (response) => response.writeHead(status, headers).end(body);
}

/** Takes the request and says nothing. */
export const hangs: Behaviour = () => undefined;

/** Begins to answer and never ends. */
export const stalls: Behaviour = (response) => void response.writeHead(200).write('{"ok":');

/** Cuts the connection. */
export const resets: Behaviour = (response) => void response.socket?.resetAndDestroy();

/** How long to wait for an answer: briefly only where none comes. */
export function patienceMs(behaviour?: Behaviour): number {
  return behaviour === hangs || behaviour === stalls ? 200 : 5_000;
}

/** Starts the server on this machine. `usual` is what it does when nothing is wrong. */
export async function startChannelServer(usual: Behaviour = answers(200, 'ok')): Promise<ChannelServer> {
  const arrived: Arrived[] = [];
  const next: Behaviour[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      arrived.push({ path: request.url ?? '', headers: request.headers, body });
      (next.shift() ?? usual)(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    arrived,
    next,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
