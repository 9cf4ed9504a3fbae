import { describe, expect, test } from 'vitest';
import { planSlot } from '../../../src/usecases/slot/plan-slot.ts';
import { runStage } from '../../../src/usecases/slot/run-stage.ts';
import { plain } from '../../../src/domain/text/markdown.ts';
import { markKeys } from '../../../src/domain/text/comment-mark.ts';
import { anAnalysis } from '../../support/an-analysis.ts';
import { aRun, at } from '../../support/builders.ts';
import { pullIn } from '../../support/fake-world.ts';
import {
  alertsOn,
  answersOn,
  bugForProd,
  bugForUat,
  bugIn,
  bugOnUat,
  confirmedBug,
  createShop,
  given,
  later,
  nextNoon,
  outcomeIn,
  planAt,
  readyFix,
  say,
  slot,
  type Shop,
} from './support.ts';

describe('T1 leaves a bug where it is and names the reason when its fix', () => {
  test.each<[string, string, (shop: Shop, pull: number) => void]>([
    ['is a draft', 'fix_is_draft', (shop, pull) => void (pullIn(shop.world, pull).isDraft = true)],
    ['is not reviewed', 'fix_not_reviewed', (shop, pull) => void (pullIn(shop.world, pull).reviews = [])],
    ['got a new head after the review', 'fix_not_reviewed', (shop, pull) => void shop.people.push(pull)],
    [
      'has red checks',
      'fix_not_green',
      (shop, pull) => shop.people.check({ pull, name: 'test', state: 'red' }),
    ],
    [
      'has checks that run',
      'fix_not_green',
      (shop, pull) => shop.people.check({ pull, name: 'test', state: 'pending' }),
    ],
    ['was closed', 'no_fix', (shop, pull) => void (pullIn(shop.world, pull).state = 'closed')],
    ['goes to PROD', 'no_fix', (shop, pull) => void (pullIn(shop.world, pull).base = 'main')],
  ])('%s', async (...[, reason, spoil]) => {
    const shop = createShop();
    const bug = await confirmedBug(shop);
    spoil(shop, readyFix(shop, bug));
    const good = await confirmedBug(shop);
    readyFix(shop, good);
    const result = await slot(shop, 'T1');
    expect(outcomeIn(result, bug)).toBe(`held ${reason}`);
    expect(bugIn(shop, bug)).toMatchObject({ status: 'planned', hold: { reason, slot: '2026-11-20/T1' } });
    expect(answersOn(shop, bug).at(-1)).toContain('Held back in 2026-11-20/T1');
    expect(outcomeIn(result, good)).toBe('deployed');
  });
});

test('a reason that did not change is told once, not every evening', async () => {
  const shop = createShop();
  const bug = await confirmedBug(shop);
  await slot(shop, 'T1');
  nextNoon(shop);
  expect(outcomeIn(await slot(shop, 'T1'), bug)).toBe('held no_fix');
  expect(answersOn(shop, bug).filter((body) => body.includes('Held back'))).toHaveLength(1);
});

test('two reasons in two runs of one slot are two things said, so that neither is taken for the other', async () => {
  const shop = createShop();
  await bugForUat(shop);
  const { bug, pull } = await bugForProd(shop, 'ada');
  shop.failing.add('uat');
  shop.people.check({ pull, name: 'test', state: 'red' });
  expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('held fix_not_green');
  later(shop, 5);
  pullIn(shop.world, pull).isDraft = true;
  expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('held fix_is_draft');
  const told = answersOn(shop, bug).filter((body) => body.includes('Held back'));
  expect(new Set(told.flatMap(markKeys)).size).toBe(2);
});

describe('a hotfix severity is never taken', () => {
  test.each(['high', 'critical'])('by T1: %s', async (severity) => {
    const shop = createShop();
    const bug = await confirmedBug(shop, severity);
    readyFix(shop, bug);
    expect(outcomeIn(await slot(shop, 'T1'), bug)).toBe('held severity_needs_hotfix');
    expect(shop.git.patchesOn('uat')).toEqual(['base']);
  });

  test.each([
    ['high', 'severity_needs_hotfix'],
    ['critical', 'severity_needs_hotfix'],
    [null, 'severity_missing'],
  ] as const)('by T2, whatever else the ledger holds: %s', async (severity, reason) => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    later(shop);
    await given(shop, { bugs: [{ ...bugIn(shop, bug), severity }] });
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe(`held ${reason}`);
    expect(shop.git.patchesOn('main')).toEqual(['base']);
    expect(shop.deploys.filter((line) => line.startsWith('prod'))).toEqual([]);
  });
});

describe('a hotfix severity is not taken either', () => {
  test('when it became one while the environment’s job waited', async () => {
    const shop = createShop();
    const bug = await confirmedBug(shop);
    readyFix(shop, bug);
    const slotId = await planAt(shop, 'T1');
    await say(shop, { issue: bug, body: '/severity high' });
    await runStage(shop.open(), { slotId, environment: 'uat', run: aRun('T1') });
    expect(shop.git.patchesOn('uat')).toEqual(['base']);
    expect(shop.deploys).toEqual([]);
  });

  test('with a fix that is for a mild bug, too', async () => {
    const shop = createShop();
    const [mild, bad] = [await confirmedBug(shop), await confirmedBug(shop, 'critical')];
    const pull = readyFix(shop, mild);
    await say(shop, { issue: bad, body: `/fix #${pull}` });
    expect(outcomeIn(await slot(shop, 'T1'), mild)).toBe('held severity_needs_hotfix');
    expect(bugIn(shop, mild).hold?.message).toContain(`#${bad}`);
    expect(shop.git.patchesOn('uat')).toEqual(['base']);
  });

  test('but what is on PROD already comes back to UAT, whoever shares its fix', async () => {
    const shop = createShop();
    const bug = await confirmedBug(shop, 'medium', 'flow2');
    readyFix(shop, bug, { base: 'main', reviewer: 'ada' });
    await slot(shop, 'T1');
    await slot(shop, 'T2');
    later(shop);
    await say(shop, { issue: bug, body: '/severity high' });
    await say(shop, { issue: bug, body: '/approve-uat-merge' });
    nextNoon(shop);
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('merged');
  });
});

describe('PROD gets nothing', () => {
  test('while its branch holds commits that are not deployed and that nobody signed off', async () => {
    const shop = createShop();
    shop.policy = withDeployments(shop);
    const base = shop.git.branches.get('main') ?? '';
    deployed(shop, { uat: base, production: base });
    const bug = await bugOnUat(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    later(shop);
    const stray = shop.git.commit('main', 'stray');
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('held unsigned_commits');
    expect(alertsOn(shop).map(({ title }) => title)).toEqual([
      'PROD: the branch holds what nobody signed off',
    ]);
    expect(bugIn(shop, bug).hold?.message).toContain(stray.slice(0, 7));
    expect(shop.git.patchesOn('main')).toEqual(['base', 'stray']);
  });

  test('while its branch lacks what is deployed', async () => {
    const shop = createShop();
    shop.policy = withDeployments(shop);
    const base = shop.git.branches.get('main') ?? '';
    const gone = shop.git.commit('main', 'gone');
    shop.git.commit('uat', 'gone');
    deployed(shop, { uat: shop.git.branches.get('uat') ?? '', production: gone });
    const bug = await bugOnUat(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    later(shop);
    shop.git.branches.set('main', base);
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('held branch_rewound');
    expect(shop.git.branches.get('main')).toBe(base);
  });

  test('from Flow 1 when UAT has moved ahead since the approval', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    later(shop);
    shop.git.commit('uat', 'feature');
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('held flow_unsafe_now');
    expect(bugIn(shop, bug).status).toBe('pending_prod');
    expect(shop.git.patchesOn('main')).toEqual(['base']);
  });
});

describe('when the versions cannot be had', () => {
  test('nothing is analysed, moved or deployed, and everybody is told', async () => {
    const shop = createShop();
    const planned = await confirmedBug(shop);
    await slot(shop, 'T1');
    nextNoon(shop);
    const fresh = await confirmedBug(shop);
    shop.git.branches.delete('main');
    const result = await slot(shop, 'T1');
    expect([outcomeIn(result, planned), outcomeIn(result, fresh)]).toEqual([
      'held version_unknown',
      'held version_unknown',
    ]);
    expect(bugIn(shop, fresh).status).toBe('confirmed');
    expect(shop.deploys).toEqual([]);
  });
});

describe('one bug’s failure does not stop the others', () => {
  test('a fix that does not apply is held with what it waits for', async () => {
    const shop = createShop();
    const bad = await confirmedBug(shop);
    const pull = readyFix(shop, bad);
    const good = await confirmedBug(shop);
    readyFix(shop, good);
    await slot(shop, 'T1');
    later(shop);
    await say(shop, { issue: bad, body: `/approve-prod #${bad} #${good}` });
    later(shop);
    const oid = 'f'.repeat(40);
    const prerequisites = [
      { oid, title: 'Rework the cart', files: ['a.ts'], evidence: 'wrote_the_lines' },
    ] as const;
    shop.git.refuse({ kind: 'depends', key: `${bad}:${pull}`, prerequisites });
    const result = await slot(shop, 'T2');
    expect(outcomeIn(result, bad)).toBe('held depends_on_unapproved');
    expect(bugIn(shop, bad).hold?.message).toContain('fffffff `Rework the cart`');
    expect(outcomeIn(result, good)).toBe('deployed');
    shop.git.accept(`${bad}:${pull}`);
    nextNoon(shop);
    expect(outcomeIn(await slot(shop, 'T2'), bad)).toBe('deployed');
  });

  test('a fix that touches workflow files is a person’s to bring', async () => {
    const shop = createShop();
    const bug = await confirmedBug(shop);
    const pull = readyFix(shop, bug);
    shop.git.refuse({
      kind: 'touches_workflows',
      key: `${bug}:${pull}`,
      files: ['.github/workflows/ci.yml'],
    });
    expect(outcomeIn(await slot(shop, 'T1'), bug)).toBe('held fix_touches_workflows');
  });

  test('of a bug with two fixes, of which one does not apply, nothing is taken', async () => {
    const shop = createShop();
    const bug = await confirmedBug(shop);
    readyFix(shop, bug);
    const second = readyFix(shop, bug);
    shop.git.refuse({
      kind: 'touches_workflows',
      key: `${bug}:${second}`,
      files: ['.github/workflows/ci.yml'],
    });
    await slot(shop, 'T1');
    expect(shop.git.patchesOn('uat')).toEqual(['base']);
    expect(bugIn(shop, bug).landings).toEqual([]);
  });

  test('PROD that cannot be deployed does not keep UAT from its merge', async () => {
    const shop = createShop();
    const back = await bugForUat(shop);
    const fresh = await confirmedBug(shop, 'low', 'flow2');
    readyFix(shop, fresh, { base: 'main', reviewer: 'ada' });
    await slot(shop, 'T1');
    shop.failing.add('prod');
    const result = await slot(shop, 'T2');
    expect(outcomeIn(result, fresh)).toBe('failed deploy_failed');
    expect(outcomeIn(result, back)).toBe('merged');
    expect(result).toMatchObject({ kind: 'ran', ok: false, record: { state: 'failed' } });
  });
});

async function failedDeployment() {
  const shop = createShop();
  const bug = await bugOnUat(shop);
  await say(shop, { issue: bug, body: '/approve-prod' });
  later(shop);
  shop.failing.add('prod');
  const result = await slot(shop, 'T2');
  return { shop, bug, result };
}

describe('a deployment that fails', () => {
  test('leaves the bug in the queue with its fix on the branch, and says so', async () => {
    const { shop, bug, result } = await failedDeployment();
    expect(outcomeIn(result, bug)).toBe('failed deploy_failed');
    expect(bugIn(shop, bug)).toMatchObject({
      status: 'pending_prod',
      hold: { reason: 'deploy_failed' },
      landings: [{ environment: 'uat' }, { environment: 'prod' }],
    });
    expect(answersOn(shop, bug).at(-1)).toContain('no space left on device');
    expect(shop.world.deployments.at(-1)).toMatchObject({
      githubEnvironment: 'production',
      state: 'failure',
    });
  });

  test('is tried again by `/retry` in the same slot, without another commit', async () => {
    const { shop, bug } = await failedDeployment();
    const branch = shop.git.branches.get('main');
    later(shop, 5);
    shop.failing.clear();
    await say(shop, { issue: bug, body: '/retry' });
    expect(shop.world.runs.at(-1)).toMatchObject({
      workflowFile: 'tonic-t2.yml',
      inputs: { slot: '2026-11-20/T2' },
    });
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('deployed');
    expect(shop.git.branches.get('main')).toBe(branch);
    expect(shop.live.get('prod')).toBe(branch);
    expect(bugIn(shop, bug)).toMatchObject({ status: 'deployed_prod', hold: null });
  });

  test('and is then tried again leads back to what was live before it', async () => {
    const { shop, bug } = await failedDeployment();
    const before = shop.ledger.state().releases.get('2026-11-20-T2-prod');
    later(shop, 5);
    shop.failing.clear();
    await say(shop, { issue: bug, body: '/retry' });
    await slot(shop, 'T2');
    const after = shop.ledger.state().releases.get('2026-11-20-T2-prod');
    expect(after?.state).toBe('live');
    expect(after?.envelope.previous).toBe(before?.envelope.previous);
    expect(after?.envelope.previous).not.toBe(after?.envelope.commit);
  });

  test('that nobody retries is tried by the next T2', async () => {
    const { shop, bug } = await failedDeployment();
    shop.failing.clear();
    nextNoon(shop);
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('deployed');
  });
});

describe('a slot belongs to one run', () => {
  test('two runs at once: one has it, the other reports that it is taken', async () => {
    const shop = createShop();
    const bug = await confirmedBug(shop);
    readyFix(shop, bug);
    for (const id of [7, 8])
      shop.world.runs.push({ id, workflowFile: 'tonic-t1.yml', inputs: {}, state: 'active' });
    const results = await Promise.all([slot(shop, 'T1', { runId: 7 }), slot(shop, 'T1', { runId: 8 })]);
    expect(results.map((result) => (result.kind === 'refused' ? result.reason : 'ran')).toSorted()).toEqual([
      'ran',
      'slot_taken',
    ]);
    expect(shop.deploys).toHaveLength(1);
    expect(shop.git.patchesOn('uat')).toHaveLength(2);
  });

  test('a run that comes when it is done does nothing', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    expect(await slot(shop, 'T1')).toMatchObject({ kind: 'refused', reason: 'slot_done' });
    expect(bugIn(shop, bug).status).toBe('deployed_uat');
    expect(shop.deploys).toHaveLength(1);
  });

  test.each([
    ['before its time', at('2026-11-20 19:59:59'), null, 'slot_too_late'],
    ['before its time, by name', at('2026-11-20 21:59:59'), '2026-11-20/T2', 'slot_not_due'],
    ['after its latest start', at('2026-11-20 23:00:01'), '2026-11-20/T2', 'slot_too_late'],
    ['by the name of another kind', at('2026-11-20 22:00:00'), '2026-11-20/T1', 'bad_arguments'],
    ['by a name that is none', at('2026-11-20 22:00:00'), '$(reboot)/T2', 'bad_arguments'],
  ])('it does not run %s', async (...[, nowMs, slotId, reason]) => {
    const shop = createShop();
    shop.world.clock.advance(nowMs - shop.world.clock.nowMs());
    const result = await planSlot(shop.open(), { kind: 'T2', slotId, run: aRun('T2') });
    expect(result).toMatchObject({ kind: 'refused', reason });
    expect(shop.ledger.messages()).toEqual([]);
  });
});

test('the branch moves while the candidate is pushed: it is built anew on what is there', async () => {
  const shop = createShop();
  const bug = await confirmedBug(shop);
  readyFix(shop, bug);
  const context = shop.open();
  let pushes = 0;
  const { repository } = context;
  const racing = {
    ...repository,
    push: (updates: Parameters<typeof repository.push>[0]) => {
      pushes += 1;
      // The first push is the candidate's own branch.
      if (pushes === 2) shop.git.commit('uat', 'meanwhile');
      return repository.push(updates);
    },
  };
  const result = await slot(shop, 'T1', { context: { ...context, repository: racing } });
  expect(outcomeIn(result, bug)).toBe('deployed');
  expect(shop.git.patchesOn('uat').slice(0, 2)).toEqual(['base', 'meanwhile']);
  expect(shop.git.patchesOn('uat')).toHaveLength(3);
  expect(shop.live.get('uat')).toBe(shop.git.branches.get('uat'));
});

test('what GitHub says when it refuses the push is shown as it is, and nothing of it comes alive', async () => {
  const shop = createShop();
  const bug = await confirmedBug(shop);
  readyFix(shop, bug);
  const context = shop.open();
  const { repository } = context;
  const message = 'remote: @acme/leads [x](http://x.example) <img src=x>';
  const refusing = {
    ...repository,
    push: async (updates: Parameters<typeof repository.push>[0]) =>
      updates.some(({ ref }) => ref === 'refs/heads/uat')
        ? ({ kind: 'refused', ref: 'refs/heads/uat', rule: 'ruleset', message } as const)
        : repository.push(updates),
  };
  await slot(shop, 'T1', { context: { ...context, repository: refusing } });
  expect(answersOn(shop, bug).at(-1)).toContain(`The push to \`uat\` was refused (ruleset): \`${message}\``);
});

test('what the analysis found is text in the slot’s report', async () => {
  const shop = createShop();
  const bug = await confirmedBug(shop);
  const probableCause = 'The report points to src/@ada|<img src=x>.js';
  const analyzer = { analyze: async () => anAnalysis({ probableCause, similarBugs: [] }) };
  readyFix(shop, bug);
  later(shop, 60);
  const result = await planSlot(shop.open({ analyzer }), { kind: 'T1', slotId: null, run: aRun('T1') });
  const outcome = 'record' in result ? result.record.outcomes.find((each) => each.bug === bug) : undefined;
  expect(outcome?.message).toBe(plain(probableCause));
});

function withDeployments(shop: Shop): Shop['policy'] {
  const { uat, prod } = shop.policy.environments;
  const versionFrom = 'deployments' as const;
  return { ...shop.policy, environments: { uat: { ...uat, versionFrom }, prod: { ...prod, versionFrom } } };
}

function deployed(shop: Shop, commits: Record<string, string>): void {
  for (const [githubEnvironment, commit] of Object.entries(commits)) {
    shop.world.deployments.push({
      id: shop.world.nextId(),
      githubEnvironment,
      commit,
      slot: null,
      by: null,
      createdAtMs: shop.world.now(),
      state: 'success',
    });
  }
}
