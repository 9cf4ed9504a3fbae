import { describe, expect, it } from 'vitest';
import {
  approvedFixesOn,
  approvedHeads,
  fixesFor,
  parseFixMentions,
  refuseUnready,
} from '../../../src/domain/fix.ts';
import { linkFix } from '../../../src/domain/link.ts';
import { aBug, ADA, aFix, aLanding, aPolicy, MAX, NOW_MS } from '../../support/builders.ts';

describe('a pull request says that it fixes', () => {
  it.each([
    ['Fixes #12', [12]],
    ['fix #12', [12]],
    ['FIXED: #12', [12]],
    ['closes #1, resolves #2 and fixed #3', [1, 2, 3]],
    ['Fixes #12\nFixes #12', [12]],
    ['Fixes\n#12', [12]],
    ['Resolves   #12.', [12]],
    ['(close #12)', [12]],
    ['<!-- write Fixes #99 here -->\nFixes #12', [12]],
  ])('%j: %j', (text, numbers) => {
    expect(parseFixMentions({ title: 'Mend it', body: text })).toEqual(numbers);
  });

  it.each([
    'Refers to #12',
    'prefixes #12',
    'unfixed #12',
    'fixes 12',
    'fixes#12',
    'fixes #12a',
    'fixes #1234567890',
    'fixes #0',
    'fixes acme/shop#12',
    'fixing #12',
    '> Fixes #12',
    '```\nFixes #12\n```',
    '    Fixes #12',
    '<!-- Fixes #12 -->',
    '<!--\nFixes #12',
    '',
  ])('%j: nothing', (text) => {
    expect(parseFixMentions({ title: 'Mend it', body: text })).toEqual([]);
  });

  it('of 300 kB is read in the blink of an eye, and no further than GitHub keeps', () => {
    for (const part of ['fixes ', 'fixes:', 'fix fixes ', 'fixes #', 'fixes \n', '#1 ']) {
      const startedMs = performance.now();
      const text = part.repeat(Math.ceil(300_000 / part.length));
      parseFixMentions({ title: text, body: text });
      expect(performance.now() - startedMs, part).toBeLessThan(400);
    }
    const late = `${' '.repeat(65_536)}fixes #12`;
    expect(parseFixMentions({ title: late, body: late })).toEqual([]);
  });

  it.each([
    ['Fixes #12', null, [12]],
    ['Fixes #12', 'Fixes #13', [12, 13]],
    ['What this fixes', '#12 is another matter', []],
    ['Nothing that fixes:', '#12', []],
    ['> a title is no quote', 'Fixes #12', [12]],
    ['<!-- nor a comment', 'Fixes #12', [12]],
    ['``` nor a block of code', 'Fixes #12', [12]],
    ['<pre>', 'Fixes #12', [12]],
    ['    Fixes #12', '', [12]],
  ])('in title %j and text %j, each by itself: %j', (title, body, numbers) => {
    expect(parseFixMentions({ title, body })).toEqual(numbers);
  });
});

describe('the fixes for an environment', () => {
  const fixes = [
    aFix({ pull: 1 }),
    aFix({ pull: 2, base: 'main' }),
    aFix({ pull: 3, state: 'closed' }),
    aFix({ pull: 4, state: 'merged' }),
    aFix({ pull: 5, base: 'develop' }),
  ];

  it('are those against its branch that nobody gave up', () => {
    expect(fixesFor(fixes, 'uat', aPolicy()).map(({ pull }) => pull)).toEqual([1, 4]);
    expect(fixesFor(fixes, 'prod', aPolicy()).map(({ pull }) => pull)).toEqual([2]);
  });
});

describe('what an approval is bound to', () => {
  it('is what lies on the environment', () => {
    const bug = aBug({
      landings: [
        aLanding(),
        aLanding({ environment: 'prod', commits: ['x'] }),
        aLanding({ pull: 35, patchId: null }),
      ],
    });
    expect(approvedFixesOn(bug, 'uat')).toEqual([
      { pull: 34, commits: ['c34'], patchId: 'p34', tree: null },
      { pull: 35, commits: ['c34'], patchId: null, tree: null },
    ]);
    expect(approvedFixesOn(bug, 'prod')).toEqual([{ pull: 34, commits: ['x'], patchId: 'p34', tree: null }]);
  });

  it('is the heads of open pull requests', () => {
    expect(approvedHeads([aFix({ commits: ['a', 'h34'] })])).toEqual([
      { pull: 34, commits: ['h34'], patchId: 'p34', tree: 't34' },
    ]);
  });
});

describe('a fix is ready', () => {
  it.each([
    ['reviewed and green', {}, null],
    ['without checks', { checks: 'none' }, null],
    ['merged, whatever else', { state: 'merged', isDraft: true, checks: 'red', approvingReviews: [] }, null],
    ['closed', { state: 'closed' }, 'fix_closed'],
    ['a draft', { isDraft: true }, 'fix_is_draft'],
    ['not reviewed', { approvingReviews: [] }, 'fix_not_reviewed'],
    ['reviewed, with changes requested', { changesRequested: true }, 'fix_not_reviewed'],
    ['red', { checks: 'red' }, 'fix_not_green'],
    ['not green yet', { checks: 'pending' }, 'fix_not_green'],
  ] as const)('when it is %s: %#', (_what, changes, reason) => {
    expect(refuseUnready(aFix(changes), aPolicy())?.reason ?? null).toBe(reason);
  });

  it('by the policy’s number of reviews and its word on checks', () => {
    const lax = aPolicy({ fixes: { requiredReviews: 0, requireGreen: false } });
    const strict = aPolicy({ fixes: { requiredReviews: 2, requireGreen: true } });
    expect(refuseUnready(aFix({ approvingReviews: [], checks: 'red' }), lax)).toBeNull();
    expect(refuseUnready(aFix({ changesRequested: true }), lax)?.reason).toBe('fix_not_reviewed');
    expect(refuseUnready(aFix(), strict)?.message).toContain('1 of 2');
    // Whoever signed it off has reviewed it, and is one person all the same.
    expect(refuseUnready(aFix(), strict, [MAX])?.message).toContain('1 of 2');
    expect(refuseUnready(aFix(), strict, [ADA])).toBeNull();
  });
});

describe('linkFix', () => {
  const link = { source: 'pull_text', policy: aPolicy(), saidAtMs: NOW_MS } as const;

  it('links by the text of a pull request, at that time', () => {
    const linked = linkFix(aBug({ fixes: [] }), aFix(), link);
    expect(linked).toMatchObject({
      kind: 'linked',
      bug: { fixes: [{ pull: 34, source: 'pull_text', linkedAtMs: NOW_MS }] },
      message: 'Linked #34.',
    });
  });

  it('links a fix for the other branch with a warning, for it may be the copy', () => {
    const linked = linkFix(aBug({ status: 'planned', flow: 2 }), aFix(), link);
    expect(linked).toMatchObject({
      kind: 'linked',
      message: expect.stringContaining('Flow 2, which begins with `main`'),
    });
  });
});
