import { describe, expect, test } from 'vitest';
import { refuseFrozenHotfix, type FrozenHotfix } from '../../../src/domain/freeze-hotfix.ts';
import type { Freeze } from '../../../src/domain/freeze.ts';
import type { Member, Person } from '../../../src/domain/person.ts';
import type { Policy } from '../../../src/domain/policy.ts';
import { ADA, aPolicy, aStanding, MAX, NOW_MS, WES } from '../../support/builders.ts';

const aFreeze = (level: Freeze['level']): Freeze => ({
  level,
  parts: [],
  fromMs: NOW_MS,
  untilMs: null,
  reason: 'audit',
});
const member = (person: Person, permission: 'write' | 'maintain' | 'admin', isBot = false): Member => ({
  person,
  standing: aStanding(permission, { isBot }),
});
const admin = member(ADA, 'admin');
const senior = member(MAX, 'maintain');
const writer = member(WES, 'write');

function judge(level: Freeze['level'], changes: Partial<FrozenHotfix>, policy: Policy = aPolicy()): string {
  const hotfix = { priority: 'P1' as const, signers: [], authors: new Set<number>(), ...changes };
  return refuseFrozenHotfix(aFreeze(level), hotfix, policy)?.reason ?? 'may go';
}

describe('a hotfix while slots are suspended', () => {
  test.each([
    ['an admin and a senior person', [admin, senior], 'may go'],
    ['two admins', [admin, member(MAX, 'admin')], 'may go'],
    ['the same admin twice', [admin, admin], 'not_approved'],
    ['two senior people without an admin', [senior, member(WES, 'maintain')], 'not_approved'],
    ['an admin and somebody with write access', [admin, writer], 'not_approved'],
    ['an admin and a bot', [admin, member(MAX, 'admin', true)], 'not_approved'],
    ['nobody', [], 'not_approved'],
  ] as const)('needs two people: %s', (_who, signers, outcome) => {
    expect(judge('suspend', { signers, priority: 'P2' })).toBe(outcome);
  });

  test('does not count whoever wrote it, where the policy wants other eyes', () => {
    const authors = new Set([MAX.id]);
    const fourEyes = aPolicy({ approvals: { ...aPolicy().approvals, allowAuthor: false } });
    expect(judge('suspend', { signers: [admin, senior], authors })).toBe('may go');
    expect(judge('suspend', { signers: [admin, senior], authors }, fourEyes)).toBe('not_approved');
  });
});

describe('a hotfix in a full freeze', () => {
  test('is for P1 only, with the word of a senior person', () => {
    expect(judge('full', { signers: [senior] })).toBe('may go');
    expect(judge('full', { signers: [writer] })).toBe('not_approved');
    expect(judge('full', { signers: [admin, senior], priority: 'P2' })).toBe('frozen');
  });
});

test('without a freeze nothing more is asked of a hotfix', () => {
  expect(refuseFrozenHotfix(null, { priority: 'P2', signers: [], authors: new Set() }, aPolicy())).toBeNull();
});
