import { existsSync, mkdirSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import type { Desk } from '../desk.ts';
import type { StepLog } from '../log.ts';
import { fullNameOf } from '../../world.ts';
import { DONE, inputOf, type Perform, type ReadyStep } from './perform.ts';

interface Wish {
  folder: string;
  url: string;
  /** What to fetch: a sha or a ref. */
  fetch: string;
  /** The branch to stand on afterwards, or `null` for a detached head. */
  branch: string | null;
  token: string;
  depth: number;
  persist: boolean;
}

/**
 * Does `actions/checkout` against the sandbox: fetch over HTTP with the token, stand on the ref, leave or take away the
 * credentials.
 *
 * Source: github.com/actions/checkout, README; the header's key and form are those of that action.
 */
export const performCheckout: Perform = async (desk, step, log) => {
  refuseInputs(step);
  const wish = readWish(desk, step);
  mkdirSync(wish.folder, { recursive: true });
  const basic = Buffer.from(`x-access-token:${wish.token}`).toString('base64');
  desk.masks.add(wish.token);
  desk.masks.add(basic);
  const header = `http.${desk.live.parts.kernel.urls.web}/.extraheader`;
  const run = createGitRunner(desk, wish.folder, log);

  if (!existsSync(resolve(wish.folder, '.git'))) await run(['init', '--quiet', '--initial-branch=main', '.']);
  await run(['remote', 'add', 'origin', wish.url]).catch(() =>
    run(['remote', 'set-url', 'origin', wish.url]),
  );
  await run(['config', '--local', header, `AUTHORIZATION: basic ${basic}`]);
  const depth = wish.depth > 0 ? [`--depth=${wish.depth}`] : [];
  const refs =
    wish.depth > 0
      ? [`+${wish.fetch}:refs/remotes/pull-or-branch/head`]
      : [
          '+refs/heads/*:refs/remotes/origin/*',
          '+refs/tags/*:refs/tags/*',
          `+${wish.fetch}:refs/remotes/pull-or-branch/head`,
        ];
  await run([
    '-c',
    'protocol.version=2',
    'fetch',
    '--quiet',
    '--no-tags',
    '--prune',
    ...depth,
    'origin',
    ...refs,
  ]);
  const target = 'refs/remotes/pull-or-branch/head';
  await run(
    wish.branch === null
      ? ['checkout', '--quiet', '--force', '--detach', target]
      : ['checkout', '--quiet', '--force', '-B', wish.branch, target],
  );
  await run(['update-ref', '-d', target]);
  if (!wish.persist) await run(['config', '--local', '--unset-all', header]);
  else
    desk.posts.push({
      name: 'Post Run actions/checkout',
      perform: (postLog) =>
        createGitRunner(
          desk,
          wish.folder,
          postLog,
        )(['config', '--local', '--unset-all', header]).then(() => true),
    });
  return DONE;
};

/** Inputs that would change what is checked out and that are not done here. */
function refuseInputs(step: ReadyStep): void {
  for (const name of ['ssh-key', 'lfs', 'submodules', 'sparse-checkout', 'filter']) {
    const value = inputOf(step, name);
    if (value !== '' && value !== 'false')
      throw new Error(`The sandbox's actions/checkout does not support \`${name}\``);
  }
}

function readWish(desk: Desk, step: ReadyStep): Wish {
  const { live, folders } = desk;
  const { kernel } = live.parts;
  const own = fullNameOf(kernel.world, live.repository);
  const repository = inputOf(step, 'repository') || own;
  const folder = resolve(folders.workspace, inputOf(step, 'path') || '.');
  if (folder !== folders.workspace && !folder.startsWith(folders.workspace + sep)) {
    throw new Error(`Repository path '${folder}' is not under '${folders.workspace}'`);
  }
  return {
    ...readRef(desk, inputOf(step, 'ref'), repository.toLowerCase() === own.toLowerCase()),
    folder,
    url: `${kernel.urls.web}/${repository}`,
    token: inputOf(step, 'token') || desk.view.token,
    depth: Number(inputOf(step, 'fetch-depth') || '1'),
    persist: inputOf(step, 'persist-credentials') !== 'false',
  };
}

function readRef(desk: Desk, ref: string, isOwn: boolean): Pick<Wish, 'fetch' | 'branch'> {
  const { run } = desk.live;
  if (ref === '') {
    if (!isOwn) return { fetch: 'HEAD', branch: null };
    return {
      fetch: run.sha,
      branch: run.ref.startsWith('refs/heads/') ? run.ref.slice('refs/heads/'.length) : null,
    };
  }
  if (/^[0-9a-f]{40}$/.test(ref) || ref.startsWith('refs/pull/') || ref.startsWith('refs/tags/'))
    return { fetch: ref, branch: null };
  const branch = ref.replace(/^refs\/heads\//, '');
  return { fetch: `refs/heads/${branch}`, branch };
}

/** Runs git in the checkout, with nothing of the machine's configuration. */
function createGitRunner(desk: Desk, folder: string, log: StepLog): (args: string[]) => Promise<void> {
  return async (args) => {
    const shown = args.map((one) => desk.masks.apply(one)).join(' ');
    log.note(`[command]git ${shown}`);
    const code = await desk.live.children.run({
      owner: desk.job.id,
      file: 'git',
      args,
      cwd: folder,
      env: {
        PATH: process.env['PATH'] ?? '/usr/bin:/bin',
        HOME: desk.folders.home,
        GIT_TERMINAL_PROMPT: '0',
        GIT_CONFIG_NOSYSTEM: '1',
        LC_ALL: 'C',
      },
      onLine: log.note,
    });
    if (code !== 0)
      throw new Error(`The process 'git ${shown}' failed with exit code ${code ?? 'of a signal'}`);
  };
}
