import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  chmodSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createGitRepository } from '../../src/adapters/git/repository.ts';
import type { Oid, Repository } from '../../src/ports/repository.ts';

export const PICK_TIME_MS = Date.UTC(2026, 10, 20, 22, 0, 0);

/** What a commit puts at a path. `null` deletes it. */
export type FileContent =
  | string
  | Buffer
  | null
  | { readonly link: string }
  | { readonly script: string }
  | { readonly submodule: Oid };

interface CommitOptions {
  readonly message?: string;
  readonly author?: string;
}

/** A repository that people work in (with a work tree) and the bare one that it is pushed to. */
export interface Origin {
  readonly url: string;
  readonly folder: string;
  git(...args: readonly string[]): string;
  /** Commits on the current branch. */
  commit(files: Readonly<Record<string, FileContent>>, options?: CommitOptions): Oid;
  /** Switches to a branch, made at `at` where it is new. */
  on(branch: string, at?: string): void;
  merge(branch: string, message?: string): Oid;
  /** Changes the last commit, as somebody does who mends a merge by hand. */
  amend(files: Readonly<Record<string, FileContent>>): Oid;
  /** Picks a commit onto the current branch, as people do. */
  cherryPickHere(commit: Oid): Oid;
  /** Moves `main` to what a rebase makes of the commits on `onto`: their copies, without a word about it. */
  cherryPickPlainly(onto: Oid, commits: readonly Oid[]): Oid;
  /** Pushes everything, as it is now. */
  publish(): void;
  /** The value of a ref in the bare repository. */
  remote(ref: string): Oid | null;
  /** A fresh adapter on a fresh store. */
  open(options?: {
    readonly directory?: string;
    readonly log?: (line: string) => void;
    readonly url?: string;
  }): Repository;
  /** What plain `git cherry-pick -x` makes of these commits, `null` where it stops. */
  cherryPick(onto: string, commits: readonly Oid[]): Oid | null;
  /** What plain `git merge --no-ff` makes of it, `null` where it stops. */
  mergeOnto(onto: string, head: string): Oid | null;
  dispose(): void;
}

const COMMITTER = { name: 'Tonic Deploy', email: 'tonic@example.com' };

/** Creates an origin with the branch `main` and no commits. */
export function createOrigin(): Origin {
  const folder = mkdtempSync(join(tmpdir(), 'tonic-git-'));
  const work = join(folder, 'work');
  const bare = join(folder, 'origin.git');
  let clock = Date.UTC(2026, 9, 1) / 1000;
  let stores = 0;
  const environment = (extra: Record<string, string> = {}) => ({
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Ada Author',
    GIT_AUTHOR_EMAIL: 'ada@example.com',
    GIT_COMMITTER_NAME: 'Ada Author',
    GIT_COMMITTER_EMAIL: 'ada@example.com',
    ...extra,
  });
  const run = (args: readonly string[], extra: Record<string, string> = {}, input = '') =>
    execFileSync('git', ['-C', work, ...args], {
      env: environment(extra),
      input,
      stdio: ['pipe', 'pipe', 'pipe'],
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    }).replace(/\n$/u, '');
  const git = (...args: readonly string[]) => run(args);

  cpSync(template(), folder, { recursive: true });
  appendFileSync(join(work, '.git', 'config'), `[remote "origin"]\n\turl = ${bare}\n`);

  function put(path: string, content: FileContent): void {
    const full = join(work, path);
    if (content === null) {
      git('rm', '-q', '-f', '--', path);
      return;
    }
    if (typeof content === 'object' && 'submodule' in content) {
      git('update-index', '--add', '--cacheinfo', `160000,${content.submodule},${path}`);
      return;
    }
    mkdirSync(dirname(full), { recursive: true });
    rmSync(full, { force: true });
    if (typeof content === 'string' || Buffer.isBuffer(content)) writeFileSync(full, content);
    else if ('link' in content) symlinkSync(content.link, full);
    else {
      writeFileSync(full, content.script);
      chmodSync(full, 0o755);
    }
    git('add', '-f', '--', path);
  }

  function asPicker(onto: string, args: readonly string[]): Oid | null {
    const seconds = PICK_TIME_MS / 1000;
    const committer = {
      GIT_COMMITTER_NAME: COMMITTER.name,
      GIT_COMMITTER_EMAIL: COMMITTER.email,
      GIT_COMMITTER_DATE: `${seconds} +0000`,
      GIT_MERGE_AUTOEDIT: 'no',
    };
    const back = git('symbolic-ref', '--short', 'HEAD');
    git('checkout', '-q', '--detach', onto);
    try {
      run(args, committer);
      return git('rev-parse', 'HEAD');
    } catch {
      return null;
    } finally {
      git('reset', '-q', '--hard');
      git('clean', '-q', '-f', '-d');
      git('checkout', '-q', '-f', back);
    }
  }

  return {
    url: bare,
    folder,
    git,
    commit(files, options = {}) {
      for (const [path, content] of Object.entries(files)) put(path, content);
      clock += 60;
      const author = options.author === undefined ? [] : ['--author', options.author];
      run(
        [
          'commit',
          '-q',
          '--allow-empty',
          '--allow-empty-message',
          '--cleanup=verbatim',
          ...author,
          '-F',
          '-',
        ],
        { GIT_AUTHOR_DATE: `${clock} +0200`, GIT_COMMITTER_DATE: `${clock} +0200` },
        options.message ?? `Change ${Object.keys(files).join(', ')}\n`,
      );
      return git('rev-parse', 'HEAD');
    },
    on(branch, at) {
      if (at === undefined) git('checkout', '-q', branch);
      else git('checkout', '-q', '-B', branch, at);
    },
    merge(branch, message = `Merge ${branch}`) {
      clock += 60;
      run(['merge', '-q', '--no-ff', '-m', message, branch], {
        GIT_AUTHOR_DATE: `${clock} +0200`,
        GIT_COMMITTER_DATE: `${clock} +0200`,
      });
      return git('rev-parse', 'HEAD');
    },
    amend(files) {
      for (const [path, content] of Object.entries(files)) put(path, content);
      git('commit', '-q', '--amend', '--no-edit');
      return git('rev-parse', 'HEAD');
    },
    cherryPickHere(commit) {
      git('cherry-pick', '-x', '--allow-empty', commit);
      return git('rev-parse', 'HEAD');
    },
    cherryPickPlainly(onto, commits) {
      git('checkout', '-q', '-B', 'main', onto);
      git('cherry-pick', ...commits);
      return git('rev-parse', 'HEAD');
    },
    publish: () => void git('push', '-q', '--mirror', 'origin'),
    remote(ref) {
      try {
        return execFileSync('git', ['-C', bare, 'rev-parse', '--verify', '-q', ref], {
          env: environment(),
          encoding: 'utf8',
        }).trim();
      } catch {
        return null;
      }
    },
    open(options = {}) {
      stores += 1;
      return createGitRepository({
        directory: options.directory ?? join(folder, `store-${stores}`),
        url: options.url ?? bare,
        authorization: () => Promise.resolve(null),
        identity: COMMITTER,
        ...(options.log === undefined ? {} : { log: options.log }),
      });
    },
    cherryPick(onto, commits) {
      let tip: Oid | null = git('rev-parse', onto);
      for (const commit of commits) {
        const isMerge = git('rev-list', '--parents', '-n', '1', commit).split(' ').length > 2;
        if (tip !== null) tip = asPicker(tip, ['cherry-pick', '-x', ...(isMerge ? ['-m', '1'] : []), commit]);
      }
      return tip;
    },
    mergeOnto: (onto, head) => asPicker(onto, ['merge', '-q', '--no-ff', '-m', 'Merge it', head]),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

let templateFolder: string | null = null;

/** An empty origin, made once a process, gone with the run: copying it is cheaper than making each. */
function template(): string {
  if (templateFolder !== null) return templateFolder;
  const folder = mkdtempSync(join(tmpdir(), 'tonic-git-template-'));
  const options = { env: { PATH: process.env['PATH'] ?? '', HOME: folder, GIT_CONFIG_NOSYSTEM: '1' } };
  for (const [name, ...bare] of [['work'], ['origin.git', '--bare']] as const) {
    const path = join(folder, name);
    execFileSync('git', ['init', '-q', '--template=', '-b', 'main', ...bare, path], options);
  }
  appendFileSync(
    join(folder, 'work', '.git', 'config'),
    '[gc]\n\tauto = 0\n[commit]\n\tgpgSign = false\n[core]\n\tautocrlf = false\n',
  );
  appendFileSync(
    join(folder, 'origin.git', 'config'),
    '[uploadpack]\n\tallowFilter = true\n\tallowAnySHA1InWant = true\n',
  );
  mkdirSync(join(folder, 'origin.git', 'hooks'));
  templateFolder = folder;
  return folder;
}

/** `count` lines that all differ, some of them replaced. */
export function numbered(count: number, replaced: Readonly<Record<number, string>> = {}): string {
  return Array.from({ length: count }, (_, index) => `${replaced[index + 1] ?? `line ${index + 1}`}\n`).join(
    '',
  );
}
