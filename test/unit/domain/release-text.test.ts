import { describe, expect, test } from 'vitest';
import { buildPipeline, type PipelineShape } from '../../../src/domain/pipeline.ts';
import type { Release, ReleasedBug } from '../../../src/domain/release.ts';
import { renderChecklist } from '../../../src/domain/text/release/checklist.ts';
import { renderLogEntry } from '../../../src/domain/text/release/log-entry.ts';
import { renderNotes } from '../../../src/domain/text/release/notes.ts';
import { renderPayload } from '../../../src/domain/text/release/payload.ts';
import { renderRollbackPlan } from '../../../src/domain/text/release/rollback-plan.ts';
import { aCalendar, ADA, anApproval, aRelease, aReleasedService, NOW_MS } from '../../support/builders.ts';

const VERIFIED: PipelineShape = {
  isChecked: false,
  builds: new Set(),
  health: new Set(),
  takesBaseline: false,
  isWatched: false,
  isVerified: true,
  isTriedOut: false,
};

const aReleasedBug = (changes: Partial<ReleasedBug> = {}): ReleasedBug => ({
  number: 12,
  pulls: [34],
  title: 'The cart is empty',
  services: [],
  approvals: [],
  ...changes,
});

function releaseOf(changes: Partial<Release['envelope']>, rest: Partial<Release> = {}): Release {
  return aRelease({ ...rest, envelope: { ...aRelease().envelope, ...changes } });
}

const TWO_SERVICES = [
  aReleasedService({ name: 'backend', strategy: 'canary', percents: [10, 100], digest: 'sha256:12' }),
  aReleasedService({ name: 'web' }),
];

describe('release notes', () => {
  test('name the service of each fix', () => {
    const notes = renderNotes(
      releaseOf({
        services: TWO_SERVICES,
        bugs: [
          aReleasedBug({ services: ['backend'] }),
          aReleasedBug({ number: 15, title: 'Slow', services: ['web', 'backend'], pulls: [] }),
          aReleasedBug({ number: 16, title: null, services: ['mail'], pulls: [40, 41] }),
        ],
      }),
    );
    expect(notes).toBe(`## 2026-11-20-T1-uat on UAT

- [backend] Fix: The cart is empty (#12), #34
- [backend] Fix: Slow (#15)
- [web] Fix: Slow (#15)
- Fix: #16, #40 #41`);
  });

  test('have no service where the repository is one', () => {
    expect(renderNotes(aRelease())).toContain('- Fix: The cart is empty (#12), #34');
  });

  test('let nothing of a title come alive', () => {
    const notes = renderNotes(
      releaseOf({ bugs: [aReleasedBug({ title: '@ada <img src=x> #99 [x](http://x)' })] }),
    );
    expect(notes).not.toMatch(/@ada|<img|#99|\]\(/u);
  });
});

test('the deployment checklist tells every step, and those that are ahead', () => {
  const release = releaseOf(
    { services: TWO_SERVICES, bugs: [aReleasedBug({ approvals: [anApproval()] })] },
    {
      state: 'rolled_back',
      steps: [
        {
          key: 'deploy backend 10',
          state: 'done',
          startedAtMs: NOW_MS,
          endedAtMs: NOW_MS + 90_000,
          detail: null,
        },
        {
          key: 'deploy backend 100',
          state: 'failed',
          startedAtMs: NOW_MS,
          endedAtMs: NOW_MS,
          detail: 'deploy_failed',
        },
        { key: 'undo backend', state: 'undone', startedAtMs: NOW_MS, endedAtMs: NOW_MS, detail: null },
      ],
    },
  );
  const steps = buildPipeline(TWO_SERVICES, VERIFIED);
  const text = renderChecklist(release, steps, aCalendar());
  expect(text).toContain('**UAT** from `bbbbbbb` to `ccccccc`: rolled back');
  expect(text).toContain('| backend | canary 10 → 100 % | it changes code only | `sha256:12` |');
  expect(text).toContain('- #12, approved by **ada**');
  expect(text).toMatch(
    /- \[x\] deploy backend 10, .*, 2 min\n- \[ \] deploy backend 100, .*: \*\*deploy_failed\*\*/u,
  );
  expect(text).toMatch(/- \[ \] deploy web 100\n- \[ \] verify\n- \[x\] undo backend/u);
});

test('nothing of a file’s name or of what a command said comes alive in the checklist', () => {
  const strategyReason = 'it changes infrastructure (infra/@ada <img src=x> [x](http://x)|.tf)';
  const services = [aReleasedService({ strategyReason, version: String.raw`1\| @ada` })];
  const steps = buildPipeline(services, VERIFIED);
  const text = renderChecklist(releaseOf({ services }), steps, aCalendar());
  expect(text).not.toMatch(/@ada <|<img|\]\(/u);
  expect(text).toContain(String.raw`| \`1\| @ada\` |`.replaceAll('\\`', '`'));
});

describe('the rollback plan', () => {
  test('goes back in reverse', () => {
    const plan = renderRollbackPlan(releaseOf({ services: TWO_SERVICES }));
    expect(plan).toContain('tagged `rollback/uat/2026-11-20-T1-uat`');
    expect(plan).toMatch(/1\. `web` to `bbbbbbb`\n2\. `backend` to `bbbbbbb`\n3\. The branch/u);
  });

  test('says so when there is nothing to go back to', () => {
    expect(renderRollbackPlan(releaseOf({ previous: null }))).toContain('there is nothing to go back to');
  });
});

describe('the payload of the deployment', () => {
  test('is the envelope, with the words that let each bug go', () => {
    const payload = renderPayload(releaseOf({ bugs: [aReleasedBug({ approvals: [anApproval()] })] }), 7);
    expect(payload).toMatchObject({
      release: '2026-11-20-T1-uat',
      slot: '2026-11-20/T1',
      run_id: 7,
      bugs: [12],
      approvals: [{ bug: 12, action: 'approve_prod', by: 'ada' }],
    });
  });

  test('is cut to what finds the rest when it is long', () => {
    const bugs = Array.from({ length: 800 }, (_, index) =>
      aReleasedBug({ number: index + 1, approvals: [anApproval()] }),
    );
    const payload = renderPayload(releaseOf({ bugs }), 7);
    expect(payload).not.toHaveProperty('approvals');
    expect(payload).toMatchObject({ release: '2026-11-20-T1-uat', run_id: 7 });
    expect(JSON.stringify(payload).length).toBeLessThan(30_000);
  });
});

describe('the line for the log', () => {
  const deployer = { runId: 77, attempt: 2, fencingToken: 3 };
  const taken = {
    key: 'deploy 100',
    state: 'done',
    startedAtMs: NOW_MS,
    endedAtMs: NOW_MS,
    detail: null,
  } as const;

  test('says when, what became of it, from where to where, with what, by which run', () => {
    const release = aRelease({ state: 'live', deployer, steps: [taken], endedAtMs: NOW_MS + 120_000 });
    expect(renderLogEntry(release, aCalendar())).toBe(
      '- Fri 2026-11-20 19:00 (Asia/Taipei) · **UAT live** · `bbbbbbb` → `ccccccc` · `2026-11-20-T1-uat` · #12 · run 77, attempt 2 · took 2 min',
    );
  });

  test('says why it failed, and who ordered a rollback', () => {
    const order = {
      issue: 12,
      by: ADA,
      reason: 'x',
      to: null,
      undoes: [],
      acceptsDataLoss: false,
      branch: null,
    };
    const failed = aRelease({ kind: 'rollback', state: 'failed', reason: 'deploy_failed', order });
    const line = renderLogEntry(failed, aCalendar());
    expect(line).toContain('**UAT failed**');
    expect(line).toContain(' · ordered by **ada** on #12 · because of `deploy_failed`');
    expect(renderLogEntry({ ...failed, order: { ...order, by: null } }, aCalendar())).toContain(
      'ordered by a check of the release on #12',
    );
  });
});
