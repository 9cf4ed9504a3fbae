import { describe, expect, it } from 'vitest';
import type { Bug } from '../../../src/domain/bug.ts';
import {
  describeParity,
  judgeParity,
  type ComparedCommit,
  type ParityFacts,
} from '../../../src/domain/flow.ts';
import { commitsInFlight } from '../../../src/domain/ledger.ts';
import { renderEvidence, renderVerdictLine } from '../../../src/domain/text/evidence.ts';
import { aBug, aCommit, aLanding, aVerdict, NOW_MS, someParityFacts } from '../../support/builders.ts';

function judge(changes: Partial<ParityFacts>) {
  return judgeParity(someParityFacts(changes));
}

const SAME = { patchId: 'same' };

describe('the versions are the same', () => {
  it('when neither side has a commit of its own', () => {
    expect(judge({})).toMatchObject({
      state: 'aligned',
      uatOnly: [],
      prodOnly: [],
      equivalent: 0,
      inFlight: 0,
    });
  });

  it('when a commit was picked from one side to the other', () => {
    const verdict = judge({ uatOnly: [aCommit('u1', SAME)], prodOnly: [aCommit('p1', SAME)] });
    expect(verdict).toMatchObject({ state: 'aligned', uatOnly: [], prodOnly: [], equivalent: 2 });
  });

  it('when several commits were picked in another order', () => {
    const verdict = judge({
      uatOnly: [aCommit('u1', { patchId: 'a' }), aCommit('u2', { patchId: 'b' })],
      prodOnly: [aCommit('p2', { patchId: 'b' }), aCommit('p1', { patchId: 'a' })],
    });
    expect(verdict.state).toBe('aligned');
  });

  it('when what differs is a fix that this system has in flight', () => {
    const verdict = judge({ uatOnly: [aCommit('u1'), aCommit('u2')], inFlight: new Set(['u1', 'u2']) });
    expect(verdict).toMatchObject({ state: 'aligned', inFlight: 2, equivalent: 0 });
  });

  it('when fixes are in flight both ways', () => {
    const verdict = judge({
      uatOnly: [aCommit('u1')],
      prodOnly: [aCommit('p1')],
      inFlight: new Set(['u1', 'p1']),
    });
    expect(verdict).toMatchObject({ state: 'aligned', inFlight: 2 });
  });

  it('when a commit changes nothing', () => {
    expect(judge({ uatOnly: [aCommit('u1', { patchId: null })] })).toMatchObject({
      state: 'aligned',
      equivalent: 1,
    });
  });

  it('when both trees are equal, whatever the commits', () => {
    const verdict = judge({
      sameTree: true,
      uatOnly: [aCommit('u1'), aCommit('u2')],
      prodOnly: [aCommit('p1')],
    });
    expect(verdict).toMatchObject({ state: 'aligned', equivalent: 3 });
  });

  it('when one side merged what the other side picked commit by commit', () => {
    const inner = [
      { oid: 'i1', patchId: 'a' },
      { oid: 'i2', patchId: 'b' },
    ];
    const picked = [aCommit('p1', { patchId: 'a' }), aCommit('p2', { patchId: 'b' })];
    const merge = aCommit('m', { inner });
    expect(judge({ uatOnly: [merge], prodOnly: picked }).state).toBe('aligned');
    expect(judge({ uatOnly: picked, prodOnly: [merge] }).state).toBe('aligned');
  });

  it('when one side merged what the other side squashed', () => {
    const inner = [
      { oid: 'i1', patchId: 'a' },
      { oid: 'i2', patchId: 'b' },
    ];
    const verdict = judge({
      uatOnly: [aCommit('m', { patchId: 'whole', inner })],
      prodOnly: [aCommit('s', { patchId: 'whole' })],
    });
    expect(verdict.state).toBe('aligned');
  });

  it('when a merge brought in picked, empty and in-flight commits only', () => {
    const inner = [
      { oid: 'i1', patchId: 'a' },
      { oid: 'i2', patchId: null },
      { oid: 'i3', patchId: 'own' },
    ];
    const verdict = judge({
      uatOnly: [aCommit('m', { inner })],
      prodOnly: [aCommit('p1', { patchId: 'a' })],
      inFlight: new Set(['i3']),
    });
    expect(verdict.state).toBe('aligned');
  });

  it('when a merge brings a change along that its own side had picked before', () => {
    const verdict = judge({
      uatOnly: [
        aCommit('u1', { patchId: 'a' }),
        aCommit('m', {
          inner: [
            { oid: 'i1', patchId: 'a' },
            { oid: 'i2', patchId: 'b' },
          ],
        }),
      ],
      prodOnly: [aCommit('p1', { patchId: 'a' }), aCommit('p2', { patchId: 'b' })],
    });
    expect(verdict.state).toBe('aligned');
  });
});

/** Both sides have a change and took it back; then comes what UAT did last. */
function takenBack(last: readonly ComparedCommit[]) {
  return {
    uatOnly: [aCommit('u1', { patchId: 'fix' }), aCommit('u2', { patchId: 'revert' }), ...last],
    prodOnly: [aCommit('p1', { patchId: 'fix' }), aCommit('p2', { patchId: 'revert' })],
  };
}

describe('the versions differ', () => {
  it.each([
    ['uat_ahead', [aCommit('u1')], []],
    ['prod_ahead', [], [aCommit('p1')]],
    ['diverged', [aCommit('u1')], [aCommit('p1')]],
  ] as const)('%s when a change is on that side only', (state, uatOnly, prodOnly) => {
    const verdict = judge({ uatOnly, prodOnly });
    expect(verdict.state).toBe(state);
    expect(verdict.uatOnly).toEqual(uatOnly.map(({ oid, title }) => ({ oid, title })));
    expect(verdict.prodOnly).toEqual(prodOnly.map(({ oid, title }) => ({ oid, title })));
  });

  it('in a commit among many that are picked or in flight', () => {
    const verdict = judge({
      uatOnly: [aCommit('u1', SAME), aCommit('u2'), aCommit('u3')],
      prodOnly: [aCommit('p1', SAME)],
      inFlight: new Set(['u3']),
    });
    expect(verdict).toMatchObject({
      state: 'uat_ahead',
      uatOnly: [{ oid: 'u2', title: 'Commit u2' }],
      equivalent: 2,
      inFlight: 1,
    });
  });

  it('in a merge that brought one change too many', () => {
    const inner = [
      { oid: 'i1', patchId: 'a' },
      { oid: 'i2', patchId: 'only-here' },
    ];
    const verdict = judge({
      uatOnly: [aCommit('m', { inner })],
      prodOnly: [aCommit('p1', { patchId: 'a' })],
    });
    expect(verdict).toMatchObject({ state: 'uat_ahead', uatOnly: [{ oid: 'm' }] });
  });

  it('when both sides took a change back and one put it on again', () => {
    expect(judge(takenBack([])).state).toBe('aligned');
    expect(judge(takenBack([aCommit('u3', { patchId: 'fix' })]))).toMatchObject({
      state: 'uat_ahead',
      uatOnly: [{ oid: 'u3' }],
      equivalent: 4,
    });
  });

  it('when one side took back a change that both had', () => {
    const verdict = judge({
      uatOnly: [aCommit('u1', SAME)],
      prodOnly: [aCommit('p1', SAME), aCommit('p2', { patchId: 'revert' })],
    });
    expect(verdict).toMatchObject({ state: 'prod_ahead', prodOnly: [{ oid: 'p2' }] });
  });
});

function inFlight(...bugs: readonly Partial<Bug>[]): string[] {
  return [...commitsInFlight(bugs.map((bug) => aBug(bug)))];
}

describe('the commits in flight', () => {
  const onUat = [aLanding({ commits: ['u1', 'u2'] })];
  const onBoth = [...onUat, aLanding({ environment: 'prod', commits: ['p1'] })];

  it('are those of bugs on their way', () => {
    expect(inFlight({ status: 'deployed_uat', landings: onUat })).toEqual(['u1', 'u2']);
    expect(inFlight({ status: 'pending_prod', landings: onUat })).toEqual(['u1', 'u2']);
    expect(
      inFlight({
        status: 'pending_uat_merge',
        landings: [aLanding({ environment: 'prod', commits: ['p1'] })],
      }),
    ).toEqual(['p1']);
    expect(
      inFlight({
        status: 'deployed_prod',
        flow: 2,
        landings: [aLanding({ environment: 'prod', commits: ['p1'] })],
      }),
    ).toEqual(['p1']);
  });

  it('stay those of a bug whose fix came to both sides', () => {
    expect(inFlight({ status: 'closed', landings: onBoth })).toEqual(['u1', 'u2', 'p1']);
    expect(inFlight({ status: 'uat_merged', landings: onBoth })).toEqual(['u1', 'u2', 'p1']);
  });

  it('are no longer those of a bug that was closed half-way', () => {
    expect(inFlight({ status: 'closed', landings: onUat })).toEqual([]);
    expect(inFlight({ status: 'rejected', landings: onUat })).toEqual([]);
  });

  it('are none before anything was deployed', () => {
    expect(inFlight({ status: 'submitted' }, { status: 'planned' })).toEqual([]);
  });
});

describe('a verdict in words', () => {
  it.each([
    [judge({}), 'UAT and PROD are on the same version'],
    [judge({ uatOnly: [aCommit('u1')] }), 'UAT is ahead of PROD by 1 commit'],
    [
      judge({ prodOnly: [aCommit('p1'), aCommit('p2')] }),
      'PROD is ahead of UAT by 2 commits; a hotfix was never brought back',
    ],
    [
      judge({ uatOnly: [aCommit('u1')], prodOnly: [aCommit('p1'), aCommit('p2')] }),
      'UAT and PROD have diverged: 1 commit on UAT only, 2 commits on PROD only',
    ],
  ])('%#', (verdict, words) => {
    expect(describeParity(verdict)).toBe(words);
  });

  it('shows both versions, where they are known from, and what did not count', () => {
    const evidence = renderEvidence(
      aVerdict({
        uat: { commit: 'a'.repeat(40), version: 'v1.2.0 @wes', source: 'tag', by: null },
        prod: { ...aVerdict().prod, by: { id: 2, login: 'max' } },
        equivalent: 2,
        inFlight: 1,
      }),
    );
    expect(evidence).toContain('a'.repeat(40));
    expect(evidence).toContain('v1.2.0 @\u200Bwes');
    expect(evidence).toContain('tag');
    expect(evidence).toContain('deployments, recorded by **max**');
    expect(evidence).toMatch(/2 .*both sides.*1 .*on their way/su);
  });

  it('names ten commits of many, the newest, and says how many there are', () => {
    const uatOnly = Array.from({ length: 25 }, (_, index) => ({
      oid: `oid${index}`,
      title: `Change ${index}`,
    }));
    const evidence = renderEvidence(aVerdict({ state: 'uat_ahead', uatOnly }));
    expect(evidence).toContain('Change 24');
    expect(evidence).toContain('Change 15');
    expect(evidence).not.toContain('Change 14');
    expect(evidence).toContain('25');
    expect(evidence).toContain('15 older');
  });

  it('keeps the title of a stranger’s commit from becoming markup', () => {
    const title = '</details><script> @everybody [x](http://evil.example) ```';
    const evidence = renderEvidence(aVerdict({ state: 'uat_ahead', uatOnly: [{ oid: 'u1', title }] }));
    expect(evidence.match(/<\/?[a-z]+>/gu)).toEqual(['<details>', '<summary>', '</summary>', '</details>']);
    expect(evidence).not.toMatch(/@\w|:\/\/|\]\(|```/u);
  });

  it('fits into a table cell', () => {
    expect(renderVerdictLine(aVerdict())).toBe('UAT `aaaaaaa` · PROD `bbbbbbb` · aligned');
  });

  it('carries the time at which it was taken', () => {
    expect(judge({}).takenAtMs).toBe(NOW_MS);
  });
});
