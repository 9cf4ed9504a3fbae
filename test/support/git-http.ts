import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { basename, dirname } from 'node:path';

export interface HttpRemote {
  readonly url: string;
  /** From now on every request gets this status. */
  failWith(status: number): void;
  close(): Promise<void>;
}

/**
 * Serves one bare repository with git's own CGI program to those with the right `Authorization` header.
 * An old server does not understand the second protocol version, filters, or wants that are no branch tips.
 */
export async function serveOverHttp(
  bareRepository: string,
  options: { readonly authorization: string; readonly oldServer: boolean },
): Promise<HttpRemote> {
  let status: number | null = null;
  const server = createServer((request, response) => {
    if (status !== null) {
      response.writeHead(status).end();
    } else if (request.headers.authorization !== options.authorization) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
    } else {
      runBackend(request, response, environmentFor(request, bareRepository, options.oldServer));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/${basename(bareRepository)}`,
    failWith(next) {
      status = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function environmentFor(request: IncomingMessage, bareRepository: string, oldServer: boolean) {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const refused = ['uploadpack.allowFilter', 'uploadpack.allowAnySHA1InWant'];
  const settings = [['http.receivepack', 'true'], ...(oldServer ? refused.map((key) => [key, 'false']) : [])];
  return {
    PATH: process.env['PATH'] ?? '',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_PROJECT_ROOT: dirname(bareRepository),
    GIT_HTTP_EXPORT_ALL: '1',
    REQUEST_METHOD: request.method ?? 'GET',
    PATH_INFO: url.pathname,
    QUERY_STRING: url.search.slice(1),
    CONTENT_TYPE: request.headers['content-type'] ?? '',
    HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
    REMOTE_USER: 'somebody',
    ...(oldServer ? {} : { GIT_PROTOCOL: String(request.headers['git-protocol'] ?? '') }),
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(
      settings.flatMap(([key = '', value = ''], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
}

function runBackend(request: IncomingMessage, response: ServerResponse, env: Record<string, string>): void {
  const backend = spawn('git', ['http-backend'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  backend.stdin.on('error', () => undefined);
  request.pipe(backend.stdin);
  const chunks: Buffer[] = [];
  backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  backend.on('close', () => {
    const output = Buffer.concat(chunks);
    const headerEnd = output.indexOf('\r\n\r\n');
    const headers = output.toString('latin1', 0, headerEnd).split('\r\n');
    const pairs = headers.map((line) => {
      const [name = '', ...value] = line.split(': ');
      return [name, value.join(': ')] as const;
    });
    const status = pairs.find(([name]) => name === 'Status')?.[1] ?? '200';
    response.writeHead(
      Number.parseInt(status, 10),
      Object.fromEntries(pairs.filter(([name]) => name !== 'Status')),
    );
    response.end(output.subarray(headerEnd + 4));
  });
}
