import { readFile, writeFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runProgram } from '../../process/run-program.ts';

/** A replacement in a file, or the whole text of a new one. */
export type FileChange =
  | { readonly path: string; readonly find: string; readonly put: string }
  | { readonly path: string; readonly text: string };

/** A person's clone of a repository. */
export interface WorkingCopy {
  readonly folder: string;
  /** Makes a branch at the remote's newest `from`, commits the changes on it, and pushes it. Gives the commit. */
  pushBranch(work: {
    readonly branch: string;
    readonly from: string;
    readonly message: string;
    readonly changes: readonly FileChange[];
  }): Promise<string>;
  /** Git, in the clone; gives its output without the last newline. */
  git(...args: readonly string[]): Promise<string>;
}

/** Clones with a person's own token and name, as `git clone` does. `nowMs` gives the time of its commits. */
export async function cloneRepository(given: {
  readonly url: string;
  readonly token: string;
  readonly author: { readonly name: string; readonly email: string };
  readonly folder: string;
  readonly nowMs: () => number;
}): Promise<WorkingCopy> {
  const { url, token, author, folder, nowMs } = given;
  const header = `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;

  async function run(args: readonly string[], cwd: string): Promise<string> {
    const date = `${Math.floor(nowMs() / 1000)} +0800`;
    const { code, stdout, stderr } = await runProgram({
      program: 'git',
      args,
      folder: cwd,
      environment: {
        PATH: process.env['PATH'] ?? '',
        HOME: dirname(folder),
        LC_ALL: 'C',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_TERMINAL_PROMPT: '0',
        GIT_AUTHOR_NAME: author.name,
        GIT_AUTHOR_EMAIL: author.email,
        GIT_AUTHOR_DATE: date,
        GIT_COMMITTER_NAME: author.name,
        GIT_COMMITTER_EMAIL: author.email,
        GIT_COMMITTER_DATE: date,
        // In the environment, so that no token stands in a command line or in the clone's configuration.
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: `http.${new URL(url).origin}/.extraheader`,
        GIT_CONFIG_VALUE_0: header,
      },
    });
    if (code !== 0) throw new Error(`git ${args.join(' ')}: ${stderr.trim()}`);
    return stdout.toString('utf8').replace(/\n$/u, '');
  }

  await mkdir(dirname(folder), { recursive: true });
  await run(['clone', '--quiet', url, folder], dirname(folder));
  const git = (...args: readonly string[]) => run(args, folder);
  return {
    folder,
    git,
    async pushBranch({ branch, from, message, changes }) {
      await git('fetch', '--quiet', 'origin');
      await git('switch', '--quiet', '--force-create', branch, `origin/${from}`);
      for (const change of changes) await applyChange(folder, change);
      await git('add', '--all');
      await git('commit', '--quiet', '--message', message);
      await git('push', '--quiet', 'origin', branch);
      return git('rev-parse', 'HEAD');
    },
  };
}

async function applyChange(folder: string, change: FileChange): Promise<void> {
  const file = join(folder, change.path);
  if ('text' in change) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, change.text);
    return;
  }
  const text = await readFile(file, 'utf8');
  if (!text.includes(change.find))
    throw new Error(`${change.path} does not hold ${JSON.stringify(change.find)}`);
  await writeFile(
    file,
    text.replace(change.find, () => change.put),
  );
}
