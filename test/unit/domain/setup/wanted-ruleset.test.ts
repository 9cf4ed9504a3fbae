import { describe, expect, it } from 'vitest';
import { wantedRulesets } from '../../../../src/domain/setup/wanted-ruleset.ts';
import { aPolicy } from '../../../support/builders.ts';

const named = (name: string, defaultBranch = 'main') =>
  wantedRulesets(aPolicy(), defaultBranch).find((ruleset) => ruleset.name === name);

describe('the rulesets that a repository needs', () => {
  it('let nothing onto PROD that has not its check, from nobody', () => {
    expect(named('tonic: PROD')).toEqual({
      name: 'tonic: PROD',
      refs: ['refs/heads/main'],
      restrictions: ['deletion', 'non_fast_forward'],
      checks: ['tonic / gate'],
      reviews: null,
      appPasses: false,
    });
  });

  it('ask another check for UAT, so that what may go there is not free for PROD', () => {
    const [uat = ''] = named('tonic: UAT')?.checks ?? [];
    expect(named('tonic: PROD')?.checks).not.toContain(uat);
  });

  it('leave the ledger and what slots push to the App', () => {
    for (const name of ['tonic: ledger', 'tonic: candidates']) {
      expect(named(name)).toMatchObject({ appPasses: true, checks: [] });
      expect(named(name)?.restrictions).toEqual(expect.arrayContaining(['creation', 'update', 'deletion']));
    }
  });

  it('guard the branch that the configuration is read from where PROD’s gate does not', () => {
    expect(named('tonic: configuration', 'main')).toBeUndefined();
    expect(named('tonic: configuration', 'uat')).toMatchObject({
      refs: ['refs/heads/uat'],
      reviews: 1,
      appPasses: true,
    });
  });
});
