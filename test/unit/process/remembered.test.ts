import { describe, expect, it } from 'vitest';
import { remembered } from '../../../src/process/remembered.ts';

/** A question that counts how often it is asked, and fails for `bad`. */
function counting() {
  const asked: string[] = [];
  const ask = remembered(2, async (what: string, more: { readonly n: number }) => {
    asked.push(`${what}${more.n}`);
    await Promise.resolve();
    if (what === 'bad') throw new Error('it failed');
    return `${what}!`;
  });
  return { asked, ask };
}

describe('a question that is remembered', () => {
  it('is asked once, also by those who ask while it is being answered', async () => {
    const { asked, ask } = counting();
    const answers = await Promise.all([ask('a', { n: 1 }), ask('a', { n: 1 }), ask('a', { n: 2 })]);
    expect(answers).toEqual(['a!', 'a!', 'a!']);
    await ask('a', { n: 1 });
    expect(asked).toEqual(['a1', 'a2']);
  });

  it('is asked again once it failed', async () => {
    const { asked, ask } = counting();
    await expect(ask('bad', { n: 1 })).rejects.toThrow('it failed');
    await expect(ask('bad', { n: 1 })).rejects.toThrow('it failed');
    expect(asked).toEqual(['bad1', 'bad1']);
  });

  it('is forgotten for newer ones', async () => {
    const { asked, ask } = counting();
    for (const n of [1, 2, 3, 1, 3]) await ask('a', { n });
    expect(asked).toEqual(['a1', 'a2', 'a3', 'a1']);
  });
});
