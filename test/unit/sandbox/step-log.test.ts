import { expect, test } from 'vitest';
import { createMasks, createStepLog } from '../../../src/sandbox/actions/log.ts';

function openLog() {
  const lines: string[] = [];
  const log = createStepLog({
    masks: createMasks(),
    append: (line) => void lines.push(line),
    annotate: () => undefined,
    now: () => 'T',
  });
  return { lines, log };
}

test.each([
  ['::add-mask::blue', '*** sky'],
  ['##[add-mask]blue', '*** sky'],
  ['uat | x ##[add-mask]blue', '*** sky'],
  ['x ::add-mask::blue', 'blue sky'],
  ['uat | ## [add-mask]blue', 'blue sky'],
  ['##[paint]blue', 'blue sky'],
])('a runner obeys what it takes for a command: after "%s" it shows "%s"', (command, shown) => {
  const { lines, log } = openLog();
  log.output(command);
  log.output('blue sky');
  expect(lines.at(-1)).toBe(`T ${shown}`);
});

test('the command of old to set an output is told of, like the one of today', () => {
  const { lines, log } = openLog();
  log.output('uat | a title ##[set-output name=prod;]true');
  expect(lines).toEqual(["T ##[warning]The command 'set-output' is not supported"]);
});
