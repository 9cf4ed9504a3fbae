import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** Where GitHub sends its webhooks. */
export const WEBHOOK_PATH = '/api/github/webhooks';

const PLAIN = { 'content-type': 'text/plain' };

/** A webhook that takes longer to come in whole is no webhook. */
const REQUEST_MS = 30_000;

export interface WebServer {
  readonly url: string;
  /** Stops accepting, and resolves when what runs has been answered. */
  close(): Promise<void>;
}

/** One HTTP server for webhooks and health. `port` 0 takes a free one. */
export async function serve(
  takeWebhook: (request: IncomingMessage, response: ServerResponse) => unknown,
  place: { readonly host: string; readonly port: number },
): Promise<WebServer> {
  const server = createServer({ requestTimeout: REQUEST_MS }, (request, response) => {
    const path = request.url?.split('?', 1)[0]?.replace(/\/$/u, '');
    if (path === WEBHOOK_PATH) takeWebhook(request, response);
    else if (path === '/healthz') response.writeHead(200, PLAIN).end('ok\n');
    else response.writeHead(404, PLAIN).end('there is nothing here\n');
  });
  const port = await listen(server, place);
  return {
    url: `http://${place.host.includes(':') ? `[${place.host}]` : place.host}:${port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeIdleConnections();
      }),
  };
}

/** Gives the port that it got. */
function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('the server has no port'));
      else resolve(address.port);
    });
  });
}
