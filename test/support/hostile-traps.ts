import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Traps } from './hostile.ts';

/** Traps that are set: a file that is not there yet, and a server that remembers who asked it. */
export interface OpenTraps extends Traps {
  /** What was asked for, oldest first. */
  asked(): readonly string[];
  close(): Promise<void>;
}

/** Sets the traps that hostile texts name. */
export async function openTraps(): Promise<OpenTraps> {
  const folder = mkdtempSync(join(tmpdir(), 'tonic-canary-'));
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return {
    canary: join(folder, 'canary'),
    url: `http://127.0.0.1:${port}/trap`,
    asked: () => asked,
    close: async () => {
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true });
    },
  };
}
