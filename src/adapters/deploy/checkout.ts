import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';

const FULL_OID = /^[0-9a-f]{40,64}$/u;

/**
 * Lays out exactly the files of a commit in a new folder, hands it to `work`, and removes it afterwards.
 *
 * `store` is a git folder that has the commit; blobs that it lacks are fetched by git itself.
 *
 * @throws Error when git cannot read the commit.
 */
export async function withCheckout<T>(
  store: string,
  commit: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  if (!FULL_OID.test(commit)) throw new Error('a checkout needs the full name of a commit');
  const folder = await mkdtemp(join(tmpdir(), 'tonic-candidate-'));
  try {
    await layOut(store, commit, folder);
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function layOut(store: string, commit: string, folder: string): Promise<void> {
  const environment = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0' };
  const archive = spawn('git', [`--git-dir=${store}`, 'archive', '--format=tar', commit], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const unpack = spawn('tar', ['-x', '-C', folder], { env: environment, stdio: ['pipe', 'ignore', 'pipe'] });
  archive.stdout.pipe(unpack.stdin);
  const errors: string[] = [];
  archive.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  unpack.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  const [packed, unpacked] = await Promise.all([once(archive, 'close'), once(unpack, 'close')]);
  if (packed[0] !== 0 || unpacked[0] !== 0) {
    throw new Error(`the candidate could not be laid out: ${errors.join('').slice(0, 500)}`);
  }
}
