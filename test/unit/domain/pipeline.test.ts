import { describe, expect, test } from 'vitest';
import {
  buildPipeline,
  mustBeRemembered,
  nextStep,
  servicesToUndo,
  type PipelineShape,
} from '../../../src/domain/pipeline.ts';
import type { StepRecord } from '../../../src/domain/release.ts';
import { aReleasedService } from '../../support/builders.ts';

const NOTHING: PipelineShape = {
  isChecked: false,
  builds: new Set(),
  health: new Set(),
  takesBaseline: false,
  isWatched: false,
  isVerified: false,
  isTriedOut: false,
};
const keys = (steps: readonly { readonly key: string }[]) => steps.map(({ key }) => key);
const taken = (key: string, state: StepRecord['state'] = 'done'): StepRecord => ({
  key,
  state,
  startedAtMs: 1,
  endedAtMs: 2,
  detail: null,
});

const backend = aReleasedService({ name: 'backend', percents: [10, 100] });
const web = aReleasedService({ name: 'web' });

describe('the steps of a release', () => {
  test('are the deploy alone where nothing else is configured', () => {
    expect(keys(buildPipeline([aReleasedService({ name: null })], NOTHING))).toEqual(['deploy 100']);
  });

  test('build all artifacts first, then take one service after the other through all of its steps', () => {
    const shape = {
      ...NOTHING,
      isChecked: true,
      builds: new Set(['backend', 'web']),
      health: new Set(['backend']),
      isVerified: true,
      isTriedOut: true,
    };
    expect(keys(buildPipeline([backend, web], shape))).toEqual([
      'checklist',
      'build backend',
      'build web',
      'deploy backend 10',
      'deploy backend 100',
      'health backend',
      'deploy web 100',
      'verify',
      'smoke',
    ]);
  });
});

describe('a release that is watched', () => {
  test('is watched after each deploy, before the service is asked for its health', () => {
    const shape = { ...NOTHING, isWatched: true, takesBaseline: true, health: new Set(['backend']) };
    expect(keys(buildPipeline([backend, web], shape))).toEqual([
      'baseline',
      'deploy backend 10',
      'watch backend 10',
      'deploy backend 100',
      'watch backend 100',
      'health backend',
      'deploy web 100',
      'watch web 100',
    ]);
  });

  test('has what was measured before written down, as it cannot be measured afterwards', () => {
    const steps = buildPipeline([web], { ...NOTHING, isWatched: true, takesBaseline: true });
    expect(steps.map((step) => [step.key, mustBeRemembered(steps, step)])).toEqual([
      ['baseline', true],
      ['deploy web 100', false],
      ['watch web 100', false],
    ]);
  });
});

describe('a release', () => {
  const steps = buildPipeline([backend, web], { ...NOTHING, isVerified: true });

  test('goes on with the first step that is not done', () => {
    expect(nextStep(steps, [])?.key).toBe('deploy backend 10');
    expect(nextStep(steps, [taken('deploy backend 10')])?.key).toBe('deploy backend 100');
    expect(
      nextStep(
        steps,
        keys(steps).map((key) => taken(key)),
      ),
    ).toBeNull();
  });

  test('takes a step again that failed, and one that was taken back', () => {
    expect(nextStep(steps, [taken('deploy backend 10', 'failed')])?.key).toBe('deploy backend 10');
    expect(nextStep(steps, [taken('deploy backend 10'), taken('deploy backend 10', 'undone')])?.key).toBe(
      'deploy backend 10',
    );
  });

  test('remembers what changed the world, but for the last step that does', () => {
    expect(steps.map((step) => [step.key, mustBeRemembered(steps, step)])).toEqual([
      ['deploy backend 10', true],
      ['deploy backend 100', true],
      ['deploy web 100', false],
      ['verify', false],
    ]);
  });

  test('is taken back in reverse, from the service that failed or may have been reached', () => {
    expect(servicesToUndo(steps, { steps: [] })).toEqual(['backend']);
    const onWeb = [
      taken('deploy backend 10'),
      taken('deploy backend 100'),
      taken('deploy web 100', 'failed'),
    ];
    expect(servicesToUndo(steps, { steps: onWeb })).toEqual(['web', 'backend']);
  });
});
