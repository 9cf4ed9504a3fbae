import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Policy } from '../../../src/domain/policy.ts';
import { withStep, type Release } from '../../../src/domain/release.ts';
import type { DeployRequest } from '../../../src/ports/deployer.ts';
import { runRelease, type ReleaseResult } from '../../../src/usecases/release/run-release.ts';
import { aCalendar, aPolicy, aRelease, aReleasedService, aService } from '../../support/builders.ts';
import { NO_SWITCHES, type FreezeSwitches } from '../../../src/domain/freeze.ts';
import { createShop, type Shop } from './support.ts';

const COMMAND = { timeoutMinutes: 15 };
const NEW = 'c'.repeat(40);
const OLD = 'b'.repeat(40);

/** Two services, the web needing the backend; the backend is a canary. */
const SERVICES = [
  aService({ name: 'backend', build: { run: 'build', ...COMMAND }, health: { run: 'health', ...COMMAND } }),
  aService({ name: 'web', dependsOn: ['backend'], rollback: { run: 'back', ...COMMAND } }),
];
const TWO = aRelease({
  envelope: {
    ...aRelease().envelope,
    services: [
      aReleasedService({ name: 'backend', strategy: 'canary', percents: [10, 100] }),
      aReleasedService({ name: 'web' }),
    ],
  },
});

interface Stand {
  readonly shop: Shop;
  readonly policy: Policy;
  /** Commands that ran: `<run> <service> <percent> <first digit of the commit>`. */
  readonly ran: string[];
  readonly requests: DeployRequest[];
  /** Commands that fail, named as in `ran`, and what others say. */
  readonly failing: Set<string>;
  readonly saying: Map<string, Readonly<Record<string, string>>>;
  /** What the variables that freeze are set to while a command runs. */
  readonly meanwhile: Map<string, FreezeSwitches>;
}

function createStand(changes: Partial<Policy> = {}): Stand {
  const shop = createShop();
  const environment = { ...shop.policy.environments.uat, verify: { run: 'verify', ...COMMAND } };
  const policy = aPolicy({
    environments: { ...shop.policy.environments, uat: environment },
    services: SERVICES,
    ...changes,
  });
  return { shop, policy, ran: [], requests: [], failing: new Set(), saying: new Map(), meanwhile: new Map() };
}

function run(stand: Stand, release: Release, running: { resumes?: boolean } = {}): Promise<ReleaseResult> {
  const context = stand.shop.open({
    deployer: {
      run: async (command, request) => {
        const { service, rollout, candidate } = request;
        const name = [command.run, service, rollout?.percent, candidate[0]].filter(Boolean).join(' ');
        stand.ran.push(name);
        stand.requests.push(request);
        stand.shop.switches = stand.meanwhile.get(name) ?? stand.shop.switches;
        const ok = !stand.failing.has(name);
        const output = ok ? '' : 'out of memory';
        return { ok, exitCode: ok ? 0 : 1, timedOut: false, output, outputs: stand.saying.get(name) ?? {} };
      },
    },
    hash: (text) => createHash('sha256').update(text).digest('hex'),
  });
  const setting = { policy: stand.policy, calendar: aCalendar(), version: null };
  return runRelease(context, setting, {
    release,
    deployer: { runId: 7, attempt: 1, fencingToken: 3 },
    resumes: false,
    ...running,
  });
}

describe('a release of two services', () => {
  test('builds first, then brings one after the other through its steps, and is verified', async () => {
    const stand = createStand();
    const { release, refusal } = await run(stand, TWO);
    expect(refusal).toBeNull();
    expect(release).toMatchObject({ state: 'live', deployer: { runId: 7, attempt: 1, fencingToken: 3 } });
    expect(stand.ran).toEqual([
      'build backend c',
      'deploy backend 10 c',
      'deploy backend 100 c',
      'health backend c',
      'deploy web 100 c',
      'verify c',
    ]);
    expect(stand.shop.world.deployments.map(({ state }) => state)).toEqual(['success']);
  });

  test('tells the digest that the build said to every later step of the service', async () => {
    const stand = createStand();
    stand.saying.set('build backend c', { digest: 'sha256:12', 'flag.cart': 'on', other: 'x' });
    stand.saying.set('deploy web 100 c', { version: '2.0' });
    const { release } = await run(stand, TWO);
    expect(stand.requests.filter(({ service }) => service === 'backend').map(({ digest }) => digest)).toEqual(
      [null, 'sha256:12', 'sha256:12', 'sha256:12'],
    );
    expect(release.envelope).toMatchObject({
      services: [{ digest: 'sha256:12' }, { digest: null, version: '2.0' }],
      featureFlags: [{ name: 'cart', value: 'on' }],
    });
  });

  test('tells each command which step of the rollout it is', async () => {
    const stand = createStand();
    await run(stand, TWO);
    const rollouts = stand.requests.flatMap(({ rollout }) => rollout ?? []);
    expect(rollouts).toEqual([
      { strategy: 'canary', percent: 10, step: 1, steps: 2 },
      { strategy: 'canary', percent: 100, step: 2, steps: 2 },
      { strategy: 'direct', percent: 100, step: 1, steps: 1 },
    ]);
  });

  test('is written down after each step that changed the world, but for the last', async () => {
    const stand = createStand();
    await run(stand, TWO);
    expect(stand.shop.ledger.messages()).toEqual([
      '2026-11-20-T1-uat: deploy backend 10',
      '2026-11-20-T1-uat: deploy backend 100',
    ]);
  });
});

describe('a freeze that begins while a release is under way', () => {
  test('lets the service finish, stops before the next one, and says what runs where and when it opens', async () => {
    const stand = createStand();
    stand.meanwhile.set('health backend c', { ...NO_SWITCHES, freeze: 'true', until: '2026-11-23' });
    const { release, refusal, wasTakenBack } = await run(stand, TWO);
    expect(refusal).toMatchObject({ reason: 'frozen' });
    expect(refusal?.message).toContain('it opens Mon 2026-11-23 00:00');
    expect(refusal?.message).toContain('- `backend` runs `ccccccc`\n- `web` runs `bbbbbbb`');
    expect([release.state, wasTakenBack]).toEqual(['failed', false]);
    expect(stand.ran.at(-1)).toBe('health backend c');
  });

  test('of another part lets it go on, one of the next service does not', async () => {
    for (const [part, last] of [
      ['billing', 'verify c'],
      ['web', 'health backend c'],
    ]) {
      const stand = createStand();
      stand.meanwhile.set('deploy backend 10 c', { ...NO_SWITCHES, modules: part ?? '' });
      await run(stand, TWO);
      expect(stand.ran.at(-1)).toBe(last);
    }
  });
});

describe('a release that fails', () => {
  test('in its build changes nothing', async () => {
    const stand = createStand();
    stand.failing.add('build backend c');
    const { release, refusal } = await run(stand, TWO);
    expect(refusal?.reason).toBe('build_failed');
    expect(release.state).toBe('failed');
    expect(stand.ran).toEqual(['build backend c']);
    expect(stand.shop.world.deployments.map(({ state }) => state)).toEqual(['failure']);
  });

  test('at its first deploy command is left to a retry', async () => {
    const stand = createStand();
    stand.failing.add('deploy backend 10 c');
    const { release, refusal } = await run(stand, TWO);
    expect(refusal?.reason).toBe('deploy_failed');
    expect(refusal?.message).toContain('The deploy command of `backend` ended with 1.');
    expect(release.state).toBe('failed');
    expect(stand.ran).toEqual(['build backend c', 'deploy backend 10 c']);
  });

  test('at a later one is taken back in exact reverse, each service by its own command', async () => {
    const stand = createStand();
    stand.failing.add('deploy web 100 c');
    const { release, refusal } = await run(stand, TWO);
    expect(refusal?.reason).toBe('deploy_failed');
    expect(refusal?.message).toContain('Taken back to bbbbbbb: `web`, `backend`.');
    expect(release.state).toBe('rolled_back');
    expect(stand.ran.slice(-2)).toEqual(['back web 100 b', 'deploy backend 100 b']);
    expect(stand.requests.at(-1)).toMatchObject({ candidate: OLD, previous: NEW, isRollback: true });
  });

  test('in a health check is taken back, and those that were not reached are left alone', async () => {
    const stand = createStand();
    stand.failing.add('health backend c');
    const { release, refusal } = await run(stand, TWO);
    expect(refusal?.reason).toBe('health_failed');
    expect(release.state).toBe('rolled_back');
    expect(stand.ran.slice(-2)).toEqual(['health backend c', 'deploy backend 100 b']);
  });

  test('and whose rollback stops half-way says exactly what runs where', async () => {
    const stand = createStand();
    stand.failing.add('deploy web 100 c').add('deploy backend 100 b');
    const { release, refusal } = await run(stand, TWO);
    expect(release.state).toBe('failed');
    expect(refusal?.message).toContain(
      'The rollback stopped half-way. `web` runs bbbbbbb; `backend` may run either.',
    );
    expect(refusal?.message).toContain('out of memory');
  });

  test('where nobody knows what was live before says so', async () => {
    const stand = createStand();
    stand.failing.add('deploy web 100 c');
    const { refusal } = await run(stand, { ...TWO, envelope: { ...TWO.envelope, previous: null } });
    expect(refusal?.message).toContain('Nobody knows what was live before');
  });
});

const DONE = { state: 'done', startedAtMs: 1, endedAtMs: 2, detail: null } as const;

describe('a release that a dead run has left', () => {
  const half: Release = {
    ...TWO,
    steps: ['build backend', 'deploy backend 10', 'deploy backend 100'].map((key) => ({ ...DONE, key })),
  };

  test('is taken on where the ledger says it stood', async () => {
    const stand = createStand();
    await run(stand, half, { resumes: true });
    expect(stand.ran).toEqual(['health backend c', 'deploy web 100 c', 'verify c']);
  });

  test('repeats the one step that may have been under way, unless the candidate is found live', async () => {
    const onWeb = withStep(half, { ...DONE, key: 'health backend' });
    const dead = createStand();
    dead.failing.add('deploy web 100 c');
    await run(dead, { ...onWeb, envelope: { ...onWeb.envelope, previous: null } });
    const stand: Stand = { ...createStand(), shop: dead.shop };
    await run(stand, onWeb, { resumes: true });
    expect(stand.ran).toEqual(['verify web c', 'verify c']);
  });

  test('is taken back from the service, too, that the dead run may have deployed and not written down', async () => {
    const dead = createStand();
    dead.failing.add('deploy web 100 c');
    await run(dead, { ...half, envelope: { ...half.envelope, previous: null } });
    const stand: Stand = { ...createStand(), shop: dead.shop };
    stand.failing.add('health backend c');
    const { release } = await run(stand, half, { resumes: true });
    expect(stand.ran).toEqual(['health backend c', 'back web 100 b', 'deploy backend 100 b']);
    expect(release.state).toBe('rolled_back');
  });

  test('whose deployment succeeded is live: nothing runs again', async () => {
    const stand = createStand();
    await run(stand, TWO);
    stand.ran.length = 0;
    const { release, refusal } = await run(stand, TWO, { resumes: true });
    expect(stand.ran).toEqual([]);
    expect([release.state, refusal]).toEqual(['live', null]);
  });
});
