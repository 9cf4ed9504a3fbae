import { createServer, type RequestListener, type Server } from 'node:http';

/** Where GitHub sends its webhooks. */
export const WEBHOOK_PATH = '/api/github/webhooks';

/** GitHub's own cap. */
const MAX_BODY_BYTES = 25 * 1024 * 1024;

type Middleware = (...args: [...Parameters<RequestListener>, (() => void)?]) => unknown;

export interface WebServer {
  readonly url: string;
  /** Stops accepting, and resolves when what runs has been answered. */
  close(): Promise<void>;
}

/** One HTTP server for webhooks and health. `port` 0 takes a free one. */
export async function serve(
  webhooks: Middleware,
  place: { readonly host: string; readonly port: number },
): Promise<WebServer> {
  const server = createServer((request, response) => {
    if (request.url === '/healthz') {
      response.writeHead(200, { 'content-type': 'text/plain' }).end('ok\n');
      return;
    }
    if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) {
      response
        .writeHead(413, { 'content-type': 'text/plain' })
        .end('the payload is larger than GitHub ever sends\n');
      return;
    }
    webhooks(request, response, () => {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('there is nothing here\n');
    });
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
