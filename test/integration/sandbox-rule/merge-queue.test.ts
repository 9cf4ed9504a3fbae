import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createClock, type Clock } from '../../../src/sandbox/clock.ts';
import type { SandboxEvent } from '../../../src/sandbox/webhook/event.ts';
import {
  installTestApp,
  makeBranch,
  makeWorkTree,
  shopPath,
  startTown,
  writeFile,
  type Person,
  type Town,
} from '../sandbox/support.ts';
import { ask, checkRule, headOf, openPull, outcomeOf, pullRule, queueRule, setRules } from './support.ts';

const GATE = 'tonic / gate';
const START_MS = Date.UTC(2026, 10, 20, 19);

let town: Town;
let clock: Clock;
let tonic: Awaited<ReturnType<typeof installTestApp>>;
let events: SandboxEvent[] = [];
beforeEach(async () => {
  clock = createClock(START_MS);
  town = await startTown({ clock });
  await writeFile(town, { path: 'README.md', content: 'Shop\n' });
  tonic = await installTestApp(town, { permissions: { checks: 'write', contents: 'write' } });
  events = [];
  town.sandbox.onEvent((event) => events.push(event));
});
afterEach(() => town.close());

const pinned = () => checkRule([{ context: GATE, integration_id: tonic.app.id }]);
const report = (head_sha: string, conclusion: 'success' | 'failure') =>
  tonic.client.checks.create({ ...shopPath, name: GATE, head_sha, status: 'completed', conclusion });
const pullOf = async (number: number) =>
  (await town.as('rita').pulls.get({ ...shopPath, pull_number: number })).data;

/** A pull into main whose head has passed the gate. */
async function readyPull(branch: string): Promise<{ number: number; sha: string }> {
  const pull = await openPull(town, { branch, base: 'main' });
  await report(pull.sha, 'success');
  return pull;
}

const ENQUEUE = `mutation($input: EnqueuePullRequestInput!) { enqueuePullRequest(input: $input) {
  mergeQueueEntry { position state enqueuer { login } } } }`;
const DEQUEUE = `mutation($input: DequeuePullRequestInput!) { dequeuePullRequest(input: $input) { mergeQueueEntry { id } } }`;

async function enqueue(number: number, more: { expectedHeadOid?: string; person?: Person } = {}) {
  const { person = 'will', ...rest } = more;
  const pullRequestId = (await pullOf(number)).node_id;
  const answer = await ask(town, person, {
    document: ENQUEUE,
    variables: { input: { pullRequestId, ...rest } },
  });
  await town.sandbox.idle();
  return answer;
}

const Group = z.object({
  merge_group: z.object({
    head_sha: z.string(),
    head_ref: z.string(),
    base_sha: z.string(),
    base_ref: z.string(),
  }),
});
/** The group whose checks were asked for last. */
function lastGroup() {
  const asked = events.findLast(
    ({ name, action }) => name === 'merge_group' && action === 'checks_requested',
  );
  return Group.parse(asked?.payload).merge_group;
}
const told = () =>
  events
    .filter(({ name }) => ['merge_group', 'pull_request', 'push'].includes(name))
    .map(({ name, action, payload }) => [name, action, payload['reason']].filter(Boolean).join(' '));

async function settle(conclusion: 'success' | 'failure'): Promise<void> {
  await report(lastGroup().head_sha, conclusion);
  await town.sandbox.idle();
}

describe('a merge queue', () => {
  it('checks the merge on a branch of its own and then moves the base to that very commit', async () => {
    await setRules(town, ['main'], { rules: [queueRule(), pullRule(), pinned()] });
    const { number, sha } = await readyPull('fix');
    const base = await headOf(town, 'main');
    events = [];
    expect(await enqueue(number)).toEqual({
      data: {
        enqueuePullRequest: {
          mergeQueueEntry: { position: 1, state: 'QUEUED', enqueuer: { login: 'will' } },
        },
      },
      errors: [],
    });
    const group = lastGroup();
    expect(group).toEqual({
      head_sha: expect.any(String),
      head_ref: `refs/heads/gh-readonly-queue/main/pr-${number}-${base}`,
      base_sha: base,
      base_ref: 'refs/heads/main',
    });
    expect(await headOf(town, 'main')).toBe(base);
    const { data: commit } = await town.as('rita').repos.getCommit({ ...shopPath, ref: group.head_sha });
    expect(commit.parents.map((parent) => parent.sha)).toEqual([base, sha]);

    await settle('success');
    expect(await headOf(town, 'main')).toBe(group.head_sha);
    expect(await pullOf(number)).toMatchObject({
      merged: true,
      merge_commit_sha: group.head_sha,
      merged_by: { login: 'github-merge-queue[bot]' },
      base: { sha: base },
    });
    const gone = headOf(town, group.head_ref.replace('refs/heads/', ''));
    expect(await outcomeOf(gone)).toMatchObject({ status: 404 });
    expect(told()).toEqual([
      'pull_request enqueued',
      'push',
      'merge_group checks_requested',
      'push',
      'pull_request closed',
      'push',
      'merge_group destroyed merged',
      'pull_request dequeued MERGE',
    ]);
  });

  it('takes nothing but what could be merged otherwise', async () => {
    await setRules(town, ['main'], {
      rules: [queueRule(), pullRule({ required_approving_review_count: 1 }), pinned()],
    });
    const { number, sha } = await openPull(town, { branch: 'fix', base: 'main' });
    const problem = async (more: Parameters<typeof enqueue>[1] = {}) =>
      (await enqueue(number, more)).errors[0]?.message;
    expect(await problem()).toBe(
      'Pull request At least 1 approving review is required by reviewers with write access.',
    );
    await town.as('ada').pulls.createReview({ ...shopPath, pull_number: number, event: 'APPROVE' });
    expect(await problem()).toBe(`Pull request Required status check "${GATE}" is expected.`);
    await report(sha, 'success');
    expect(await problem({ expectedHeadOid: '1'.repeat(40) })).toContain('Head branch was modified');
    expect(await problem({ person: 'rita' })).toContain('write access');
    expect(await problem({ expectedHeadOid: sha })).toBeUndefined();
    expect(await problem()).toBe('Pull request is already in the queue');
  });

  it('is the only way in, also for whom everything else is fine', async () => {
    await setRules(town, ['main'], { rules: [queueRule()] });
    const { number } = await readyPull('fix');
    const sentence = 'Repository rule violations found\n\nChanges must be made through the merge queue\n\n';
    const merged = town.as('will').pulls.merge({ ...shopPath, pull_number: number });
    expect(await outcomeOf(merged)).toEqual({ status: 405, message: sentence });
    const sha = (await pullOf(number)).head.sha;
    const pushed = town.as('will').git.updateRef({ ...shopPath, ref: 'heads/main', sha });
    expect(await outcomeOf(pushed)).toEqual({ status: 422, message: sentence });
    await setRules(town, ['candidate'], { rules: [queueRule()] });
    expect(await outcomeOf(makeBranch(town, 'candidate'))).toEqual({ status: 422, message: sentence });
  });

  it('waits for the check on its own commit: that of the pull’s head is another', async () => {
    await setRules(town, ['main'], { rules: [queueRule(), pinned()] });
    const { number } = await readyPull('fix');
    await enqueue(number);
    expect((await pullOf(number)).merged).toBe(false);
    await town.as('will').repos.createCommitStatus({
      ...shopPath,
      sha: lastGroup().head_sha,
      state: 'success',
      context: GATE,
    });
    await town.sandbox.idle();
    expect((await pullOf(number)).merged).toBe(false);
  });

  it('drops a pull whose merge fails its checks, and goes on with the next', async () => {
    await setRules(town, ['main'], { rules: [queueRule(), pinned()] });
    const [bad, good] = [await readyPull('bad'), await readyPull('good')];
    await enqueue(bad.number);
    await enqueue(good.number);
    const before = told().length;
    await settle('failure');
    expect(told().slice(before, before + 3)).toEqual([
      'push',
      'merge_group destroyed dequeued',
      'pull_request dequeued CI_FAILURE',
    ]);
    await settle('success');
    expect([(await pullOf(bad.number)).state, (await pullOf(good.number)).merged]).toEqual(['open', true]);
  });

  it('builds the next on what the one before has made of the base', async () => {
    await setRules(town, ['main'], { rules: [queueRule(), pinned()] });
    const [one, two] = [await readyPull('one'), await readyPull('two')];
    await enqueue(one.number);
    await enqueue(two.number);
    const first = lastGroup();
    await settle('success');
    expect(lastGroup()).toMatchObject({ base_sha: first.head_sha });
    await settle('success');
    expect([(await pullOf(one.number)).merged, (await pullOf(two.number)).merged]).toEqual([true, true]);
  });

  it('builds again when the base moves past it', async () => {
    const ada = { actor_type: 'User' as const, actor_id: town.people.ada.id };
    await setRules(town, ['main'], { rules: [queueRule(), pinned()], bypass_actors: [ada] });
    const { number } = await readyPull('fix');
    await enqueue(number);
    const first = lastGroup();
    const base = await writeFile(town, { path: 'past.txt', content: 'x' });
    await town.sandbox.idle();
    expect(told()).toContain('merge_group destroyed invalidated');
    expect(lastGroup()).toMatchObject({ base_sha: base });
    await report(first.head_sha, 'success');
    await town.sandbox.idle();
    expect(await headOf(town, 'main')).toBe(base);
    await settle('success');
    expect((await pullOf(number)).merged).toBe(true);
  });

  it('lets a pull go by hand, by a new head, and when it is closed', async () => {
    await setRules(town, ['main'], { rules: [queueRule(), pinned()] });
    const pulls = [await readyPull('hand'), await readyPull('head'), await readyPull('shut')];
    for (const { number } of pulls) await enqueue(number);
    const base = await headOf(town, 'main');
    const [hand, head, shut] = pulls.map(({ number }) => number);
    events = [];
    await writeFile(town, { path: 'more.txt', content: 'x', branch: 'head' });
    await town.as('will').pulls.update({ ...shopPath, pull_number: shut ?? 0, state: 'closed' });
    const id = (await pullOf(hand ?? 0)).node_id;
    await ask(town, 'will', { document: DEQUEUE, variables: { input: { id } } });
    await town.sandbox.idle();
    const left = events
      .filter(({ action }) => action === 'dequeued')
      .map(({ payload }) => [payload['number'], payload['reason']]);
    expect(left).toEqual([
      [head, 'UNKNOWN_REMOVAL_REASON'],
      [shut, 'MANUAL'],
      [hand, 'MANUAL'],
    ]);
    expect(told()).toContain('merge_group destroyed dequeued');
    expect(await headOf(town, 'main')).toBe(base);
    const again = await ask(town, 'will', { document: DEQUEUE, variables: { input: { id } } });
    expect(again.errors[0]?.message).toBe('Pull request is not in the merge queue');
  });

  it('drops a pull that conflicts, and one whose checks nobody reports in time', async () => {
    await setRules(town, ['main'], { rules: [queueRule(), pinned()] });
    await makeBranch(town, 'clash');
    const sha = await writeFile(town, { path: 'fix.txt', content: 'other\n', branch: 'clash' });
    const opened = await town
      .as('will')
      .pulls.create({ ...shopPath, title: 'Clash', head: 'clash', base: 'main' });
    await report(sha, 'success');
    const fix = await readyPull('fix');
    await enqueue(fix.number);
    await enqueue(opened.data.number);
    await settle('success');
    expect(told().at(-1)).toBe('pull_request dequeued MERGE_CONFLICT');

    const slow = await readyPull('slow');
    await enqueue(slow.number);
    clock.advanceTo(START_MS + 59 * 60_000);
    await town.sandbox.idle();
    expect(told().at(-1)).toBe('merge_group checks_requested');
    clock.advanceTo(START_MS + 60 * 60_000);
    await town.sandbox.idle();
    expect(told().at(-1)).toBe('pull_request dequeued CI_TIMEOUT');
  });

  it('squashes where its rule says so', async () => {
    await setRules(town, ['main'], { rules: [queueRule({ merge_method: 'SQUASH' })] });
    const base = await headOf(town, 'main');
    const { number } = await readyPull('fix');
    await enqueue(number);
    const { data } = await town.as('rita').repos.getCommit({ ...shopPath, ref: 'main' });
    expect(data.parents.map((parent) => parent.sha)).toEqual([base]);
    expect(await pullOf(number)).toMatchObject({ merged: true, merge_commit_sha: data.sha });
  });

  it('keeps its branches to itself', async () => {
    await setRules(town, ['main'], { rules: [queueRule(), pinned()] });
    const { number } = await readyPull('fix');
    await enqueue(number);
    const group = lastGroup();
    const tree = await makeWorkTree();
    const pushed = await tree.git('push', town.remote('ada'), `:${group.head_ref}`);
    tree.remove();
    expect(pushed.text).toContain('refusing to touch a branch of the merge queue');
    const made = town
      .as('ada')
      .git.createRef({ ...shopPath, ref: 'refs/heads/gh-readonly-queue/main/mine', sha: group.base_sha });
    expect(await outcomeOf(made)).toMatchObject({ status: 422 });
  });

  it('shows its pulls to GraphQL', async () => {
    await setRules(town, ['main'], { rules: [queueRule(), pinned()] });
    const [one, two] = [await readyPull('one'), await readyPull('two')];
    await enqueue(one.number);
    await enqueue(two.number);
    const document = `query($number: Int!) { repository(owner: "acme", name: "shop") {
      mergeQueue(branch: "main") { entries(first: 5) { nodes { position state headCommit { oid } pullRequest { number } } } }
      pullRequest(number: $number) { isInMergeQueue isMergeQueueEnabled mergeQueueEntry { position } mergeStateStatus } } }`;
    const { data } = await ask(town, 'rita', { document, variables: { number: two.number } });
    expect(data).toEqual({
      repository: {
        mergeQueue: {
          entries: {
            nodes: [
              {
                position: 1,
                state: 'AWAITING_CHECKS',
                headCommit: { oid: lastGroup().head_sha },
                pullRequest: { number: one.number },
              },
              { position: 2, state: 'QUEUED', headCommit: null, pullRequest: { number: two.number } },
            ],
          },
        },
        pullRequest: {
          isInMergeQueue: true,
          isMergeQueueEnabled: true,
          mergeQueueEntry: { position: 2 },
          mergeStateStatus: 'CLEAN',
        },
      },
    });
  });
});

it('merge_group goes to Apps that may read merge queues, and to no others', async () => {
  await setRules(town, ['main'], { rules: [queueRule(), pinned()] });
  const webhook = { url: 'http://127.0.0.1:9/', secret: 's' };
  const allowed = await installTestApp(town, {
    slug: 'queue-reader',
    permissions: { merge_queues: 'read' },
    events: ['merge_group'],
    webhook,
  });
  await installTestApp(town, { slug: 'other', permissions: {}, events: ['merge_group'], webhook });
  const { number } = await readyPull('fix');
  await enqueue(number);
  const got = town.sandbox.deliveries.log.filter(({ event }) => event === 'merge_group');
  expect(got.map(({ appId, action }) => [appId, action])).toEqual([[allowed.app.id, 'checks_requested']]);
});
