/**
 * Compares starting a program from the small process with starting it from this one, which is made to hold more and
 * more memory, in one run: `node test/bench/start-program.ts [rounds]`. The program is `git --version`.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startProgram } from '../../src/process/start-program.ts';

const [rounds = 64] = process.argv.slice(2).map(Number);
const environment = { PATH: process.env['PATH'] ?? '' };
const run = promisify(execFile);

async function fromSmall(): Promise<void> {
  const program = await startProgram({
    program: 'git',
    args: ['--version'],
    folder: process.cwd(),
    environment,
  });
  program.stdout.resume();
  program.stderr.resume();
  program.stdin.end();
  await program.ended;
}

const fromHere = () => run('git', ['--version'], { env: environment });

/** Milliseconds a program: on the clock, and of this process's own processor time. */
async function measure(
  start: () => Promise<unknown>,
): Promise<{ readonly wall: number; readonly own: number }> {
  const [startedMs, before] = [performance.now(), process.cpuUsage()];
  for (let round = 0; round < rounds; round += 1) await start();
  const spent = process.cpuUsage(before);
  return {
    wall: (performance.now() - startedMs) / rounds,
    own: (spent.user + spent.system) / 1_000 / rounds,
  };
}

const held: Buffer[] = [];
await fromSmall();
console.log('memory   small process (own)   this process (own)   ratio');
for (const megabytes of [0, 100, 200, 400]) {
  while (held.length < megabytes) held.push(Buffer.alloc(1 << 20, 1));
  const small = await measure(fromSmall);
  const here = await measure(fromHere);
  const [memory, ratio] = [Math.round(process.memoryUsage.rss() / 1e6), here.wall / small.wall];
  const shown = [small, here].map(({ wall, own }) => `${wall.toFixed(1)} ms (${own.toFixed(1)})`.padEnd(20));
  console.log(`${memory} MB`.padEnd(8), ...shown, `${ratio.toFixed(1)} ×`);
}
