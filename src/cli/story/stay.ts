import { createInterface } from 'node:readline';
import type { Demo } from '../../compose-demo.ts';
import type { Telling } from './tell.ts';

/**
 * Keeps the demo up in real time until the process is told to end; Enter moves the clock to the next slot.
 * Resolves when `signal` aborts.
 */
export async function stayUp(demo: Demo, telling: Telling, signal: AbortSignal): Promise<void> {
  await demo.goOnInRealTime();
  for (const line of renderInvitation(demo, telling)) telling.write(line);
  const terminal = process.stdin.isTTY ? createInterface({ input: process.stdin, terminal: false }) : null;
  let moving = Promise.resolve();
  terminal?.on('line', () => {
    moving = moving.then(() => moveOn(demo, telling)).catch((error: unknown) => telling.write(String(error)));
  });
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
    // Nothing else keeps a process alive that has only unreferenced timers.
    const awake = setInterval(() => undefined, 60_000);
    signal.addEventListener('abort', () => clearInterval(awake), { once: true });
  });
  terminal?.close();
}

function renderInvitation(demo: Demo, { paint }: Telling): string[] {
  const { url } = demo.sandbox;
  const slots = demo.nextSlots();
  const people = Object.entries(demo.people);
  return [
    '',
    paint.bold('The story is over; everything stays up until Ctrl-C.'),
    '',
    `  ${paint.dim('open')}    ${url}/${demo.owner}/${demo.name}  issues, pull requests, workflow runs; pick whom to act as on any page`,
    `          ${demo.places.uat.url}  UAT    ${demo.places.prod.url}  PROD`,
    `  ${paint.dim('act as')}  anybody by the API at ${demo.sandbox.apiUrl} or by git, with a token:`,
    ...people.map(([login, { token, role }]) => `          ${login.padEnd(5)} ${role.padEnd(6)} ${token}`),
    `  ${paint.dim('clock')}   real time from now on, so the next slots are ${slots.map(({ kind, local }) => `${kind} on ${local}`).join(', ')}`,
    ...(process.stdin.isTTY ? [`          ${paint.bold('Enter')} moves the clock to the next one`] : []),
    '',
  ];
}

async function moveOn(demo: Demo, { write, paint }: Telling): Promise<void> {
  const [next] = demo.nextSlots();
  if (next === undefined) return;
  write(`  ${paint.cyan(next.kind)}  it is ${next.local}`);
  await demo.moveTo(next.startsAtMs);
  const run = demo.lastRun();
  write(
    `      ${run === null ? 'nothing was started' : `${run.name}: ${run.conclusion ?? run.status}  ${run.url}`}`,
  );
  const [after] = demo.nextSlots();
  if (after !== undefined) write(`      next is ${after.kind} on ${after.local}`);
}
