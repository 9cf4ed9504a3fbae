import { describe, expect, test } from 'vitest';
import { chooseStrategy, type ChangeRisk } from '../../../src/domain/rollout.ts';
import { aPolicy } from '../../support/builders.ts';

const { rollout } = aPolicy().environments.prod;
const aRisk = (changes: Partial<ChangeRisk> = {}): ChangeRisk => ({
  isHotfix: false,
  hasMigration: false,
  files: ['src/cart.ts'],
  ...changes,
});

describe('the strategy is proposed from the change:', () => {
  test.each([
    { change: 'code only', risk: aRisk(), strategy: 'direct', reason: 'it changes code only' },
    {
      change: 'a hotfix',
      risk: aRisk({ isHotfix: true, files: ['infra/x.tf'] }),
      strategy: 'direct',
      reason: 'a hotfix does not wait',
    },
    {
      change: 'a migration',
      risk: aRisk({ hasMigration: true }),
      strategy: 'rolling',
      reason: 'it holds a database migration',
    },
    {
      change: 'infrastructure',
      risk: aRisk({ files: ['src/a.ts', 'infra/vpc.tf'] }),
      strategy: 'blue_green',
      reason: 'it changes infrastructure (infra/vpc.tf)',
    },
  ])('$change', ({ risk, strategy, reason }) => {
    expect(chooseStrategy(risk, rollout)).toEqual({ strategy, reason, percents: [100] });
  });
});

describe('the configuration', () => {
  test('overrides the proposal', () => {
    expect(chooseStrategy(aRisk(), { ...rollout, strategy: 'canary' })).toEqual({
      strategy: 'canary',
      reason: 'the configuration says so',
      percents: [10, 50, 100],
    });
  });

  test('of a service goes before that of the environment', () => {
    const choice = chooseStrategy(aRisk(), { ...rollout, strategy: 'canary' }, 'feature_flag');
    expect(choice.strategy).toBe('feature_flag');
  });

  test.each([aRisk({ hasMigration: true }), aRisk({ hasMigration: true, isHotfix: true })])(
    'does not make a database migration direct',
    (risk) => {
      expect(chooseStrategy(risk, { ...rollout, strategy: 'direct' })).toMatchObject({
        strategy: 'rolling',
        reason: 'it holds a database migration, which is never direct',
      });
      expect(chooseStrategy(risk, rollout).strategy).toBe('rolling');
    },
  );
});
