import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { Shop } from './e2e-shop.ts';

const TONIC = join(import.meta.dirname, '../../src/cli/tonic.ts');

/** How a command ended. */
interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Types `tonic …` in a folder, with nothing set but what is given. */
export function typeTonic(
  folder: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<Ended> {
  // The second is where node keeps what it has compiled.
  const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [TONIC, ...args],
      { cwd: folder, env: { PATH, NODE_COMPILE_CACHE, ...variables } },
      (error, out, err) => {
        const code = error === null ? 0 : Number(error.code);
        resolve({ code, out, err });
      },
    );
  });
}

/** What somebody sets who has a person's token, the App's key, and the sandbox's time. */
export function personOf({ demo }: Shop, name: string): Record<string, string> {
  const [app] = demo.sandbox.world.apps.filter(({ slug }) => slug === 'tonic-deploy');
  return {
    GITHUB_API_URL: demo.sandbox.apiUrl,
    GITHUB_TOKEN: demo.people[name]?.token ?? '',
    APP_ID: String(app?.id),
    PRIVATE_KEY: app?.privateKeyPem ?? '',
    TONIC_CLOCK_OFFSET_MS: String(demo.sandbox.clock.nowMs() - Date.now()),
  };
}
