import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createCommandDeployer,
  type CommandDeployerOptions,
} from '../../../src/adapters/deploy/command-deployer.ts';
import { createRedaction } from '../../../src/domain/redact.ts';
import { createGitRepository } from '../../../src/adapters/git/repository.ts';
import type { Log } from '../../../src/ports/log.ts';
import type { CommandResult } from '../../../src/ports/deployer.ts';
import type { Repository } from '../../../src/ports/repository.ts';
import { aDeployRequest } from '../../support/builders.ts';

let folder: string;
let repository: Repository;
let tree: string;
let scratchFolder: string;
let candidate: string;

function git(where: string, ...args: string[]): string {
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 'Mona',
    GIT_AUTHOR_EMAIL: 'mona@acme.io',
    GIT_COMMITTER_NAME: 'Mona',
    GIT_COMMITTER_EMAIL: 'mona@acme.io',
  };
  return execFileSync('git', args, { cwd: where, env: environment, encoding: 'utf8' }).trim();
}

const SILENT: Log = { info() {}, warn() {}, error() {} };
const redaction = createRedaction([]);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tonic-deployer-test-'));
  scratchFolder = join(folder, 'scratch');
  mkdirSync(scratchFolder);
  const work = join(folder, 'work');
  mkdirSync(join(work, 'app'), { recursive: true });
  git(work, 'init', '--quiet', '-b', 'main');
  writeFileSync(join(work, 'app', 'run.sh'), '#!/bin/sh\necho runs\n');
  chmodSync(join(work, 'app', 'run.sh'), 0o755);
  writeFileSync(join(work, 'VERSION'), '1.2.3\n');
  writeFileSync(join(work, 'binary'), Buffer.from([0, 255, 13, 10, 0]));
  // `git archive` would leave out the one and rewrite the other.
  writeFileSync(join(work, '.gitattributes'), 'VERSION export-ignore\nformat export-subst\nx filter=evil\n');
  writeFileSync(join(work, 'format'), '$Format:%H$\n');
  writeFileSync(join(work, 'x'), 'x\n');
  writeFileSync(join(work, 'ä "odd" $(name);\n.txt'), 'odd\n');
  symlinkSync('VERSION', join(work, 'link'));
  git(work, 'add', '.');
  git(work, 'commit', '--quiet', '-m', 'one');
  candidate = git(work, 'rev-parse', 'HEAD');
  writeFileSync(join(work, 'VERSION'), '2.0.0\n');
  git(work, 'commit', '--quiet', '-am', 'two');
  tree = git(work, 'rev-parse', `${candidate}^{tree}`);
  git(work, 'config', 'uploadpack.allowFilter', 'true');
  git(work, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
  repository = createGitRepository({
    directory: join(folder, 'store.git'),
    url: work,
    authorization: () => Promise.resolve(null),
    identity: { name: 'Tonic', email: 'tonic@acme.io' },
  });
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function deploy(
  run: string,
  changes: Partial<CommandDeployerOptions> & { readonly timeoutMinutes?: number } = {},
): Promise<CommandResult & { readonly logged: string[] }> {
  const logged: string[] = [];
  const info = (line: string) => void logged.push(line);
  const deployer = createCommandDeployer({
    repository,
    scratchFolder,
    variables: { PATH: process.env['PATH'] },
    log: { info, warn: info, error: info },
    redaction,
    ...changes,
  });
  const command = { run, timeoutMinutes: changes.timeoutMinutes ?? 1 };
  const result = await deployer.run(command, aDeployRequest({ candidate }));
  return { ...result, logged };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

describe('the folder that a command runs in', () => {
  it('holds exactly the files of the candidate, byte for byte', async () => {
    const kept = join(folder, 'kept');
    const { ok } = await deploy(`cp -a . '${kept}'`);
    expect(ok).toBe(true);
    const scratch = join(folder, 'again');
    git(folder, 'init', '--quiet', scratch);
    git(scratch, '--work-tree', kept, 'add', '-A', '-f');
    expect(git(scratch, 'write-tree')).toBe(tree);
    expect(readdirSync(kept)).not.toContain('.git');
  });

  it('is gone afterwards, also when the command fails', async () => {
    await deploy('mkdir -p a/b');
    await deploy('mkdir -p a/b; exit 3');
    expect(readdirSync(scratchFolder)).toEqual([]);
  });

  it('is not made for a commit that is not there', async () => {
    const attempt = createCommandDeployer({
      repository,
      scratchFolder,
      variables: {},
      log: SILENT,
      redaction,
    }).run({ run: 'true', timeoutMinutes: 1 }, aDeployRequest({ candidate: 'd'.repeat(40) }));
    await expect(attempt).rejects.toMatchObject({ name: 'GitFailure' });
    expect(readdirSync(scratchFolder)).toEqual([]);
  });
});

describe('a command', () => {
  it('is told environment, candidate and release, and sees nothing else of this process', async () => {
    const { output } = await deploy(
      'env | cut -d= -f1 | sort | tr "\\n" " "; echo; echo "$TONIC_ENVIRONMENT $TONIC_CANDIDATE $TONIC_RELEASE_ID"',
      {
        variables: { PATH: process.env['PATH'], GITHUB_TOKEN: 'ghs_secret', SECRET: 'x', AWS_PROFILE: 'a' },
        passOn: ['AWS_PROFILE', 'GITHUB_TOKEN'],
      },
    );
    const [names, facts] = output.split('\n');
    const shell = ['PWD', 'SHLVL', '_', 'OLDPWD'];
    expect(
      names
        ?.trim()
        .split(' ')
        .filter((name) => !shell.includes(name)),
    ).toEqual([
      'AWS_PROFILE',
      'PATH',
      'TONIC_ARTIFACT_DIGEST',
      'TONIC_CANDIDATE',
      'TONIC_ENVIRONMENT',
      'TONIC_FENCING_TOKEN',
      'TONIC_OUTPUT',
      'TONIC_PREVIOUS',
      'TONIC_RELEASE_ID',
      'TONIC_ROLLBACK',
      'TONIC_ROLLOUT_PERCENT',
      'TONIC_ROLLOUT_STEP',
      'TONIC_ROLLOUT_STEPS',
      'TONIC_SERVICE',
      'TONIC_STRATEGY',
    ]);
    expect(facts).toBe(`uat ${candidate} 2026-11-20-T1-uat`);
  });

  it.each([
    ['exit 7', 7],
    ['false; echo on', 1],
    ['echo "$NOT_SET"; echo on', 1],
    ['false | cat; echo on', 1],
  ])('that fails is stopped there: %s', async (run, exitCode) => {
    const result = await deploy(run);
    expect(result).toMatchObject({ ok: false, exitCode, timedOut: false });
    expect(result.output).not.toContain('on\n');
  });

  it('has no input', async () => {
    expect((await deploy('cat; echo end')).output).toBe('end\n');
  });

  it('is logged line by line, both outputs, without colours and orders to the runner', async () => {
    const run = String.raw`printf '\033[31mred\033[0m\n'; echo '::set-output name=a::b'; echo 'a ##[add-mask]b'; printf 'no end' >&2`;
    const { logged, output } = await deploy(run);
    expect(logged.toSorted()).toEqual([
      'uat | ::set-output name=a::b',
      'uat | a ## [add-mask]b',
      'uat | no end',
      'uat | red',
    ]);
    expect(output).toContain('no end\n');
  });

  it('shows no secret, in log or output', async () => {
    const { logged, output } = await deploy(
      'echo "token ghs_abc.DEF.0123456789abcdef"; printf -- "-----BEGIN PRIVATE KEY-----\\nMIIEsecret\\n-----END PRIVATE KEY-----\\n"; echo "pass=hunter2hunter2" >&2',
      { redaction: createRedaction(['hunter2hunter2']) },
    );
    for (const text of [output, logged.join('\n')]) {
      expect(text).toContain('token ***');
      expect(text).not.toMatch(/DEF|MIIE|hunter2/u);
    }
  });

  it('leaves the last 4,000 characters of its output', async () => {
    const { output, logged } = await deploy('for i in $(seq 1 2000); do echo "line $i"; done');
    expect(output.length).toBe(4_000);
    expect(output.endsWith('line 2000\n')).toBe(true);
    expect(logged).toHaveLength(2_000);
  });

  it('whose time is up is ended with all that it started', async () => {
    const pids = join(folder, 'pids');
    const run = `sleep 300 & echo $! >'${pids}'; (trap '' TERM; sleep 300 & echo $! >>'${pids}'; wait) & echo started; wait`;
    const result = await deploy(run, { timeoutMinutes: 0.01 });
    expect(result).toMatchObject({ ok: false, exitCode: null, timedOut: true });
    expect(result.output).toBe('started\nended: it took longer than 0.01 minutes\n');
    const started = readFileSync(pids, 'utf8').trim().split('\n').map(Number);
    expect(started).toHaveLength(2);
    expect(started.filter(isAlive)).toEqual([]);
  });

  it('that ends takes what it left in the background with it, and is not waited for longer', async () => {
    const pids = join(folder, 'background');
    const { ok, output } = await deploy(`sleep 300 & echo $! >'${pids}'; echo done`);
    expect({ ok, output }).toEqual({ ok: true, output: 'done\n' });
    expect(isAlive(Number(readFileSync(pids, 'utf8')))).toBe(false);
  });

  it('is not changed by what is in it or told to it', async () => {
    const marker = join(folder, 'marker');
    const deployer = createCommandDeployer({
      repository,
      scratchFolder,
      variables: { PATH: process.env['PATH'] },
      log: SILENT,
      redaction,
    });
    const releaseId = `$(touch '${marker}')\`touch '${marker}'\`; touch '${marker}'`;
    const result = await deployer.run(
      { run: 'echo "$TONIC_RELEASE_ID"', timeoutMinutes: 1 },
      aDeployRequest({ candidate, releaseId }),
    );
    expect(result.output).toBe(`${releaseId}\n`);
    expect(readdirSync(folder)).not.toContain('marker');
  });

  it('without bash is a failure in so many words', async () => {
    const result = await deploy('true', {
      variables: { PATH: '/nowhere' },
    });
    expect(result).toMatchObject({ ok: false, exitCode: null, timedOut: false });
    expect(result.output).toBe('bash could not be started: ENOENT\n');
  });
});

describe('what a command writes to TONIC_OUTPUT', () => {
  it('is told on, by name', async () => {
    const { outputs } = await deploy(
      'echo "digest=sha256:12ab" >> "$TONIC_OUTPUT"; echo "version = 1" >> "$TONIC_OUTPUT"; echo "flag.new_cart=on" >> "$TONIC_OUTPUT"; echo "digest=sha256:34cd" >> "$TONIC_OUTPUT"',
    );
    expect(outputs).toEqual({ digest: 'sha256:34cd', 'flag.new_cart': 'on' });
  });

  it('holds no secrets and no orders to a terminal', async () => {
    const { outputs } = await deploy(
      String.raw`printf 'version=[31mhush-hush-hush 1
' > "$TONIC_OUTPUT"`,
      { redaction: createRedaction(['hush-hush-hush']) },
    );
    expect(outputs['version']).not.toContain('hush');
    expect(outputs['version']).toMatch(/^\P{Cc}* 1$/u);
  });

  it.each([
    ['nothing', 'true'],
    ['no file', 'rm "$TONIC_OUTPUT"'],
    ['a folder', 'rm "$TONIC_OUTPUT"; mkdir "$TONIC_OUTPUT"'],
    ['garbage', 'head -c 300000 /dev/zero > "$TONIC_OUTPUT"'],
  ])('is nothing when it is %s', async (_, run) => {
    expect(await deploy(run)).toMatchObject({ ok: true, outputs: {} });
  });
});
