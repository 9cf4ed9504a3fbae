import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addIssueRecord } from '../../../src/sandbox/issue/record.ts';
import type { SandboxEvent } from '../../../src/sandbox/webhook/event.ts';
import { installTestApp, makeBranch, shopPath, startTown, writeFile, type Town } from './support.ts';

let town: Town;
let events: SandboxEvent[] = [];
let count = 0;
beforeAll(async () => {
  town = await startTown();
  town.sandbox.onEvent((event) => events.push(event));
  await writeFile(town, { path: 'shared.txt', content: 'a\nb\nc\n' });
});
afterAll(() => town.close());
beforeEach(() => {
  events = [];
});

const names = (): string[] => events.map(({ name, action }) => (action ? `${name}.${action}` : name));
const headOf = async (branch: string): Promise<string> =>
  (await town.as('ada').git.getRef({ ...shopPath, ref: `heads/${branch}` })).data.object.sha;
const pullOf = async (number: number) =>
  (await town.as('rita').pulls.get({ ...shopPath, pull_number: number })).data;

/** Opens a pull whose branch adds one file a commit; base is `main` unless said. */
async function openPull(
  given: { files?: number; base?: string; body?: string; draft?: boolean } = {},
): Promise<{ number: number; branch: string }> {
  count += 1;
  const branch = `fix-${count}`;
  await makeBranch(town, branch, given.base ?? 'main');
  for (let file = 1; file <= (given.files ?? 1); file += 1) {
    await writeFile(town, {
      path: `${branch}-${file}.txt`,
      content: `${file}\n`,
      branch,
      message: `Part ${file} of ${branch}`,
    });
  }
  const { data } = await town.as('will').pulls.create({
    ...shopPath,
    title: `Repair ${branch}`,
    head: branch,
    base: given.base ?? 'main',
    ...(given.body === undefined ? {} : { body: given.body }),
    draft: given.draft ?? false,
  });
  return { number: data.number, branch };
}

function openIssue(): number {
  const author = { account: town.people.rita, app: null, workflowRunId: null };
  return addIssueRecord(town.sandbox, town.shop, { title: 'Broken', body: null, author, isPull: false })
    .number;
}

const issueState = (number: number): string | undefined =>
  town.shop.issues.find((issue) => issue.number === number)?.state;

describe('a pull', () => {
  it('shares its numbers with issues, shows its size and announces itself', async () => {
    const issue = openIssue();
    const { number } = await openPull({ files: 2 });
    expect(number).toBe(issue + 1);
    expect(await pullOf(number)).toMatchObject({
      mergeable: true,
      mergeable_state: 'clean',
      commits: 2,
      additions: 2,
      changed_files: 2,
      merged: false,
    });
    expect(names().at(-1)).toBe('pull_request.opened');
    const { data: files } = await town.as('rita').pulls.listFiles({ ...shopPath, pull_number: number });
    expect(files).toHaveLength(2);
  });

  it('needs something to bring, known branches, and no twin', async () => {
    const { branch } = await openPull();
    const will = town.as('will');
    const base = { ...shopPath, title: 'x', base: 'main' };
    for (const head of [branch, 'nowhere', 'main'])
      await expect(will.pulls.create({ ...base, head })).rejects.toMatchObject({ status: 422 });
  });

  it('follows its head and its base, and keeps refs/pull/N/head', async () => {
    const { number, branch } = await openPull();
    const before = await headOf(branch);
    const after = await writeFile(town, { path: 'more.txt', content: 'm\n', branch });
    expect(events.at(-1)).toMatchObject({
      name: 'pull_request',
      action: 'synchronize',
      payload: { before, after, number },
    });
    const base = await writeFile(town, { path: 'elsewhere.txt', content: 'e\n' });
    expect(await pullOf(number)).toMatchObject({ head: { sha: after }, base: { sha: base }, commits: 2 });
    const { data } = await town.as('rita').repos.getCommit({ ...shopPath, ref: `refs/pull/${number}/head` });
    expect(data.sha).toBe(after);
  });

  it('that conflicts says so and does not merge', async () => {
    await makeBranch(town, 'clash');
    await writeFile(town, { path: 'shared.txt', content: 'a\nB of the branch\nc\n', branch: 'clash' });
    const { data } = await town
      .as('will')
      .pulls.create({ ...shopPath, title: 'Clash', head: 'clash', base: 'main' });
    await writeFile(town, { path: 'shared.txt', content: 'a\nB of main\nc\n' });
    expect(await pullOf(data.number)).toMatchObject({ mergeable: false, mergeable_state: 'dirty' });
    const before = await headOf('main');
    await expect(
      town.as('will').pulls.merge({ ...shopPath, pull_number: data.number }),
    ).rejects.toMatchObject({ status: 405 });
    expect(await headOf('main')).toBe(before);
  });

  it('that is a draft does not merge, also when nobody may write it down', async () => {
    const { number } = await openPull({ draft: true });
    await expect(town.as('will').pulls.merge({ ...shopPath, pull_number: number })).rejects.toMatchObject({
      status: 405,
    });
    await expect(town.as('rita').pulls.merge({ ...shopPath, pull_number: number })).rejects.toMatchObject({
      status: 403,
    });
  });

  it('closes, opens again, and closes with its branch', async () => {
    const { number, branch } = await openPull();
    const will = town.as('will');
    await will.pulls.update({ ...shopPath, pull_number: number, state: 'closed' });
    await will.pulls.update({ ...shopPath, pull_number: number, state: 'open', title: 'Again' });
    await will.git.deleteRef({ ...shopPath, ref: `heads/${branch}` });
    expect(names().filter((name) => name.startsWith('pull_request'))).toEqual([
      'pull_request.opened',
      'pull_request.closed',
      'pull_request.edited',
      'pull_request.reopened',
      'pull_request.closed',
    ]);
    expect(await pullOf(number)).toMatchObject({ state: 'closed', merged: false, title: 'Again' });
  });

  it('may be edited by its author and by triage, not by any reader', async () => {
    const { number } = await openPull();
    const change = { ...shopPath, pull_number: number, title: 'Other' };
    await expect(town.as('rita').pulls.update(change)).rejects.toMatchObject({ status: 403 });
    expect((await town.as('tina').pulls.update(change)).data.title).toBe('Other');
  });
});

describe('merging', () => {
  it('by merge commit keeps both parents, also when the base moved on', async () => {
    const { number, branch } = await openPull();
    const head = await headOf(branch);
    const base = await writeFile(town, { path: 'base-only.txt', content: 'b\n' });
    const { data } = await town.as('will').pulls.merge({ ...shopPath, pull_number: number, sha: head });
    const { data: commit } = await town.as('rita').repos.getCommit({ ...shopPath, ref: data.sha });
    expect(commit.parents.map(({ sha }) => sha)).toEqual([base, head]);
    expect(commit.commit.message).toBe(
      `Merge pull request #${number} from acme/${branch}\n\nRepair ${branch}`,
    );
    expect(commit.commit.verification?.verified).toBe(true);
    expect([commit.author?.login, commit.committer?.login]).toEqual(['will', 'web-flow']);
    const { data: tree } = await town.as('rita').git.getTree({ ...shopPath, tree_sha: 'main' });
    expect(tree.tree.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['base-only.txt', `${branch}-1.txt`]),
    );
    expect(await pullOf(number)).toMatchObject({
      merged: true,
      state: 'closed',
      merge_commit_sha: data.sha,
      merged_by: { login: 'will' },
    });
  });

  it('by squash makes one commit with one parent', async () => {
    const { number, branch } = await openPull({ files: 2 });
    const base = await headOf('main');
    const { data } = await town
      .as('will')
      .pulls.merge({ ...shopPath, pull_number: number, merge_method: 'squash' });
    const { data: commit } = await town.as('rita').repos.getCommit({ ...shopPath, ref: data.sha });
    expect(commit.parents.map(({ sha }) => sha)).toEqual([base]);
    expect(commit.commit.message).toBe(
      `Repair ${branch} (#${number})\n\n* Part 1 of ${branch}\n\n* Part 2 of ${branch}`,
    );
    expect(commit.files).toHaveLength(2);
    expect(await pullOf(number)).toMatchObject({
      merged: true,
      merge_commit_sha: data.sha,
      base: { sha: base },
    });
  });

  it('by rebase puts each commit on top, authors kept', async () => {
    const { number, branch } = await openPull({ files: 2 });
    const base = await writeFile(town, { path: 'under.txt', content: 'u\n' });
    const { data } = await town
      .as('will')
      .pulls.merge({ ...shopPath, pull_number: number, merge_method: 'rebase' });
    const { data: commits } = await town
      .as('rita')
      .repos.listCommits({ ...shopPath, sha: data.sha, per_page: 3 });
    expect(commits.map((commit) => commit.commit.message)).toEqual([
      `Part 2 of ${branch}`,
      `Part 1 of ${branch}`,
      'Write under.txt',
    ]);
    expect(commits[2]?.sha).toBe(base);
    expect([commits[0]?.author?.login, commits[0]?.committer?.login]).toEqual(['ada', 'will']);
  });

  it('is refused when the head is not the one that was seen', async () => {
    const { number, branch } = await openPull();
    const seen = await headOf(branch);
    await writeFile(town, { path: 'late.txt', content: 'l\n', branch });
    const call = town.as('will').pulls.merge({ ...shopPath, pull_number: number, sha: seen });
    await expect(call).rejects.toMatchObject({
      status: 409,
      message: expect.stringContaining('Head branch was modified'),
    });
  });

  it('happens once when two ask at the same time', async () => {
    const { number } = await openPull();
    const merge = (): Promise<number> =>
      town
        .as('will')
        .pulls.merge({ ...shopPath, pull_number: number })
        .then(
          ({ status }) => status,
          (error: { status: number }) => error.status,
        );
    const results = await Promise.all([merge(), merge()]);
    expect(results.toSorted((a, b) => a - b)).toEqual([200, expect.toBeOneOf([405, 409])]);
  });

  it('by a push marks the pull as merged by the commit that brought it', async () => {
    const { number, branch } = await openPull();
    const { data: merged } = await town.as('ada').repos.merge({ ...shopPath, base: 'main', head: branch });
    await writeFile(town, { path: 'after.txt', content: 'x\n' });
    expect(await pullOf(number)).toMatchObject({
      merged: true,
      merge_commit_sha: merged.sha,
      merged_by: { login: 'ada' },
    });
  });

  it('by fast-forward marks the pull as merged by its own head', async () => {
    const { number, branch } = await openPull();
    const sha = await headOf(branch);
    await town.as('ada').git.updateRef({ ...shopPath, ref: 'heads/main', sha });
    expect(await pullOf(number)).toMatchObject({ merged: true, merge_commit_sha: sha });
    const { data: pulls } = await town
      .as('rita')
      .repos.listPullRequestsAssociatedWithCommit({ ...shopPath, commit_sha: sha });
    expect(pulls.map((pull) => pull.number)).toEqual([number]);
  });

  it('tells push before pull_request.closed', async () => {
    const { number } = await openPull();
    events = [];
    await town.as('will').pulls.merge({ ...shopPath, pull_number: number });
    expect(names()).toEqual(['push', 'pull_request.closed']);
  });
});

describe('closing keywords', () => {
  it('close the issue when the pull reaches the default branch, from its text or its commits', async () => {
    const [named, written] = [openIssue(), openIssue()];
    const { number, branch } = await openPull({ body: `Fixes #${named}` });
    await writeFile(town, {
      path: 'k.txt',
      content: 'k\n',
      branch,
      message: `Mend it\n\nCloses #${written}`,
    });
    await town.as('will').pulls.merge({ ...shopPath, pull_number: number });
    expect([issueState(named), issueState(written)]).toEqual(['closed', 'closed']);
  });

  it('do nothing on another branch', async () => {
    const issue = openIssue();
    await makeBranch(town, 'uat');
    const { number } = await openPull({ base: 'uat', body: `Fixes #${issue}` });
    await town.as('will').pulls.merge({ ...shopPath, pull_number: number });
    expect(issueState(issue)).toBe('open');
  });
});

describe('reviews', () => {
  it('carry the head they were given for, and the webhook says who', async () => {
    const { number, branch } = await openPull();
    const { data } = await town
      .as('ada')
      .pulls.createReview({ ...shopPath, pull_number: number, event: 'APPROVE' });
    expect(data).toMatchObject({
      state: 'APPROVED',
      commit_id: await headOf(branch),
      user: { login: 'ada' },
    });
    expect(events.at(-1)).toMatchObject({
      name: 'pull_request_review',
      action: 'submitted',
      payload: { review: { state: 'approved' }, sender: { login: 'ada' } },
    });
    const { data: listed } = await town.as('rita').pulls.listReviews({ ...shopPath, pull_number: number });
    expect(listed.map((review) => review.state)).toEqual(['APPROVED']);
  });

  it('are not given to oneself, and are dismissed by people with write, who are told of', async () => {
    const { number } = await openPull();
    const own = town.as('will').pulls.createReview({ ...shopPath, pull_number: number, event: 'APPROVE' });
    await expect(own).rejects.toMatchObject({ status: 422 });
    const { data: review } = await town
      .as('ada')
      .pulls.createReview({ ...shopPath, pull_number: number, event: 'REQUEST_CHANGES', body: 'no' });
    const dismissal = { ...shopPath, pull_number: number, review_id: review.id, message: 'done' };
    await expect(town.as('tina').pulls.dismissReview(dismissal)).rejects.toMatchObject({ status: 403 });
    expect((await town.as('will').pulls.dismissReview(dismissal)).data.state).toBe('DISMISSED');
    expect(events.at(-1)).toMatchObject({
      name: 'pull_request_review',
      action: 'dismissed',
      payload: { review: { id: review.id, state: 'dismissed' }, sender: { login: 'will' } },
    });
    const { data: timeline } = await town
      .as('rita')
      .issues.listEventsForTimeline({ ...shopPath, issue_number: number });
    expect(timeline.at(-1)).toMatchObject({
      event: 'review_dismissed',
      dismissed_review: { review_id: review.id, state: 'changes_requested', dismissal_message: 'done' },
    });
    await expect(town.as('ada').pulls.dismissReview(dismissal)).rejects.toMatchObject({ status: 422 });
  });

  it('are dismissed by admins only where the base is protected', async () => {
    const base = `protected-${count}`;
    await makeBranch(town, base);
    const { number } = await openPull({ base });
    const { data: review } = await town
      .as('ada')
      .pulls.createReview({ ...shopPath, pull_number: number, event: 'REQUEST_CHANGES', body: 'no' });
    await town.as('ada').repos.updateBranchProtection({
      ...shopPath,
      branch: base,
      required_status_checks: null,
      enforce_admins: true,
      required_pull_request_reviews: null,
      restrictions: null,
    });
    const dismissal = { ...shopPath, pull_number: number, review_id: review.id, message: 'done' };
    await expect(town.as('will').pulls.dismissReview(dismissal)).rejects.toMatchObject({ status: 403 });
    expect((await town.as('ada').pulls.dismissReview(dismissal)).data.state).toBe('DISMISSED');
  });

  it('are rewritten by their author only, and keep their verdict', async () => {
    const { number } = await openPull();
    const { data: review } = await town
      .as('ada')
      .pulls.createReview({ ...shopPath, pull_number: number, event: 'APPROVE', body: 'fine' });
    const change = { ...shopPath, pull_number: number, review_id: review.id, body: 'fine now' };
    await expect(town.as('will').pulls.updateReview(change)).rejects.toMatchObject({ status: 403 });
    expect((await town.as('ada').pulls.updateReview(change)).data).toMatchObject({
      state: 'APPROVED',
      body: 'fine now',
    });
    expect(events.at(-1)).toMatchObject({
      name: 'pull_request_review',
      action: 'edited',
      payload: { changes: { body: { from: 'fine' } }, review: { state: 'approved', body: 'fine now' } },
    });
  });

  it('tell GraphQL whose last word counts, on which head, and whether its author may write', async () => {
    const { number, branch } = await openPull();
    const seen = await headOf(branch);
    const say = (person: 'ada' | 'rita', event: 'APPROVE' | 'COMMENT' | 'REQUEST_CHANGES') =>
      town.as(person).pulls.createReview({ ...shopPath, pull_number: number, event, body: 'said' });
    await say('rita', 'APPROVE');
    await say('ada', 'REQUEST_CHANGES');
    await say('ada', 'APPROVE');
    await say('ada', 'COMMENT');
    await writeFile(town, { path: 'later.txt', content: 'l\n', branch });
    const answer = await town.as('rita').graphql(
      `query($number: Int!) { repository(owner: "acme", name: "shop") { pullRequest(number: $number) {
        latestOpinionatedReviews(first: 5) { nodes { state authorCanPushToRepository author { login } commit { oid } } } } } }`,
      { number },
    );
    expect(answer).toEqual({
      repository: {
        pullRequest: {
          latestOpinionatedReviews: {
            nodes: [
              {
                state: 'APPROVED',
                authorCanPushToRepository: false,
                author: { login: 'rita' },
                commit: { oid: seen },
              },
              {
                state: 'APPROVED',
                authorCanPushToRepository: true,
                author: { login: 'ada' },
                commit: { oid: seen },
              },
            ],
          },
        },
      },
    });
  });
});

it('is done by an App with contents and pull_requests, in the name of its bot', async () => {
  const robot = await installTestApp(town, {
    slug: 'merger',
    permissions: { contents: 'write', pull_requests: 'write' },
  });
  const { number } = await openPull();
  await robot.client.pulls.merge({ ...shopPath, pull_number: number });
  expect(await pullOf(number)).toMatchObject({ merged_by: { login: 'merger[bot]', type: 'Bot' } });
});
