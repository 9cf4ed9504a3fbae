import { beforeEach, describe, expect, test } from 'vitest';
import { locksOf, nothingDeployed } from '../../../src/domain/ledger.ts';
import { NO_LOCKS } from '../../../src/domain/lock.ts';
import { watchHotfixes } from '../../../src/usecases/hotfix/watch-hotfixes.ts';
import type { Repository } from '../../../src/ports/repository.ts';
import type { Context } from '../../../src/usecases/context.ts';
import { gatePulls } from '../../../src/usecases/gate/gate-pulls.ts';
import { handlePullComment } from '../../../src/usecases/gate/handle-pull-comment.ts';
import { planHotfix } from '../../../src/usecases/hotfix/plan-hotfix.ts';
import { closeCrashedSlot } from '../../../src/usecases/slot/close-crashed-slot.ts';
import { reconcileAndWrite } from '../../../src/usecases/reconcile.ts';
import { aRun } from '../../support/builders.ts';
import { issueIn, personIn } from '../../support/fake-world.ts';
import {
  alertsOn,
  answersOn,
  bugIn,
  bugOnProd,
  bugOnUat,
  carryOutHotfix,
  carryOutRollback,
  confirmedBug,
  createShop,
  demandChecks,
  dropGate,
  given,
  later,
  mergeToProd,
  openIssue,
  outcomeIn,
  readyFix,
  say,
  slot,
  statusOn,
  type Shop,
  nextNoon,
  splitInTwo,
} from './support.ts';

let shop: Shop;
beforeEach(() => {
  shop = createShop();
});

/** A bug that is too bad for a slot, with a fix for PROD. */
async function badBug(severity = 'critical'): Promise<number> {
  const bug = await openIssue(shop, [`severity:${severity}`]);
  readyFix(shop, bug, { base: 'main' });
  const context = shop.open();
  await reconcileAndWrite(context);
  later(shop);
  return bug;
}

function dispatched(): number {
  return shop.world.runs.filter(({ workflowFile }) => workflowFile === 'tonic-hotfix.yml').length;
}

const cardOn = (bug: number) =>
  issueIn(shop.world, bug).comments.find(({ body }) => body.includes('tonic:card'))?.body ?? '';

/** A beat of the App, by a process that remembers nothing. */
async function watch(): Promise<void> {
  const context = shop.open();
  await context.ledger.load();
  await watchHotfixes(context);
}

function freeze(bug: number, level: string): Promise<number> {
  return say(shop, { issue: bug, body: `/freeze ${level} until 2031-01-01 audit` });
}

function runIs(id: number, state: 'active' | 'ended'): void {
  shop.world.runs.push({ id, state, workflowFile: 'tonic-t2.yml', inputs: {} });
}

/** A process that dies in its deploy command. */
function dyingInDeploy(): Context {
  return {
    ...shop.open(),
    deployer: { run: () => Promise.reject(new Error('the runner was taken away')) },
  };
}

function pullOf(bug: number): number {
  return bugIn(shop, bug).fixes[0]?.pull ?? 0;
}

const lastOn = (bug: number) => answersOn(shop, bug).at(-1) ?? '';

describe('/hotfix', () => {
  test('brings the fix to PROD at once, whatever the time, and queues it for UAT by the same sign-off', async () => {
    const bug = await badBug();
    await say(shop, { issue: bug, body: '/hotfix' });
    expect(lastOn(bug)).toMatch(/\*\*Hotfix, P1\*\*.* within 1 h\. @max: please know of it\./u);
    expect(await carryOutHotfix(shop)).toMatchObject({ kind: 'ran', refusal: null });
    const after = bugIn(shop, bug);
    expect([after.status, after.flow]).toEqual(['pending_uat_merge', 2]);
    expect(after.timeline.map(({ event }) => event)).toEqual([
      'report',
      'confirm',
      'deploy_hotfix',
      'approve_uat_merge',
    ]);
    expect(after.landings.map(({ environment, slot: by }) => [environment, by])).toEqual([['prod', null]]);
    const live = shop.ledger.state().environments.get('prod')?.deployed;
    expect(live).toMatchObject({ release: expect.stringMatching(/^2026-11-20-hotfix-\d+-1901-prod$/u) });
    expect(shop.live.get('prod')).toBe(shop.git.branches.get('main'));
    expect(locksOf(shop.ledger.state(), 'prod').leases).toEqual([]);
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('merged');
    expect(statusOn(shop, bug)).toEqual(['status:uat_merged']);
  });

  test('is refused for a severity that slots bring, without a fix for PROD, and while one is under way', async () => {
    const mild = await confirmedBug(shop);
    await say(shop, { issue: mild, body: '/hotfix' });
    expect(lastOn(mild)).toContain('slots bring that');
    const bare = await openIssue(shop, ['severity:high']);
    await say(shop, { issue: bare, body: '/hotfix' });
    expect(lastOn(bare)).toContain(`Fixes #${bare}`);
    const bug = await badBug();
    await say(shop, { issue: bug, body: '/hotfix' });
    later(shop);
    await say(shop, { issue: bug, body: '/hotfix' });
    expect(lastOn(bug)).toContain('is under way already');
    expect(dispatched()).toBe(1);
  });

  test('is refused when nobody but the sender could be told of it', async () => {
    shop.policy = { ...shop.policy, hotfix: { ...shop.policy.hotfix, notify: ['Ada'] } };
    const bug = await badBug();
    await say(shop, { issue: bug, body: '/hotfix' });
    expect(lastOn(bug)).toContain('`hotfix.notify`');
    expect(bugIn(shop, bug).status).toBe('submitted');
  });

  test('takes a bug off Flow 1, and no slot takes it meanwhile', async () => {
    const bug = await bugOnUat(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    await say(shop, { issue: bug, body: '/severity high' });
    readyFix(shop, bug, { base: 'main' });
    await reconcileAndWrite(shop.open());
    later(shop);
    later(shop, 90);
    await say(shop, { issue: bug, body: '/hotfix' });
    expect(bugIn(shop, bug)).toMatchObject({ status: 'confirmed', flow: 2 });
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('none');
    expect(shop.deploys.filter((line) => line.startsWith('prod'))).toEqual([]);
    expect(await carryOutHotfix(shop)).toMatchObject({ refusal: null });
    expect(bugIn(shop, bug).status).toBe('pending_uat_merge');
  });

  test('waits while a slot deploys to PROD, and builds on what that has left', async () => {
    const bug = await badBug();
    await say(shop, { issue: bug, body: '/hotfix' });
    const owner = { kind: 'run', runId: 99, attempt: 1 } as const;
    const lease = { operation: '2026-11-20/T2', service: null, owner, reason: 'it deploys', token: 1 };
    const times = { takenAtMs: shop.world.now(), heartbeatAtMs: shop.world.now(), expiresAtMs: null };
    const environment = {
      ...nothingDeployed('prod'),
      locks: { leases: [{ ...lease, ...times }], lastToken: 1 },
    };
    await given(shop, { environments: [environment] });
    runIs(99, 'active');
    shop.meanwhile = () => given(shop, { environments: [{ ...environment, locks: NO_LOCKS }] });
    expect(await carryOutHotfix(shop)).toMatchObject({ refusal: null });
  });
});

describe('the sign-off of a hotfix', () => {
  test('takes two people while slots are suspended: the second word starts it', async () => {
    const bug = await badBug('high');
    await freeze(bug, 'suspend');
    await say(shop, { issue: bug, body: '/approve-hotfix', by: 'max' });
    expect(lastOn(bug)).toContain('an admin says `/hotfix`');
    later(shop);
    await say(shop, { issue: bug, body: '/hotfix' });
    expect(lastOn(bug)).toContain('It waits: another one of');
    await say(shop, { issue: bug, body: '/approve-hotfix' });
    expect(dispatched()).toBe(0);
    later(shop);
    await say(shop, { issue: bug, body: '/approve-hotfix', by: 'max' });
    expect(dispatched()).toBe(1);
    expect(await carryOutHotfix(shop)).toMatchObject({ refusal: null });
  });

  test('that takes two admins is not completed by a senior person: nothing is started, and the answer says whose word is missing', async () => {
    shop.policy = { ...shop.policy, approvals: { allowAuthor: true, required: { uat: 1, prod: 2 } } };
    shop.world.standings.set(personIn(shop.world, 'rea').id, { permission: 'admin', isBot: false });
    const bug = await badBug();
    await say(shop, { issue: bug, body: '/hotfix' });
    later(shop);
    await say(shop, { issue: bug, body: '/approve-hotfix', by: 'max' });
    expect(dispatched()).toBe(0);
    expect(lastOn(bug)).toContain('are admins: 1 of 2. Another admin says `/approve-hotfix`.');
    later(shop);
    await say(shop, { issue: bug, body: '/approve-hotfix', by: 'rea' });
    expect(dispatched()).toBe(1);
    expect(await carryOutHotfix(shop)).toMatchObject({ refusal: null });
  });

  test('is not completed while whoever was an admin is none any more', async () => {
    const bug = await badBug();
    await freeze(bug, 'suspend');
    await say(shop, { issue: bug, body: '/hotfix' });
    later(shop);
    shop.world.standings.set(personIn(shop.world, 'ada').id, { permission: 'maintain', isBot: false });
    await say(shop, { issue: bug, body: '/approve-hotfix', by: 'max' });
    expect(dispatched()).toBe(0);
    expect(lastOn(bug)).toContain('are admins: 0 of 1. An admin says `/approve-hotfix`.');
  });

  test('lets only a P1 through a full freeze', async () => {
    const [worst, bad] = [await badBug(), await badBug('high')];
    await freeze(worst, 'full');
    await say(shop, { issue: bad, body: '/hotfix' });
    expect(lastOn(bad)).toContain('only a P1');
    await say(shop, { issue: worst, body: '/hotfix' });
    expect(await carryOutHotfix(shop)).toMatchObject({ refusal: null });
  });

  test('is for exactly one head: after another push nothing goes to PROD', async () => {
    const bug = await badBug();
    const before = shop.git.branches.get('main');
    await say(shop, { issue: bug, body: '/hotfix' });
    later(shop);
    shop.people.push(pullOf(bug));
    expect(await carryOutHotfix(shop)).toMatchObject({ kind: 'refused', reason: 'fix_changed' });
    expect([shop.git.branches.get('main'), shop.deploys]).toEqual([before, []]);
    expect(lastOn(bug)).toContain('did not bring it to PROD');
    expect(locksOf(shop.ledger.state(), 'prod').leases).toEqual([]);
    shop.people.review({ by: 'max', pull: pullOf(bug), state: 'approved' });
    later(shop);
    await say(shop, { issue: bug, body: '/hotfix' });
    expect(await carryOutHotfix(shop)).toMatchObject({ refusal: null });
  });

  test.each([
    ['the word is edited', 'comment_edited'],
    ['a freeze begins', 'not_approved'],
    ['the severity is lowered', 'not_a_hotfix'],
    ['the bug is closed', 'wrong_status'],
    ['the approval is taken back', 'not_approved'],
  ])('is looked at again right before the push: %s', async (what, reason) => {
    const bug = await badBug();
    const before = shop.git.branches.get('main');
    const word = await say(shop, { issue: bug, body: '/hotfix' });
    const acts: Record<string, () => unknown> = {
      'the word is edited': () => shop.people.editComment(word, '/hotfix please'),
      'a freeze begins': () => freeze(bug, 'suspend'),
      'the severity is lowered': () => say(shop, { issue: bug, body: '/severity low' }),
      'the bug is closed': () => say(shop, { issue: bug, body: '/close it is gone' }),
      'the approval is taken back': () => say(shop, { issue: bug, body: '/unapprove' }),
    };
    const result = await carryOutHotfix(shop, { between: () => acts[what]?.() });
    expect(result).toMatchObject({ kind: 'ran', refusal: { reason } });
    expect([shop.git.branches.get('main'), shop.deploys]).toEqual([before, []]);
  });

  test.each(['', 'suspend'])(
    'by senior people alone is not enough, once the admin is none any more: %s',
    async (level) => {
      const bug = await badBug();
      if (level !== '') await freeze(bug, level);
      await say(shop, { issue: bug, body: '/hotfix' });
      later(shop);
      await say(shop, { issue: bug, body: '/approve-hotfix', by: 'max' });
      shop.world.standings.set(personIn(shop.world, 'ada').id, { permission: 'maintain', isBot: false });
      expect(await carryOutHotfix(shop)).toMatchObject({ kind: 'refused', reason: 'not_approved' });
      expect(shop.deploys).toEqual([]);
    },
  );

  test('by whoever wrote the fix counts for nothing where the policy wants other eyes', async () => {
    shop.policy = { ...shop.policy, approvals: { ...shop.policy.approvals, allowAuthor: false } };
    const bug = await badBug();
    shop.people.push(pullOf(bug), 'ada');
    shop.people.review({ by: 'wes', pull: pullOf(bug), state: 'approved' });
    later(shop);
    await say(shop, { issue: bug, body: '/hotfix' });
    expect(lastOn(bug)).toContain('It waits');
    expect(dispatched()).toBe(0);
  });
});

describe('a hotfix that fails', () => {
  test('says so, frees PROD, and goes again without being merged twice', async () => {
    const bug = await badBug();
    await say(shop, { issue: bug, body: '/hotfix' });
    shop.failing.add('prod');
    expect(await carryOutHotfix(shop)).toMatchObject({ refusal: { reason: 'deploy_failed' } });
    expect(bugIn(shop, bug)).toMatchObject({ status: 'confirmed', hold: { reason: 'deploy_failed' } });
    expect(locksOf(shop.ledger.state(), 'prod').leases).toEqual([]);
    shop.failing.clear();
    await say(shop, { issue: bug, body: '/retry' });
    expect(lastOn(bug)).toContain('says `/hotfix` again');
    const tip = shop.git.branches.get('main');
    later(shop);
    await say(shop, { issue: bug, body: '/hotfix' });
    expect(await carryOutHotfix(shop)).toMatchObject({ refusal: null });
    expect([shop.git.branches.get('main'), shop.live.get('prod')]).toEqual([tip, tip]);
    expect(bugIn(shop, bug)).toMatchObject({ status: 'pending_uat_merge', hold: null });
    expect(bugIn(shop, bug).landings).toHaveLength(1);
  });

  test('by a crash right after the deploy is taken on by the next attempt, and deploys nothing twice', async () => {
    const bug = await badBug();
    await say(shop, { issue: bug, body: '/hotfix' });
    const { deployer } = shop.open();
    const runId = shop.world.nextId();
    const dying = shop.open({
      deployer: {
        run: async (...asked) => {
          await deployer.run(...asked);
          throw new Error('killed');
        },
      },
    });
    await expect(carryOutHotfix(shop, { runId, context: dying })).rejects.toThrow('killed');
    expect(shop.deploys).toHaveLength(1);
    expect(await carryOutHotfix(shop, { runId, attempt: 2 })).toMatchObject({ refusal: null });
    expect(shop.deploys).toHaveLength(1);
    expect(bugIn(shop, bug)).toMatchObject({ status: 'pending_uat_merge' });
    expect(bugIn(shop, bug).landings).toHaveLength(1);
  });

  test('is not even built where nothing guards PROD', async () => {
    const bug = await badBug();
    dropGate(shop);
    await say(shop, { issue: bug, body: '/hotfix' });
    expect(await carryOutHotfix(shop)).toMatchObject({ kind: 'refused', reason: 'setup_unsafe' });
    expect(shop.deploys).toEqual([]);
  });

  test('of its checklist changes nothing; that an incident is open or T1 runs is no item of it', async () => {
    const { prod } = shop.policy.environments;
    const checklist = [
      { name: 'incidents', probe: { kind: 'no_open_issue', label: 'incident' } },
      { name: 'previous_slot', probe: { kind: 'previous_slot' } },
      { name: 'on_call', probe: { kind: 'on_call' } },
    ] as const;
    shop.policy = {
      ...shop.policy,
      environments: { ...shop.policy.environments, prod: { ...prod, checklist } },
    };
    shop.people.openIssue({ by: 'rea', labels: ['incident'] });
    const before = shop.git.branches.get('main');
    const bug = await badBug();
    await say(shop, { issue: bug, body: '/hotfix' });
    expect(await carryOutHotfix(shop)).toMatchObject({ refusal: { reason: 'checklist_failed' } });
    expect([shop.git.branches.get('main'), shop.deploys]).toEqual([before, []]);
    expect(lastOn(bug)).toContain('nobody has said /oncall');
    later(shop);
    await say(shop, { issue: bug, body: '/oncall' });
    later(shop);
    await say(shop, { issue: bug, body: '/hotfix' });
    const result = await carryOutHotfix(shop);
    expect(result).toMatchObject({ refusal: null });
    const items = result.kind === 'ran' ? (result.release.checklist ?? []) : [];
    const passed = items.filter(({ state }) => state === 'passed').map(({ name }) => name);
    expect(passed.toSorted()).toEqual(['incidents', 'on_call', 'previous_slot', 'rollback_path']);
  });

  test('on a red check deploys nothing', async () => {
    demandChecks(shop, 'red');
    const bug = await badBug();
    await say(shop, { issue: bug, body: '/hotfix' });
    expect(await carryOutHotfix(shop)).toMatchObject({ kind: 'refused', reason: 'checks_red' });
    expect(shop.deploys).toEqual([]);
  });

  test('because its run died is told of, and one that no run took is started again', async () => {
    const bug = await badBug();
    await say(shop, { issue: bug, body: '/hotfix' });
    later(shop, 3);
    await reconcileAndWrite(shop.open());
    expect(dispatched()).toBe(2);
    const runId = shop.world.nextId();
    await carryOutHotfix(shop, {
      runId,
      between: async () => {
        runIs(runId, 'ended');
        await reconcileAndWrite(shop.open());
      },
    });
    expect(lastOn(bug)).toContain('Its run ended too early. Nothing of it was deployed.');
    expect([...shop.ledger.state().releases.values()].map(({ steps }) => steps)).toEqual([[]]);
    expect(locksOf(shop.ledger.state(), 'prod').leases).toEqual([]);
  });

  test('because its run died in the middle of the deploy leaves PROD locked, and lets no slot in before that is noticed', async () => {
    const bug = await badBug();
    await say(shop, { issue: bug, body: '/hotfix' });
    const runId = shop.world.nextId();
    await expect(carryOutHotfix(shop, { runId, context: dyingInDeploy() })).rejects.toThrow('taken away');
    runIs(runId, 'ended');
    await closeCrashedSlot(shop.open(), runId);
    expect(locksOf(shop.ledger.state(), 'prod').leases).toHaveLength(1);
    await reconcileAndWrite(shop.open());
    expect(locksOf(shop.ledger.state(), 'prod').leases).toMatchObject([{ owner: { kind: 'rollback' } }]);
    expect(bugIn(shop, bug).landings.map(({ environment }) => environment)).toEqual(['prod']);
    later(shop);
    await say(shop, { issue: bug, body: '/hotfix' });
    expect(await carryOutHotfix(shop)).toMatchObject({ refusal: null });
    expect(bugIn(shop, bug).status).toBe('pending_uat_merge');
  });
});

describe('the candidate of a hotfix', () => {
  test('gets our check at the last moment, and the branch takes it with its checks green', async () => {
    demandChecks(shop);
    const bug = await badBug();
    await say(shop, { issue: bug, body: '/hotfix' });
    const own = () => shop.world.checks.filter(({ report }) => report?.title.includes('-hotfix-') === true);
    const result = await carryOutHotfix(shop, { between: () => expect(own()).toEqual([]) });
    expect(result).toMatchObject({ refusal: null });
    expect(own().map(({ commit }) => commit)).toEqual([shop.git.branches.get('main')]);
  });
});

describe('the end of a hotfix', () => {
  test('needs a note, by command and by hand, and the note lets T2 close it', async () => {
    const bug = await badBug();
    await say(shop, { issue: bug, body: '/hotfix' });
    await carryOutHotfix(shop);
    await say(shop, { issue: bug, body: '/close it works' });
    expect(lastOn(bug)).toContain('/incident-note');
    await slot(shop, 'T2');
    expect(issueIn(shop.world, bug).state).toBe('open');
    later(shop);
    shop.people.closeIssue(bug, 'rea');
    await reconcileAndWrite(shop.open());
    expect(issueIn(shop.world, bug).state).toBe('open');
    expect(lastOn(bug)).toContain('nobody has written down why');
    later(shop);
    await say(shop, {
      issue: bug,
      body: '/incident-note root cause: @all the table was empty\n\nFix: it is filled',
    });
    expect(issueIn(shop.world, bug).state).toBe('closed');
    expect(cardOn(bug)).toContain('the table was empty');
    expect(cardOn(bug)).not.toContain('@all');
  });

  test('of a P1 has a review, once, and a checklist that says so', async () => {
    const bug = await badBug();
    await say(shop, { issue: bug, body: '/hotfix' });
    await carryOutHotfix(shop);
    const reviews = alertsOn(shop).filter(({ title }) => title.startsWith('Incident review'));
    expect(reviews.map(({ title }) => title)).toEqual([
      `Incident review of #${bug}, due Sun 2026-11-22 19:01 (Asia/Taipei)`,
    ]);
    expect(cardOn(bug)).toContain(`[x] Incident review scheduled: #${reviews[0]?.number}`);
    await reconcileAndWrite(shop.open());
    expect(alertsOn(shop).filter(({ title }) => title.startsWith('Incident review'))).toHaveLength(1);
  });
});

/** A report whose form says that it is as bad as can be. */
async function claimed(by: string): Promise<number> {
  const bug = shop.people.openIssue({ by, labels: ['bug'], body: '### Severity\n\ncritical' });
  await reconcileAndWrite(shop.open());
  await watch();
  return bug;
}

describe('the clock', () => {
  test('tells the admins of a P1 at once and of each that is late, once', async () => {
    const bug = await openIssue(shop, ['severity:critical']);
    await watch();
    expect(alertsOn(shop).map(({ title }) => title)).toEqual([
      `#${bug} is a P1: PROD is to have its fix by Fri 2026-11-20 20:00 (Asia/Taipei), within 1 h`,
    ]);
    later(shop, 61);
    await watch();
    await watch();
    expect(alertsOn(shop)).toHaveLength(2);
    expect(cardOn(bug)).toContain('**late**');
  });

  test.each(['/severity critical', '/confirm', '/hotfix'])(
    'runs for what somebody without a role calls critical, but wakes nobody before it is confirmed: %s',
    async (word) => {
      const bug = await claimed('rea');
      expect(bugIn(shop, bug)).toMatchObject({ severity: 'critical', hotfix: { clock: { priority: 'P1' } } });
      expect(alertsOn(shop)).toEqual([]);
      expect(cardOn(bug)).toContain('only whoever reported it says so: `/severity critical` confirms it');
      if (word === '/hotfix') readyFix(shop, bug, { base: 'main' });
      later(shop);
      await reconcileAndWrite(shop.open());
      await say(shop, { issue: bug, body: word });
      await watch();
      expect(alertsOn(shop).map(({ title }) => title)).toEqual([expect.stringContaining(`#${bug} is a P1`)]);
      expect(cardOn(bug)).not.toContain('only whoever reported it');
    },
  );

  test('wakes the admins at once for the form of somebody who may set a severity', async () => {
    await claimed('tia');
    expect(alertsOn(shop)).toHaveLength(1);
  });

  test('that ran out on what nobody has confirmed is told of, and whose word it was', async () => {
    await claimed('rea');
    later(shop, 61);
    await watch();
    expect(alertsOn(shop).map(({ title, body }) => `${title} ${body}`)).toEqual([
      expect.stringMatching(/is not on PROD in time[\s\S]*only whoever reported it says so/u),
    ]);
  });

  test('is not won over by saying the severity again, and ends when a slot is good enough', async () => {
    const bug = await openIssue(shop, ['severity:high']);
    later(shop, 60);
    await say(shop, { issue: bug, body: '/severity high' });
    later(shop, 181);
    await watch();
    expect(alertsOn(shop)).toHaveLength(1);
    await say(shop, { issue: bug, body: '/severity low' });
    expect(bugIn(shop, bug).hotfix).toBeNull();
  });
});

/** A process that others overtake while it builds the candidate. */
function overtakenBy(others: () => Promise<unknown>): Context {
  const context = shop.open();
  const { repository } = context;
  const stack: Repository['stack'] = async (asked) => {
    await others();
    return repository.stack(asked);
  };
  return { ...context, repository: { ...repository, stack } };
}

describe('two runs of one hotfix', () => {
  test('deploy once: the one that read the order as free leaves it to the other, whatever became of it', async () => {
    const bug = await badBug();
    await say(shop, { issue: bug, body: '/hotfix' });
    const releaseId = shop.world.runs.at(-1)?.inputs['release'] ?? '';
    const run = aRun('hotfix', { id: shop.world.nextId() });
    const slow = await planHotfix(
      overtakenBy(() => carryOutHotfix(shop)),
      { releaseId, run },
    );
    expect(slow).toMatchObject({ kind: 'refused', reason: 'slot_taken' });
    expect(shop.deploys).toHaveLength(1);
    expect(shop.ledger.state().releases.get(releaseId)?.state).toBe('live');
    expect(bugIn(shop, bug).hold).toBeNull();
  });
});

test('a hotfix does not bring the head that an earlier one has left on the branch, but was signed off for another', async () => {
  const bug = await badBug();
  await say(shop, { issue: bug, body: '/hotfix' });
  shop.failing.add('prod');
  await carryOutHotfix(shop);
  shop.failing.clear();
  shop.people.push(pullOf(bug));
  later(shop, 5);
  await say(shop, { issue: bug, body: '/hotfix' });
  const before = shop.deploys.length;
  expect(await carryOutHotfix(shop)).toMatchObject({ kind: 'refused', reason: 'unsigned_commits' });
  expect(shop.deploys).toHaveLength(before);
});

test('a hotfix does not bring what another one has left on the branch, whose bug was closed since', async () => {
  const left = await badBug();
  await say(shop, { issue: left, body: '/hotfix' });
  shop.failing.add('prod');
  await carryOutHotfix(shop);
  shop.failing.clear();
  later(shop);
  await say(shop, { issue: left, body: '/close solved by the new checkout page' });
  expect(bugIn(shop, left).status).toBe('closed');
  const bug = await badBug();
  await say(shop, { issue: bug, body: '/hotfix' });
  const before = shop.deploys.length;
  expect(await carryOutHotfix(shop)).toMatchObject({ kind: 'refused', reason: 'unsigned_commits' });
  expect(shop.deploys).toHaveLength(before);
  // Somebody takes it off the branch.
  shop.git.commit('main', `revert ${shop.git.patchesOn('main').at(-1)}`);
  later(shop);
  await say(shop, { issue: bug, body: '/hotfix' });
  expect(await carryOutHotfix(shop)).toMatchObject({ refusal: null });
});

test('what a hotfix has pushed whose run died, and is not known to have ended, goes live with no slot', async () => {
  const left = await badBug();
  await say(shop, { issue: left, body: '/hotfix' });
  const runId = shop.world.nextId();
  await expect(carryOutHotfix(shop, { runId, context: dyingInDeploy() })).rejects.toThrow('taken away');
  nextNoon(shop);
  const bug = await confirmedBug(shop, 'low', 'flow2');
  readyFix(shop, bug, { base: 'main', reviewer: 'ada' });
  await slot(shop, 'T1');
  const before = shop.deploys.length;
  expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('held unsigned_commits');
  expect(shop.deploys).toHaveLength(before);
});

test('a dead hotfix that is given up late locks nobody out who has PROD by then', async () => {
  await bugOnProd(shop);
  nextNoon(shop);
  const bug = await badBug();
  await say(shop, { issue: bug, body: '/hotfix' });
  const runId = shop.world.nextId();
  await expect(carryOutHotfix(shop, { runId, context: dyingInDeploy() })).rejects.toThrow('taken away');
  nextNoon(shop);
  await say(shop, { issue: bug, body: '/rollback prod checkout answers 500' });
  expect(await carryOutRollback(shop)).toMatchObject({ refusal: null });
  later(shop);
  await say(shop, { issue: bug, body: '/hotfix' });
  const has: string[] = [];
  await carryOutHotfix(shop, {
    between: async () => {
      runIs(runId, 'ended');
      await reconcileAndWrite(shop.open());
      has.push(...locksOf(shop.ledger.state(), 'prod').leases.map(({ owner }) => owner.kind));
    },
  });
  expect(has).toEqual(['run']);
});

test.each([
  ['cannot go back', () => undefined],
  ['has another branch to build on since', () => shop.git.commit('main', 'by hand')],
])(
  'a hotfix of two services that stops half-way and %s deploys both when it is run again',
  async (_, meanwhile) => {
    splitInTwo(shop);
    const bug = await badBug();
    await say(shop, { issue: bug, body: '/hotfix' });
    shop.failing.add('prod web');
    const context = shop.open();
    // The way back of the backend does its work, and says that it did not.
    const run: Context['deployer']['run'] = async (command, request) => {
      if (request.isRollback) shop.failing.clear();
      const result = await context.deployer.run(command, request);
      return request.isRollback && request.service === 'backend' ? { ...result, ok: false } : result;
    };
    const runId = shop.world.nextId();
    await carryOutHotfix(shop, { runId, context: { ...context, deployer: { run } } });
    expect([...shop.ledger.state().releases.values()].map(({ state }) => state)).toEqual(['failed']);
    meanwhile();
    later(shop);
    shop.deploys.length = 0;
    expect(await carryOutHotfix(shop, { runId, attempt: 2 })).toMatchObject({ refusal: null });
    const tip = shop.git.branches.get('main');
    expect(shop.deploys).toEqual([`prod backend 100 ${tip}`, `prod web 100 ${tip}`]);
  },
);

async function sayOnPull(pull: number, body: string): Promise<void> {
  const [id, author] = [shop.people.comment({ by: 'ada', issue: pull, body }), personIn(shop.world, 'ada')];
  const writtenAtMs = shop.world.now();
  await handlePullComment(shop.open(), { issue: pull, id, author, authorIsBot: false, body, writtenAtMs });
}

/** A pull request that was signed off by itself and merged to PROD, where the next T2 is to bring it live. */
async function mergedRelease(): Promise<number> {
  const { number } = shop.people.openPull({ by: 'wes', head: 'uat', base: 'main' });
  await gatePulls(shop.open(), [number]);
  later(shop);
  await sayOnPull(number, '/approve-release');
  mergeToProd(shop, number);
  return number;
}

test('a hotfix does not bring along a merged release whose word is taken back before its push', async () => {
  const { prod } = shop.policy.environments;
  const environments = {
    ...shop.policy.environments,
    prod: { ...prod, versionFrom: 'deployments' as const },
  };
  shop.policy = { ...shop.policy, environments };
  await bugOnProd(shop);
  nextNoon(shop);
  const release = await mergedRelease();
  const bug = await badBug();
  await say(shop, { issue: bug, body: '/hotfix' });
  later(shop);
  const [before, deploys] = [shop.git.branches.get('main'), [...shop.deploys]];
  const between = () => sayOnPull(release, '/unapprove');
  expect(await carryOutHotfix(shop, { between })).toMatchObject({ refusal: { reason: 'unsigned_commits' } });
  expect([shop.git.branches.get('main'), shop.deploys]).toEqual([before, deploys]);
});

test('a hotfix does not bring along a merged release that a freeze holds', async () => {
  const release = await mergedRelease();
  const bug = await badBug();
  await freeze(bug, 'suspend');
  await say(shop, { issue: bug, body: '/hotfix' });
  later(shop);
  await say(shop, { issue: bug, body: '/approve-hotfix', by: 'max' });
  expect(await carryOutHotfix(shop)).toMatchObject({ kind: 'refused', reason: 'frozen' });
  expect(lastOn(bug)).toContain(`#${release}, merged and not live, which would go live with the hotfix`);
  expect(shop.deploys).toEqual([]);
  await say(shop, { issue: bug, body: '/unfreeze' });
  later(shop);
  await say(shop, { issue: bug, body: '/hotfix' });
  expect(await carryOutHotfix(shop)).toMatchObject({ refusal: null });
});
