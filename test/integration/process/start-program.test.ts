import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { askProgram, ProgramFailed } from '../../../src/process/ask-program.ts';
import { runProgram } from '../../../src/process/run-program.ts';
import { startProgram, type Program } from '../../../src/process/start-program.ts';

const NODE = process.execPath;

function aProgram(script: string, overrides: Partial<Program> = {}): Program {
  return {
    program: NODE,
    args: ['-e', script],
    folder: process.cwd(),
    environment: { PATH: process.env['PATH'] ?? '' },
    ...overrides,
  };
}

/** Runs it to its end, its output as text. */
async function outcomeOf(program: Program, input: string | Buffer = '') {
  const ran = await runProgram(program, input);
  return { ...ran, stdout: ran.stdout.toString() };
}

function ask(script: string, variables = {}): Promise<string> {
  return askProgram({ program: NODE, args: ['-e', script], folder: '/', variables });
}

describe('a program that is asked', () => {
  test('has the environment of this process and what is given beside, and gives what it prints', async () => {
    const script = 'console.log(process.cwd(), process.env.PATH === process.env.OUR_PATH, process.env.ONE)';
    const variables = { ONE: '1', OUR_PATH: process.env['PATH'] ?? '' };
    expect(await ask(script, variables)).toBe('/ true 1');
  });

  test('fails by its own words, or by how it ended where it has none', async () => {
    const spoken = ask('console.error("no such thing"); process.exit(3)');
    await expect(spoken).rejects.toThrow(new ProgramFailed('no such thing'));
    await expect(ask('process.exit(3)')).rejects.toThrow('ended by 3');
    await expect(ask('process.kill(process.pid, "SIGKILL")')).rejects.toThrow('ended by SIGKILL');
    await expect(askProgram({ program: '/none', args: [] })).rejects.not.toBeInstanceOf(ProgramFailed);
  });
});

describe('a program', () => {
  test('gets its input, and both its outputs are told apart', async () => {
    const script =
      'process.stdin.on("data", (c) => process.stdout.write(String(c).toUpperCase())); console.error("aside")';
    expect(await outcomeOf(aProgram(script), 'words')).toEqual({
      code: 0,
      signal: null,
      stdout: 'WORDS',
      stderr: 'aside\n',
    });
  });

  test('runs in its folder, with its own environment and nothing of ours', async () => {
    const script = 'console.log(process.cwd(), Object.keys(process.env).sort().join())';
    const { stdout } = await outcomeOf(
      aProgram(script, { folder: '/', environment: { ONE: '1', PATH: '' } }),
    );
    expect(stdout).toBe('/ ONE,PATH\n');
  });

  test('may print more than any pipe holds', async () => {
    const { stdout, code } = await outcomeOf(aProgram('process.stdout.write("x".repeat(5_000_000))'));
    expect([stdout.length, code]).toEqual([5_000_000, 0]);
  });

  test('may be given more than any pipe holds', async () => {
    const script =
      'let n = 0; process.stdin.on("data", (c) => (n += c.length)).on("end", () => console.log(n))';
    expect((await outcomeOf(aProgram(script), Buffer.alloc(5_000_000))).stdout).toBe('5000000\n');
  });

  test('may end without reading what it is given', async () => {
    expect(await outcomeOf(aProgram('process.exit(3)'), Buffer.alloc(5_000_000))).toMatchObject({ code: 3 });
  });

  test('that is not there says so', async () => {
    await expect(outcomeOf(aProgram('', { program: 'no-such-program' }))).rejects.toThrow(/ENOENT/u);
  });

  test('that may not run longer is ended', async () => {
    const hung = aProgram('setInterval(() => undefined, 1_000)', { timeoutMs: 300 });
    expect(await outcomeOf(hung)).toMatchObject({ code: null, signal: 'SIGTERM' });
  });

  test('that leads a group is signalled with all that it started', async () => {
    const script = 'sleep 60 & echo started; wait';
    const running = await startProgram(
      aProgram('', { program: 'bash', args: ['-c', script], ownGroup: true }),
    );
    running.stderr.resume();
    await once(running.stdout, 'data');
    process.kill(-running.pid, 'SIGTERM');
    expect(await running.ended).toEqual({ code: null, signal: 'SIGTERM' });
  });

  test('has ended also while something that it started holds its output open', async () => {
    const running = await startProgram(
      aProgram('', { program: 'bash', args: ['-c', 'sleep 60 & exit 4'], ownGroup: true }),
    );
    running.stdout.resume();
    running.stderr.resume();
    expect(await running.exited).toEqual({ code: 4, signal: null });
    process.kill(-running.pid, 'SIGKILL');
    expect(await running.ended).toEqual({ code: 4, signal: null });
  });

  test('keeps apart from fifty others that run at the same time', async () => {
    const numbers = Array.from({ length: 50 }, (_, index) => String(index));
    const outcomes = await Promise.all(
      numbers.map((word) =>
        outcomeOf({ ...aProgram(''), program: 'sh', args: ['-c', `cat; echo ${word} >&2`] }, word),
      ),
    );
    expect(outcomes.map(({ stdout, stderr }) => [stdout, stderr])).toEqual(
      numbers.map((word) => [word, `${word}\n`]),
    );
  });
});

test('when the small process dies, what runs is told so, and the next program gets a new one', async () => {
  const hung = await startProgram(aProgram('process.stdin.resume()'));
  const [starter] = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').split(' ');
  process.kill(Number(starter), 'SIGKILL');
  await expect(hung.ended).rejects.toThrow(/its starter ended/u);
  expect(await outcomeOf(aProgram('console.log("again")'))).toMatchObject({ stdout: 'again\n' });
});

test('when its process is killed, what runs is ended', async () => {
  const script = `
    import { startProgram } from ${JSON.stringify(join(import.meta.dirname, '../../../src/process/start-program.ts'))};
    const environment = { PATH: process.env['PATH'] ?? '' };
    const args = ['-c', 'echo $$; exec tail -f /dev/null'];
    const { stdout } = await startProgram({ program: 'sh', args, folder: '/', environment });
    stdout.pipe(process.stdout);
  `;
  const killed = spawn(NODE, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [pid] = z.tuple([z.instanceof(Buffer)]).parse(await once(killed.stdout, 'data'));
  process.kill(Number(pid), 0);
  killed.kill('SIGKILL');
  await vi.waitFor(() => expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH'), { timeout: 10_000 });
});
