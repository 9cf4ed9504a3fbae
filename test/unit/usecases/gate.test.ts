import { beforeEach, describe, expect, it } from 'vitest';
import { GATE_CHECKS } from '../../../src/domain/gate.ts';
import type { EnvironmentName } from '../../../src/domain/policy.ts';
import type { CheckReport } from '../../../src/ports/checks.ts';
import { createMigrationReader } from '../../../src/adapters/sql/migration-reader.ts';
import { LedgerFailure } from '../../../src/ports/ledger.ts';
import { GitFailure } from '../../../src/ports/repository.ts';
import type { Context } from '../../../src/usecases/context.ts';
import { gateAfterPush, gateAll, gateHead, gatePulls } from '../../../src/usecases/gate/gate-pulls.ts';
import { lookAgain } from '../../../src/usecases/gate/look-again.ts';
import { pressButton, type ButtonPress } from '../../../src/usecases/gate/press-button.ts';
import { guardLabel } from '../../../src/usecases/guard-label.ts';
import { linkPull } from '../../../src/usecases/link-pull.ts';
import { reconcileAndWrite } from '../../../src/usecases/reconcile.ts';
import { checksOn } from '../../support/fake-check.ts';
import { personIn, pullIn } from '../../support/fake-world.ts';
import {
  answersOn,
  bugIn,
  bugOnUat,
  carryOutRollback,
  confirmedBug,
  createShop,
  later,
  nextNoon,
  openIssue,
  readyFix,
  say,
  slot,
  type Shop,
} from './support.ts';

let shop: Shop;
let app: Context;
beforeEach(() => {
  shop = createShop();
  app = shop.open();
});

const headOf = (pull: number) => pullIn(shop.world, pull).commits.at(-1) ?? '';

/** What the check on a commit says; `null` without one. */
function reportOn(commit: string, environment: EnvironmentName): CheckReport | null {
  const found = checksOn(shop.world, commit).find(({ name }) => name === GATE_CHECKS[environment]);
  return found?.report ?? null;
}

/** `open` or `closed`, and the line. */
function gateOf(pull: number, environment: EnvironmentName = 'uat'): string {
  const report = reportOn(headOf(pull), environment);
  return report === null ? 'none' : `${report.conclusion === 'success' ? 'open' : 'closed'}: ${report.title}`;
}

async function plannedBug(flow = ''): Promise<number> {
  const bug = await confirmedBug(shop, 'medium', flow);
  await say(shop, { issue: bug, body: '/plan' }, app);
  return bug;
}

/** A pull request without a review; the webhook that links it comes. */
async function openFix(bug: number, base = 'uat'): Promise<number> {
  const { number } = shop.people.openPull({ by: 'wes', head: `fix/${bug}`, base, body: `Fixes #${bug}` });
  await linkPull(app, { pull: number, base, state: 'open', mentions: [bug], updatedAtMs: shop.world.now() });
  return number;
}

async function press(changes: Partial<ButtonPress> & { readonly head: string }): Promise<void> {
  await pressButton(shop.open(), {
    button: 'approve_prod',
    by: personIn(shop.world, 'ada'),
    check: GATE_CHECKS.uat,
    checkRun: 7,
    delivery: 'd-1',
    pressedAtMs: null,
    ...changes,
  });
}

describe('the check of a pull request', () => {
  it('is there as soon as it is linked, and opens with the review', async () => {
    const pull = await openFix(await plannedBug());
    expect(gateOf(pull)).toMatch(/^closed: #\d+ has 0 of 1 approving reviews/u);
    shop.people.review({ by: 'max', pull, state: 'approved' });
    await gatePulls(app, [pull]);
    expect(gateOf(pull)).toMatch(/^open: May be merged; T1/u);
  });

  it('follows the bug by itself: its plan, its severity, its end', async () => {
    const bug = await confirmedBug(shop);
    const pull = readyFix(shop, bug);
    await linkPull(app, { pull, base: 'uat', state: 'open', mentions: [bug], updatedAtMs: shop.world.now() });
    expect(gateOf(pull)).toMatch(/^closed: #\d+ has no plan yet/u);
    await say(shop, { issue: bug, body: '/plan' }, app);
    expect(gateOf(pull)).toMatch(/^open/u);
    shop.people.label(bug, { add: ['severity:critical'], remove: ['severity:medium'] });
    const by = personIn(shop.world, 'max');
    await guardLabel(app, {
      issue: bug,
      action: 'labeled',
      label: 'severity:critical',
      by,
      atMs: shop.world.now(),
    });
    expect(gateOf(pull)).toMatch(/^closed: #\d+ is critical/u);
    await say(shop, { issue: bug, body: '/close gone with the old page' }, app);
    expect(gateOf(pull)).toMatch(/^closed: #\d+ is closed/u);
  });

  it('of a bug that is linked to several waits for all of them', async () => {
    const bug = await plannedBug();
    const first = readyFix(shop, bug);
    const second = shop.people.openPull({
      by: 'wes',
      head: 'fix/b',
      base: 'uat',
      body: `Fixes #${bug}`,
    }).number;
    for (const pull of [first, second])
      await linkPull(app, {
        pull,
        base: 'uat',
        state: 'open',
        mentions: [bug],
        updatedAtMs: shop.world.now(),
      });
    expect(gateOf(first)).toMatch(new RegExp(`^closed: #${second} has 0 of 1`, 'u'));
    shop.people.review({ by: 'max', pull: second, state: 'approved' });
    await gatePulls(app, [second]);
    expect([gateOf(first), gateOf(second)].map((said) => said.slice(0, 4))).toEqual(['open', 'open']);
  });

  it('is another one for each environment', async () => {
    const bug = await plannedBug();
    const pull = await openFix(bug, 'main');
    expect(gateOf(pull, 'prod')).toMatch(/^closed: #\d+ goes Flow 1: open it against uat/u);
    expect(reportOn(headOf(pull), 'uat')).toBeNull();
  });

  it('without a bug is open for UAT and closed for PROD', async () => {
    const uat = shop.people.openPull({ by: 'wes', head: 'a', base: 'uat' }).number;
    const prod = shop.people.openPull({ by: 'wes', head: 'b', base: 'main' }).number;
    const other = shop.people.openPull({ by: 'wes', head: 'c', base: 'develop' }).number;
    await gatePulls(app, [uat, prod, other]);
    expect(gateOf(uat)).toMatch(/^open: No bug is linked/u);
    expect(gateOf(prod, 'prod')).toMatch(/^closed: No bug is linked/u);
    expect(checksOn(shop.world, headOf(other))).toEqual([]);
  });

  it('from a fork is judged like any other, also one whose branch is named as UAT’s', async () => {
    const bug = await plannedBug();
    const { number } = shop.people.openPull({
      by: 'out',
      head: 'uat',
      base: 'main',
      body: `Fixes #${bug}`,
      fromFork: true,
    });
    await linkPull(app, {
      pull: number,
      base: 'main',
      state: 'open',
      mentions: [bug],
      updatedAtMs: shop.world.now(),
    });
    expect(gateOf(number, 'prod')).toMatch(/^closed: #\d+ goes Flow 1/u);
  });

  it('closes on the commits that it does not bring any more', async () => {
    const pull = readyFix(shop, await plannedBug());
    await reconcileAndWrite(app);
    const before = headOf(pull);
    expect(gateOf(pull)).toMatch(/^open/u);
    shop.people.push(pull);
    await gatePulls(app, [pull], [{ pull, commit: before, base: 'uat' }]);
    expect(reportOn(before, 'uat')).toMatchObject({ conclusion: 'failure' });
    expect(gateOf(pull)).toMatch(/^closed: #\d+ has 0 of 1/u);
  });

  it('closes on them also when no webhook said that there is another head', async () => {
    const pull = readyFix(shop, await plannedBug());
    await reconcileAndWrite(app);
    const before = headOf(pull);
    shop.people.push(pull);
    await reconcileAndWrite(app);
    expect(reportOn(before, 'uat')).toMatchObject({ conclusion: 'failure' });
  });

  it.each(['main', 'develop'])('closes when it was turned to %s, though no webhook said so', async (base) => {
    const pull = readyFix(shop, await plannedBug());
    await reconcileAndWrite(app);
    shop.people.retarget(pull, base);
    await reconcileAndWrite(app);
    expect(gateOf(pull)).toMatch(/^closed: No longer what #\d+ brings to UAT/u);
    const said = shop.world.checks.length;
    await reconcileAndWrite(app);
    expect(shop.world.checks.length).toBe(said);
  });

  it('closes when it was closed without a merge, though no webhook said so, and not when it was merged', async () => {
    const [closed, merged] = [await plannedBug(), await plannedBug()].map((bug) => readyFix(shop, bug));
    await reconcileAndWrite(app);
    pullIn(shop.world, closed ?? 0).state = 'closed';
    shop.people.merge(merged ?? 0);
    await reconcileAndWrite(app);
    expect(gateOf(closed ?? 0)).toMatch(/^closed: #\d+ was closed/u);
    expect(gateOf(merged ?? 0)).toMatch(/^open/u);
  });

  it('closes when it is closed without a merge: its commit could still be pushed', async () => {
    const pull = readyFix(shop, await plannedBug());
    await reconcileAndWrite(app);
    pullIn(shop.world, pull).state = 'closed';
    await gatePulls(app, [pull]);
    expect(gateOf(pull)).toMatch(/^closed: #\d+ was closed/u);
  });

  it('is not shut by a copy of its branch', async () => {
    const pull = readyFix(shop, await plannedBug());
    await reconcileAndWrite(app);
    const copy = shop.people.openPull({
      by: 'out',
      head: 'copy',
      base: 'uat',
      fromFork: true,
      draft: true,
    }).number;
    pullIn(shop.world, copy).commits.splice(0, 1, headOf(pull));
    pullIn(shop.world, copy).body = 'Fixes #1';
    await gatePulls(app, [copy]);
    expect(gateOf(pull)).toMatch(/^open/u);
    const before = headOf(pull);
    shop.people.push(copy);
    await gatePulls(app, [copy], [{ pull: copy, commit: before, base: 'uat' }]);
    expect(gateOf(pull)).toMatch(/^open/u);
  });

  it('is shut on a commit that only a copy brings any more, which may not go', async () => {
    const pull = readyFix(shop, await plannedBug());
    const body = `Fixes #${await openIssue(shop)}`;
    const copy = shop.people.openPull({ by: 'out', head: 'copy', base: 'uat', body });
    pullIn(shop.world, copy.number).commits.splice(0, 1, headOf(pull));
    await reconcileAndWrite(app);
    expect(gateOf(pull)).toMatch(/^open/u);
    shop.people.push(pull);
    await reconcileAndWrite(app);
    expect(gateOf(copy.number)).toMatch(/^closed/u);
  });
});

/** All that can happen while something is held has happened after this. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('looking', () => {
  it('says nothing twice', async () => {
    readyFix(shop, await plannedBug());
    await reconcileAndWrite(app);
    const said = shop.world.checks.length;
    await gateAll(app);
    await reconcileAndWrite(shop.open());
    expect(shop.world.checks.length).toBe(said);
  });

  it('finds what no webhook told of', async () => {
    const pull = readyFix(shop, await plannedBug());
    expect(gateOf(pull)).toBe('none');
    await reconcileAndWrite(app);
    expect(gateOf(pull)).toMatch(/^open/u);
  });

  it('is asked for by another check of a head that waits for it, and by no other', async () => {
    const pull = readyFix(shop, await plannedBug());
    shop.people.check({ pull, name: 'ci', state: 'pending' });
    await reconcileAndWrite(app);
    expect(gateOf(pull)).toMatch(/^closed: The checks of #\d+ are pending/u);
    shop.people.check({ pull, name: 'ci', state: 'green' });
    await gateHead(shop.open(), headOf(pull));
    expect(gateOf(pull)).toMatch(/^closed/u);
    await gateHead(app, headOf(pull));
    expect(gateOf(pull)).toMatch(/^open/u);
    shop.people.check({ pull, name: 'ci', state: 'red' });
    await gateHead(app, headOf(pull));
    expect(gateOf(pull)).toMatch(/^closed: The checks of #\d+ are red/u);
  });

  it('costs nothing when other checks end on a pull request that waits for something else first', async () => {
    const pull = await openFix(await plannedBug());
    let reads = 0;
    const pulls = async () => {
      reads += 1;
      return [];
    };
    await gateHead({ ...app, observer: { ...app.observer, pulls } }, headOf(pull));
    expect(reads).toBe(0);
  });

  it('is done again for whoever asks', async () => {
    const pull = readyFix(shop, await plannedBug());
    await lookAgain(shop.open(), headOf(pull));
    expect(gateOf(pull)).toMatch(/^closed: #\d+ is not linked/u);
    await linkPull(app, { pull, base: 'uat', state: 'open', mentions: [1], updatedAtMs: shop.world.now() });
    pullIn(shop.world, pull).isDraft = true;
    await press({ head: headOf(pull), button: 'recheck' });
    expect(gateOf(pull)).toMatch(/^closed: #\d+ is a draft/u);
  });

  it('follows what somebody pushes to an environment', async () => {
    const pull = readyFix(shop, await plannedBug());
    await reconcileAndWrite(app);
    shop.git.commit('uat', 'somebody’s own');
    await gateAfterPush(app, 'somewhere', false);
    expect(gateOf(pull)).toMatch(/^open/u);
    await gateAfterPush(app, 'uat', false);
    expect(gateOf(pull)).toMatch(/^closed: UAT and PROD differ/u);
  });

  it('gives the last word to who looked last', async () => {
    const pull = readyFix(shop, await plannedBug());
    await reconcileAndWrite(app);
    const held = Promise.withResolvers<void>();
    const slow = {
      ...app.observer,
      pulls: async (numbers: readonly number[]) => {
        const found = await app.observer.pulls(numbers);
        await held.promise;
        return found;
      },
    };
    const first = gatePulls({ ...app, observer: slow }, [pull]);
    await turn();
    pullIn(shop.world, pull).isDraft = true;
    const second = gatePulls(app, [pull]);
    await turn();
    held.resolve();
    await Promise.all([first, second]);
    expect(gateOf(pull)).toMatch(/^closed: #\d+ is a draft/u);
  });
});

describe('what cannot be judged is closed', () => {
  it('when the configuration is broken, until it is mended', async () => {
    const pull = readyFix(shop, await plannedBug());
    await reconcileAndWrite(app);
    shop.broken = 'slots: no such key';
    await gateAfterPush(app, 'main', true);
    expect(gateOf(pull)).toBe('closed: The configuration is broken: an admin has to mend it');
    expect(reportOn(headOf(pull), 'prod')).toMatchObject({ conclusion: 'failure' });
    expect(reportOn(headOf(pull), 'uat')?.summary).toContain('no such key');
    shop.broken = null;
    await gateAfterPush(app, 'main', true);
    expect(gateOf(pull)).toMatch(/^open/u);
  });

  it('when the ledger cannot be trusted', async () => {
    const pull = readyFix(shop, await plannedBug());
    await reconcileAndWrite(app);
    const failure = new LedgerFailure('somebody else wrote it', { retryable: false });
    const ledger = { ...app.ledger, load: () => Promise.reject(failure) };
    await gateAll({ ...app, ledger });
    expect(gateOf(pull)).toBe('closed: The ledger cannot be trusted: an admin has to look at it');
  });

  it('but a ledger out of reach is asked again', async () => {
    const pull = readyFix(shop, await plannedBug());
    const failure = new LedgerFailure('no answer', { retryable: true });
    const ledger = { ...app.ledger, load: () => Promise.reject(failure) };
    await expect(gatePulls({ ...app, ledger }, [pull])).rejects.toBe(failure);
    expect(gateOf(pull)).toBe('none');
  });
});

it('shuts the check of what a rollback took off, until it is there again', async () => {
  const bug = await bugOnUat(shop);
  const [{ pull } = { pull: 0 }] = bugIn(shop, bug).fixes;
  await say(shop, { issue: bug, body: '/rollback uat it looks wrong' });
  await carryOutRollback(shop);
  expect(gateOf(pull)).toMatch(/^closed: Taken off UAT again by \d{4}-\d\d-\d\d-rollback-uat-\d{4}$/u);
  await say(shop, { issue: bug, body: '/unlock uat' });
  await say(shop, { issue: bug, body: '/confirm' });
  nextNoon(shop);
  await slot(shop, 'T1');
  expect(gateOf(pull)).toMatch(/^open: On UAT; an admin’s word for PROD/u);
});

describe('the buttons', () => {
  it('approve for PROD what is on UAT, as the command does', async () => {
    const bug = await bugOnUat(shop);
    const [{ pull } = { pull: 0 }] = bugIn(shop, bug).fixes;
    expect(gateOf(pull)).toMatch(/^open: On UAT; an admin’s word for PROD/u);
    expect(reportOn(headOf(pull), 'uat')?.actions.map(({ identifier }) => identifier)).toEqual([
      'approve_prod',
    ]);
    await press({ head: headOf(pull) });
    expect(bugIn(shop, bug)).toMatchObject({
      status: 'pending_prod',
      approvals: [{ by: { login: 'ada' }, given: { kind: 'button', delivery: 'd-1', checkRun: 7 } }],
    });
    expect(answersOn(shop, bug).at(-1)).toMatch(/Approved for PROD/u);
    expect(gateOf(pull)).toMatch(/^open: On UAT; T2 .+ brings it to PROD/u);
    expect(reportOn(headOf(pull), 'uat')?.actions).toEqual([]);
    await slot(shop, 'T2');
    expect(bugIn(shop, bug).status).toBe('deployed_prod');
    expect(gateOf(pull)).toBe('open: On UAT and PROD');
  });

  it('ask the role of who presses, live', async () => {
    const bug = await bugOnUat(shop);
    const [{ pull } = { pull: 0 }] = bugIn(shop, bug).fixes;
    await press({ head: headOf(pull), by: personIn(shop.world, 'wes') });
    expect(bugIn(shop, bug)).toMatchObject({ status: 'deployed_uat', approvals: [] });
    expect(answersOn(shop, bug).at(-1)).toMatch(/for admins/u);
  });

  it('count once, however often the webhook comes', async () => {
    const bug = await bugOnUat(shop);
    const [{ pull } = { pull: 0 }] = bugIn(shop, bug).fixes;
    await press({ head: headOf(pull) });
    const answers = answersOn(shop, bug).length;
    await press({ head: headOf(pull) });
    expect(bugIn(shop, bug).approvals).toHaveLength(1);
    expect(answersOn(shop, bug)).toHaveLength(answers);
  });

  it('count as pressed when GitHub first told of it: what was taken back since stays taken back', async () => {
    const bug = await bugOnUat(shop);
    const [{ pull } = { pull: 0 }] = bugIn(shop, bug).fixes;
    const pressedAtMs = shop.world.now();
    later(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    later(shop);
    await say(shop, { issue: bug, body: '/unapprove' });
    await press({ head: headOf(pull), pressedAtMs });
    expect(bugIn(shop, bug)).toMatchObject({ status: 'deployed_uat', approvals: [] });
    expect(answersOn(shop, bug).at(-1)).toMatch(/said `\/unapprove` after you wrote that/u);
    await press({ head: headOf(pull), delivery: 'd-2' });
    expect(bugIn(shop, bug).approvals).toHaveLength(1);
  });

  it('sign off the head of a Flow 2 fix that bears them, and no newer one', async () => {
    const bug = await plannedBug('flow2');
    const pull = await openFix(bug, 'main');
    shop.people.review({ by: 'max', pull, state: 'approved' });
    const old = headOf(pull);
    expect(gateOf(pull, 'prod')).toMatch(/^closed: #\d+ waits for the word of an admin \(0 of 1\)/u);
    later(shop);
    shop.people.push(pull);
    await press({ head: old, check: GATE_CHECKS.prod, delivery: 'd-2' });
    expect(bugIn(shop, bug).approvals).toEqual([]);
    later(shop);
    await press({ head: headOf(pull), check: GATE_CHECKS.prod, delivery: 'd-3' });
    expect(bugIn(shop, bug).approvals).toHaveLength(1);
    shop.people.review({ by: 'max', pull, state: 'approved' });
    await gatePulls(app, [pull]);
    expect(gateOf(pull, 'prod')).toMatch(/^open: May be merged; T2/u);
  });

  it('of another check, and other buttons, are none of ours', async () => {
    const bug = await bugOnUat(shop);
    const [{ pull } = { pull: 0 }] = bugIn(shop, bug).fixes;
    await press({ head: headOf(pull), check: 'ci' });
    await press({ head: headOf(pull), button: 'fix_lint' });
    await press({ head: 'f'.repeat(40) });
    expect(bugIn(shop, bug).status).toBe('deployed_uat');
  });
});

describe('a freeze', () => {
  it('closes every pull request at once, those without a bug too, and opens them again when it is lifted', async () => {
    const bug = await plannedBug();
    const fix = await openFix(bug);
    shop.people.review({ by: 'max', pull: fix, state: 'approved' });
    const chore = shop.people.openPull({
      by: 'wes',
      head: 'chore',
      base: 'uat',
      body: 'Newer packages',
    }).number;
    await gatePulls(app, [fix, chore]);
    const lines = () => [gateOf(fix), gateOf(chore)];
    const before = lines();
    expect(before.every((line) => line.startsWith('open'))).toBe(true);
    await say(shop, { issue: bug, body: '/freeze until 2026-12-21 outage' }, app);
    const frozen = 'closed: A freeze holds it until Mon 12-21 00:00';
    expect(lines()).toEqual([frozen, frozen]);
    await say(shop, { issue: bug, body: '/unfreeze' }, app);
    expect(lines()).toEqual(before);
  });
});

const opened = (files: string[]) =>
  shop.people.openPull({ by: 'wes', head: `chore/${files.length}`, base: 'uat', files }).number;

describe('migrations in a pull request', () => {
  const PATH = 'db/migrations/7.sql';
  let reads: string[];

  /** A process in which every migration holds a `DROP COLUMN`, or which git does not give any. */
  function reader(gone: GitFailure | null = null): Context {
    const repository = {
      ...shop.git.repository,
      readFiles: async (commit: string, paths: readonly string[]) => {
        if (gone !== null) throw gone;
        reads.push(...paths.map((path) => `${commit} ${path}`));
        return new Map(paths.includes(PATH) ? [[PATH, 'ALTER TABLE a DROP COLUMN b;']] : []);
      },
      listFiles: async () => [PATH, 'db/migrations/huge.sql'],
    };
    return shop.open({ migrations: createMigrationReader(), repository });
  }
  beforeEach(() => {
    reads = [];
  });

  it('that take something away beside code shut its check, at the line', async () => {
    const pull = opened([PATH, 'src/cart.ts']);
    await gatePulls(reader(), [pull]);
    expect(gateOf(pull)).toBe('closed: A migration may not go like this: 7.sql, line 1');
    expect(reportOn(headOf(pull), 'uat')?.annotations).toMatchObject([
      { path: PATH, startLine: 1, endLine: 1, level: 'failure' },
    ]);
  });

  it('are read once a head, and not at all where there are none or they are switched off', async () => {
    const app = reader();
    const pull = opened([PATH, 'src/cart.ts']);
    await gatePulls(app, [pull, opened(['src/cart.ts'])]);
    const once = [...reads];
    await gateAll(app);
    expect(reads).toEqual(once);
    shop.people.push(pull);
    await gatePulls(app, [pull]);
    expect(reads).toHaveLength(2 * once.length);
    shop.policy = { ...shop.policy, migrations: { ...shop.policy.migrations, paths: [] } };
    await gatePulls(app, [pull]);
    expect(reads).toHaveLength(2 * once.length);
    expect(gateOf(pull)).toMatch(/^open/u);
  });

  it('that are gone are none; what is there and no text, or too large, counts as the worst', async () => {
    const gone = opened(['db/migrations/6.sql', 'src/cart.ts']);
    const huge = opened(['db/migrations/huge.sql']);
    await gatePulls(reader(), [gone, huge]);
    expect(gateOf(gone)).toMatch(/^open/u);
    expect(gateOf(huge)).toBe('closed: A migration may not go like this: huge.sql, line 1');
  });

  it('that git never gives shut it; what it does not give now is asked for again', async () => {
    const pull = opened([PATH]);
    await gatePulls(reader(new GitFailure('read', 'bad object', { retryable: false })), [pull]);
    expect(gateOf(pull)).toMatch(/^closed: A migration may not go/u);
    const away = new GitFailure('fetch', 'no answer', { retryable: true });
    await expect(gatePulls(reader(away), [pull])).rejects.toThrow('no answer');
  });
});
