import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeParity, type ComparedCommit, type ParityFacts } from '../../../src/domain/flow.ts';
import { someParityFacts } from '../../support/builders.ts';

/** Few patch ids, so that commits often meet an equal one. */
const patchId = fc.option(fc.constantFrom('a', 'b', 'c', 'd'), { nil: null, freq: 6 });

function side(name: string): fc.Arbitrary<ComparedCommit[]> {
  const shape = fc.record({ patchId, inner: fc.array(patchId, { maxLength: 3 }) });
  return fc.array(shape, { maxLength: 6 }).map((commits) =>
    commits.map((commit, index) => ({
      oid: `${name}${index}`,
      title: `Commit ${name}${index}`,
      patchId: commit.patchId,
      inner: commit.inner.map((id, at) => ({ oid: `${name}${index}.${at}`, patchId: id })),
    })),
  );
}

const facts: fc.Arbitrary<ParityFacts> = fc
  .record({
    uatOnly: side('u'),
    prodOnly: side('p'),
    inFlight: fc.array(fc.nat({ max: 11 }), { maxLength: 4 }),
  })
  .map(({ uatOnly, prodOnly, inFlight }) => {
    const oids = [...uatOnly, ...prodOnly].map(({ oid }) => oid);
    return someParityFacts({
      uatOnly,
      prodOnly,
      inFlight: new Set(inFlight.flatMap((index) => oids[index] ?? [])),
    });
  });

const SWAPPED = {
  aligned: 'aligned',
  diverged: 'diverged',
  uat_ahead: 'prod_ahead',
  prod_ahead: 'uat_ahead',
} as const;

describe('the verdict on any two histories', () => {
  it('is turned round when the sides are', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const verdict = judgeParity(given);
        const swapped = judgeParity({
          ...given,
          uat: given.prod,
          prod: given.uat,
          uatOnly: given.prodOnly,
          prodOnly: given.uatOnly,
        });
        expect(swapped).toEqual({
          ...verdict,
          state: SWAPPED[verdict.state],
          uat: verdict.prod,
          prod: verdict.uat,
          uatOnly: verdict.prodOnly,
          prodOnly: verdict.uatOnly,
        });
      }),
    );
  });

  it('stays when both sides get one more equal change', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const more = { title: 'more', patchId: 'new on both', inner: [] };
        const after = judgeParity({
          ...given,
          uatOnly: [...given.uatOnly, { ...more, oid: 'u99' }],
          prodOnly: [...given.prodOnly, { ...more, oid: 'p99' }],
        });
        const before = judgeParity(given);
        expect(after).toEqual({ ...before, equivalent: before.equivalent + 2 });
      }),
    );
  });

  it('turns away from aligned when one side gets a change that nobody has', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const news = { oid: 'u99', title: 'news', patchId: 'news', inner: [] };
        const verdict = judgeParity({ ...given, uatOnly: [...given.uatOnly, news] });
        expect(['uat_ahead', 'diverged']).toContain(verdict.state);
        expect(verdict.uatOnly.at(-1)).toEqual({ oid: 'u99', title: 'news' });
      }),
    );
  });

  it('counts every commit exactly once: as a difference, as known to both, or as in flight', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const verdict = judgeParity(given);
        const counted = verdict.uatOnly.length + verdict.prodOnly.length;
        expect(counted + verdict.equivalent + verdict.inFlight).toBe(
          given.uatOnly.length + given.prodOnly.length,
        );
      }),
    );
  });

  it('is aligned exactly when nothing counts', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const { state, uatOnly, prodOnly } = judgeParity(given);
        const byCount = [uatOnly.length > 0, prodOnly.length > 0].join();
        expect(state).toBe(
          {
            'false,false': 'aligned',
            'true,false': 'uat_ahead',
            'false,true': 'prod_ahead',
            'true,true': 'diverged',
          }[byCount],
        );
      }),
    );
  });

  it('is aligned when a history is compared with a pick of all of it', () => {
    fc.assert(
      fc.property(side('u'), (uatOnly) => {
        const prodOnly = uatOnly.map((commit) => ({ ...commit, oid: `picked-${commit.oid}`, inner: [] }));
        expect(judgeParity(someParityFacts({ uatOnly, prodOnly })).state).toBe('aligned');
      }),
    );
  });

  it('is aligned on equal trees, and when everything is in flight', () => {
    fc.assert(
      fc.property(facts, (given) => {
        expect(judgeParity({ ...given, sameTree: true }).state).toBe('aligned');
        const inFlight = new Set([...given.uatOnly, ...given.prodOnly].map(({ oid }) => oid));
        expect(judgeParity({ ...given, inFlight }).state).toBe('aligned');
      }),
    );
  });
});
