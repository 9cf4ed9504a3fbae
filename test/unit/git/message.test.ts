import { expect, test } from 'vitest';
import { pickedMessage } from '../../../src/adapters/git/message.ts';
import { cpuMs } from '../../support/cpu-time.ts';

test('a message with a long run of blanks before a word is picked at once, and as it is', () => {
  const blanks = ' '.repeat(60_000);
  let picked = '';
  expect(
    cpuMs(() => (picked = pickedMessage(`Mend${blanks}it${blanks}\n`, 'a'.repeat(40), []))),
  ).toBeLessThan(1_000);
  expect(picked).toBe(`Mend${blanks}it\n\n(cherry picked from commit ${'a'.repeat(40)})\n`);
});
