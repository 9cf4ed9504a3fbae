import { mkdirSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

/** An environment of the demo: a folder that a deploy command fills, and the server in front of it. */
export interface DemoPlace {
  readonly url: string;
  readonly folder: string;
  /** Makes the served folder itself, for deploys that only put files into it. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
};

/** Serves what a deploy command puts into `<folder>/live`, and `<folder>/canary` beside it, on a free loopback port. */
export async function servePlace(folder: string): Promise<DemoPlace> {
  mkdirSync(folder, { recursive: true });
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://place').pathname);
    const whole = path.endsWith('/') ? `${path}index.html` : path;
    const file = join(folder, whole.startsWith('/canary/') ? '' : 'live', whole);
    readFile(file).then(
      (content) =>
        response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'text/plain' }).end(content),
      () => response.writeHead(404, { 'content-type': 'text/plain' }).end('nothing is deployed here\n'),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    folder,
    async ready() {
      await mkdir(join(folder, 'live'), { recursive: true });
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
