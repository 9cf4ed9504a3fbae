import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Place } from './place/place.ts';
import { PLACES } from './place/places.ts';

describe.each(PLACES)('the observer of %s', (_, open) => {
  let place: Place;
  beforeEach(async () => {
    place = await open();
  });
  afterEach(() => place.close());

  describe('issues', () => {
    test('an issue comes with its author, labels and comments, oldest first', async () => {
      const number = await place.openIssue({ by: 'rea', title: 'Broken', body: 'Look', labels: ['bug'] });
      const openedAtMs = place.clock.nowMs();
      place.clock.advance(60_000);
      const first = await place.comment({ by: 'wes', issue: number, body: '/confirm' });
      const second = await place.comment({ by: 'ada', issue: number, body: 'ok' });
      const [issue] = await place.ports.observer.issues([number]);
      expect(issue).toMatchObject({
        number,
        title: 'Broken',
        body: 'Look',
        state: 'open',
        labels: ['bug'],
        author: place.person('rea'),
        createdAtMs: openedAtMs,
        hasOlderComments: false,
      });
      expect(issue?.comments).toMatchObject([
        { id: first, author: place.person('wes'), authorIsBot: false, isOwn: false, body: '/confirm' },
        {
          id: second,
          author: place.person('ada'),
          createdAtMs: openedAtMs + 60_000,
          isEdited: false,
        },
      ]);
    });

    test.each([0, 5_000])('an edit of a comment shows, %i ms after it was written', async (ms) => {
      const number = await place.openIssue({ by: 'rea' });
      const id = await place.comment({ by: 'ada', issue: number, body: '/approve-prod' });
      expect((await place.ports.observer.issues([number]))[0]?.comments[0]?.isEdited).toBe(false);
      place.clock.advance(ms);
      await place.editComment({ by: 'ada', id, body: '/approve-prod ' });
      const [issue] = await place.ports.observer.issues([number]);
      const [comment] = issue?.comments ?? [];
      expect(comment?.isEdited).toBe(true);
    });

    test('own comments are a bot’s, under the name that webhooks have', async () => {
      const number = await place.openIssue({ by: 'rea' });
      await place.ports.issues.apply([{ issue: number, comments: [{ key: 'a', body: 'Hi' }] }]);
      const [issue] = await place.ports.observer.issues([number]);
      expect(issue?.comments[0]).toMatchObject({ authorIsBot: true, isOwn: true, author: place.bot() });
    });

    test('whoever else edits or deletes own comments is told, this system itself is not', async () => {
      const number = await place.openIssue({ by: 'rea' });
      const { issues, observer } = place.ports;
      const cards = await issues.apply([{ issue: number, card: { commentId: null, body: 'Card' } }]);
      const id = cards.get(number) ?? 0;
      const read = async () => (await observer.issues([number]))[0];
      const rewrite = () => issues.apply([{ issue: number, card: { commentId: id, body: 'New card' } }]);
      await rewrite();
      expect((await read())?.comments).toMatchObject([{ id, isEdited: true, editedBy: null }]);
      await place.editComment({ by: 'wes', id, body: 'Lie' });
      expect((await read())?.comments).toMatchObject([{ editedBy: place.person('wes') }]);
      await rewrite();
      expect(await read()).toMatchObject({ comments: [{ editedBy: null }], ownDeletedBy: [] });
      await place.deleteComment(id);
      await place.deleteComment(await place.comment({ by: 'wes', issue: number, body: 'Mine' }));
      expect(await read()).toMatchObject({ comments: [], ownDeletedBy: [place.person('ada')] });
    });

    test('who closed an issue is told, unless this system did', async () => {
      const number = await place.openIssue({ by: 'rea' });
      const { issues, observer } = place.ports;
      const closed = async () => (await observer.issues([number]))[0]?.closed;
      expect(await closed()).toBeNull();
      await issues.apply([{ issue: number, state: { to: 'closed', as: 'completed' } }]);
      expect(await closed()).toEqual({ by: null, atMs: Math.floor(place.clock.nowMs() / 1000) * 1000 });
      await issues.apply([{ issue: number, state: { to: 'open' } }]);
      await place.closeIssue(number);
      expect(await closed()).toMatchObject({ by: place.person('ada') });
    });

    test('only the newest hundred comments come, and it is told that there are more', async () => {
      const number = await place.openIssue({ by: 'rea' });
      for (let index = 1; index <= 102; index += 1) {
        await place.comment({ by: 'wes', issue: number, body: `comment ${index}` });
      }
      const [issue] = await place.ports.observer.issues([number]);
      expect(issue?.hasOlderComments).toBe(true);
      expect(issue?.comments.map(({ body }) => body)).toEqual(
        Array.from({ length: 100 }, (_, index) => `comment ${index + 3}`),
      );
    });

    test('pull requests and numbers that do not exist are left out', async () => {
      const issue = await place.openIssue({ by: 'rea' });
      const { number: pull } = await place.openPull({ by: 'wes', head: 'fix', base: 'main' });
      expect(
        (await place.ports.observer.issues([pull, 4711, issue, issue])).map(({ number }) => number),
      ).toEqual([issue]);
    });

    test('changes since a moment come complete, the oldest change first, with the label only', async () => {
      const [first, second, third] = [
        await place.openIssue({ by: 'rea', labels: ['bug'] }),
        await place.openIssue({ by: 'rea', labels: ['bug'] }),
        await place.openIssue({ by: 'rea', labels: ['bug'] }),
      ];
      await place.openIssue({ by: 'rea', labels: ['question'] });
      place.clock.advance(10_000);
      const sinceMs = place.clock.nowMs();
      await place.comment({ by: 'wes', issue: third, body: 'x' });
      place.clock.advance(10_000);
      await place.comment({ by: 'wes', issue: first, body: 'y' });
      const found = await place.ports.observer.issuesSince(sinceMs, 'bug');
      expect(found.map(({ number }) => number)).toEqual([third, first]);
      expect(found.some(({ number }) => number === second)).toBe(false);
    });

    test('changes are found whatever the labels of an issue are', async () => {
      await place.openIssue({ by: 'rea', labels: ['bug'] });
      place.clock.advance(10_000);
      const sinceMs = place.clock.nowMs();
      const question = await place.openIssue({ by: 'rea', labels: ['question'] });
      expect(await place.ports.observer.changedSince(sinceMs)).toEqual([question]);
    });

    test('comments since a moment are all there, oldest first, however many others follow', async () => {
      const issue = await place.openIssue({ by: 'rea', labels: ['bug'] });
      await place.comment({ by: 'wes', issue, body: 'before' });
      place.clock.advance(10_000);
      const sinceMs = place.clock.nowMs();
      const first = await place.comment({ by: 'ada', issue, body: '/confirm' });
      for (let count = 0; count < 103; count += 1) await place.comment({ by: 'wes', issue, body: 'noise' });
      const [facts] = await place.ports.observer.issues([issue]);
      expect(facts?.comments.some(({ id }) => id === first)).toBe(false);
      const found = await place.ports.observer.commentsSince(issue, sinceMs);
      expect(found).toHaveLength(104);
      expect(found[0]).toMatchObject({ id: first, body: '/confirm', author: { login: 'ada' } });
    });

    test('what was said on open pull requests since a moment is all there, for the branches that are asked for', async () => {
      const { number: quiet } = await place.openPull({ by: 'wes', head: 'a', base: 'main' });
      await place.comment({ by: 'ada', issue: quiet, body: 'before' });
      const { number: merged } = await place.openPull({ by: 'wes', head: 'b', base: 'main' });
      const { number: busy } = await place.openPull({ by: 'wes', head: 'c', base: 'main' });
      await place.branch('uat', 'wes');
      const { number: elsewhere } = await place.openPull({ by: 'wes', head: 'd', base: 'uat' });
      place.clock.advance(10_000);
      const sinceMs = place.clock.nowMs();
      const first = await place.comment({ by: 'ada', issue: busy, body: '/approve-release' });
      for (let count = 0; count < 22; count += 1)
        await place.comment({ by: 'wes', issue: busy, body: 'noise' });
      for (const issue of [merged, elsewhere, await place.openIssue({ by: 'rea' })])
        await place.comment({ by: 'ada', issue, body: 'not asked for' });
      await place.merge(merged);
      const found = await place.ports.observer.talkSince(sinceMs, ['main']);
      expect(found.map(({ number, comments }) => [number, comments.length])).toEqual([[busy, 23]]);
      expect(found[0]?.comments[0]).toEqual({
        id: first,
        author: place.person('ada'),
        authorIsBot: false,
        isOwn: false,
        body: '/approve-release',
        createdAtMs: sinceMs,
        isEdited: false,
        editedBy: null,
      });
    });

    test('whoever else deletes own comments on a pull request is told, open or merged, this system itself is not', async () => {
      const { number: open } = await place.openPull({ by: 'wes', head: 'a', base: 'main' });
      const { number: merged } = await place.openPull({ by: 'wes', head: 'b', base: 'main' });
      const { number: quiet } = await place.openPull({ by: 'wes', head: 'c', base: 'main' });
      const { issues, observer } = place.ports;
      const sinceMs = place.clock.nowMs();
      for (const pull of [open, merged, quiet])
        await issues.sayOnPull(pull, { key: 'answer-1', body: 'Done.', sinceMs });
      await place.comment({ by: 'ada', issue: quiet, body: 'Mine' });
      await place.merge(merged);
      const talks = await observer.talkSince(0, ['main']);
      const mine = talks.find(({ number }) => number === quiet)?.comments.find(({ isOwn }) => !isOwn);
      const own = talks.find(({ number }) => number === open)?.comments.find(({ isOwn }) => isOwn);
      await place.deleteComment(mine?.id ?? 0);
      expect(await observer.deletionsOnPulls(['main'])).toEqual([]);
      await place.deleteComment(own?.id ?? 0);
      const told = { number: open, ownDeletedBy: [place.person('ada')] };
      expect(await observer.deletionsOnPulls(['main'])).toEqual([told]);
      expect(await observer.deletionsOnPulls(['uat'])).toEqual([]);
    });

    test('changes of more issues than fit on a page are all there', async () => {
      const numbers: number[] = [];
      for (let index = 0; index < 53; index += 1)
        numbers.push(await place.openIssue({ by: 'rea', labels: ['bug'] }));
      const found = await place.ports.observer.issuesSince(0, 'bug');
      expect(found.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual(numbers);
    });
  });

  describe('the files of a pull request', () => {
    test('come with the head that they were read with; what is no pull request has none', async () => {
      const issue = await place.openIssue({ by: 'rea' });
      const { number, head } = await place.openPull({ by: 'wes', head: 'fix/files', base: 'main' });
      const files = await place.ports.observer.changedFiles([number, issue, 4711, number]);
      expect([...files.keys()]).toEqual([number]);
      expect(files.get(number)).toMatchObject({ head, paths: [expect.any(String)] });
    });
  });

  describe('pull requests', () => {
    test('a pull request comes as a fix', async () => {
      const { number, head } = await place.openPull({
        by: 'wes',
        head: 'fix-12',
        base: 'main',
        title: 'Repair',
        body: 'Fixes #12 and closes #13',
        draft: true,
      });
      const [fix] = await place.ports.observer.pulls([number]);
      expect(fix).toMatchObject({
        pull: number,
        state: 'open',
        isDraft: true,
        base: 'main',
        headBranch: 'fix-12',
        head,
        author: place.person('wes'),
        approvingReviews: [],
        changesRequested: false,
        checks: 'none',
        mergeCommit: null,
        mergedAtMs: null,
        commits: [head],
        patchId: null,
        headPushedAtMs: null,
        retargetedAtMs: null,
        updatedAtMs: place.clock.nowMs(),
        mentions: [12, 13],
      });
    });

    test('one in a merge queue is told with the commit that the queue tries', async () => {
      const { number } = await place.openPull({ by: 'wes', head: 'fix', base: 'main' });
      const other = await place.openPull({ by: 'wes', head: 'other', base: 'main' });
      const commit = await place.enqueue(number);
      expect(commit).not.toBe('');
      const queued = await place.ports.observer.queuedAs([number, other.number, 4711, number]);
      expect([...queued]).toEqual([[number, commit]]);
    });

    test('one that was turned to another branch says when', async () => {
      await place.branch('release', 'wes');
      const { number } = await place.openPull({ by: 'wes', head: 'fix', base: 'main' });
      place.clock.advance(60_000);
      await place.retarget(number, 'release');
      const [fix] = await place.ports.observer.pulls([number]);
      const atMs = place.clock.nowMs();
      expect(fix).toMatchObject({ base: 'release', retargetedAtMs: atMs, updatedAtMs: atMs });
    });

    test('an approval counts for the head it was given to', async () => {
      const { number } = await place.openPull({ by: 'wes', head: 'fix', base: 'main' });
      await place.review({ by: 'max', pull: number, state: 'approved', body: 'Fine' });
      const [before] = await place.ports.observer.pulls([number]);
      expect(before?.approvingReviews).toMatchObject([
        {
          by: place.person('max'),
          isAdmin: false,
          submittedAtMs: place.clock.nowMs(),
          bodyHash: createHash('sha256').update('Fine').digest('hex'),
        },
      ]);
      await place.pushTo({ by: 'wes', number, branch: 'fix' });
      const [after] = await place.ports.observer.pulls([number]);
      expect(after?.approvingReviews).toEqual([]);
      expect(after?.commits).toHaveLength(2);
    });

    test('a review by somebody without write access counts for nothing', async () => {
      const { number } = await place.openPull({ by: 'wes', head: 'fix', base: 'main' });
      await place.review({ by: 'rea', pull: number, state: 'approved' });
      const [fix] = await place.ports.observer.pulls([number]);
      expect(fix?.approvingReviews).toEqual([]);
    });

    test('of several reviews by a person the last one counts', async () => {
      const { number } = await place.openPull({ by: 'wes', head: 'fix', base: 'main' });
      await place.review({ by: 'max', pull: number, state: 'approved' });
      await place.review({ by: 'max', pull: number, state: 'changes_requested' });
      const [fix] = await place.ports.observer.pulls([number]);
      expect(fix).toMatchObject({ approvingReviews: [], changesRequested: true });
    });

    test('checks are judged together, without this system’s own', async () => {
      const { number } = await place.openPull({ by: 'wes', head: 'fix', base: 'main' });
      const checks = async () => (await place.ports.observer.pulls([number]))[0]?.checks;
      await place.check({ pull: number, name: 'tonic / gate', state: 'red' });
      expect(await checks()).toBe('none');
      await place.check({ pull: number, name: 'unit', state: 'green' });
      expect(await checks()).toBe('green');
      await place.check({ pull: number, name: 'e2e', state: 'pending' });
      expect(await checks()).toBe('pending');
      await place.check({ pull: number, name: 'lint', state: 'red' });
      expect(await checks()).toBe('red');
    });

    test('a merged pull request has its merge commit', async () => {
      const { number, head } = await place.openPull({ by: 'wes', head: 'fix', base: 'main' });
      const mergeCommit = await place.merge(number);
      const [fix] = await place.ports.observer.pulls([number]);
      expect(fix).toMatchObject({
        state: 'merged',
        mergeCommit,
        mergedAtMs: place.clock.nowMs(),
        commits: [head],
      });
    });

    test('issues and numbers that do not exist are left out', async () => {
      const issue = await place.openIssue({ by: 'rea' });
      const { number } = await place.openPull({ by: 'wes', head: 'fix', base: 'main' });
      expect((await place.ports.observer.pulls([issue, 4711, number])).map(({ pull }) => pull)).toEqual([
        number,
      ]);
    });

    test('open pull requests to a branch come newest change first', async () => {
      await place.branch('uat', 'ada');
      const older = await place.openPull({ by: 'wes', head: 'fix-1', base: 'uat' });
      place.clock.advance(1_000);
      const newer = await place.openPull({ by: 'wes', head: 'fix-2', base: 'main' });
      const merged = await place.openPull({ by: 'wes', head: 'fix-3', base: 'main' });
      await place.merge(merged.number);
      const pullsTo = async (bases: string[]) =>
        (await place.ports.observer.openPulls(bases)).map(({ pull }) => pull);
      expect(await pullsTo(['uat', 'main', 'nowhere'])).toEqual([newer.number, older.number]);
      expect(await pullsTo(['uat'])).toEqual([older.number]);
    });

    test('pull requests that were merged since a moment are found with what they fix', async () => {
      await place.branch('uat', 'ada');
      const old = await place.openPull({ by: 'wes', head: 'fix-1', base: 'uat', body: 'Fixes #1' });
      await place.merge(old.number);
      place.clock.advance(10_000);
      const sinceMs = place.clock.nowMs();
      const open = await place.openPull({ by: 'wes', head: 'fix-2', base: 'uat', body: 'Fixes #2' });
      const merged = await place.openPull({ by: 'wes', head: 'fix-3', base: 'main', body: 'Fixes #3' });
      await place.merge(merged.number);
      const found = await place.ports.observer.mergedSince(sinceMs, ['uat', 'main']);
      expect(found).toMatchObject([{ pull: merged.number, base: 'main', state: 'merged', mentions: [3] }]);
      expect(found).not.toContainEqual(expect.objectContaining({ pull: open.number }));
    });

    test('the time and the person of a push are GitHub’s', async () => {
      place.clock.advance(90_000);
      const { number, head } = await place.openPull({ by: 'wes', head: 'fix', base: 'main' });
      const pushedAtMs = place.clock.nowMs();
      place.clock.advance(60_000);
      const next = await place.pushTo({ by: 'wes', number, branch: 'fix' });
      const { observer } = place.ports;
      const by = place.person('wes');
      expect(await observer.headPush('fix', head)).toEqual({ atMs: pushedAtMs, by });
      expect(await observer.headPush('fix', next)).toEqual({ atMs: pushedAtMs + 60_000, by });
      expect(await observer.headPush('fix', 'a'.repeat(40))).toBeNull();
      expect(await observer.headPush('nowhere', head)).toBeNull();
    });

    test('branches are where they are, or nowhere', async () => {
      const head = await place.branch('uat', 'ada');
      expect(await place.ports.observer.heads(['uat', 'nowhere', 'uat'])).toEqual(
        new Map([
          ['uat', head],
          ['nowhere', null],
        ]),
      );
    });

    test('the people behind its commits are known, whoever opened it', async () => {
      const { number } = await place.openPull({ by: 'wes', head: 'fix', base: 'main' });
      const other = await place.openPull({ by: 'max', head: 'fix-2', base: 'main' });
      await place.pushTo({ by: 'ada', number, branch: 'fix' });
      const found = await place.ports.observer.contributors([number, other.number, number, 999]);
      const people = [...found].map(([pull, each]) => [pull, each.map(({ login }) => login).toSorted()]);
      expect(people).toEqual([
        [number, ['ada', 'wes']],
        [other.number, ['max']],
        [999, []],
      ]);
    });
  });

  test('labels are read by themselves, with who changed them', async () => {
    const { observer, issues } = place.ports;
    const names = ['bug', 'status:submitted'];
    await issues.syncLabels(names.map((name) => ({ name, color: 'd73a4a', description: name })));
    const issue = await place.openIssue({ by: 'rea' });
    await place.label(issue, 'bug');
    await issues.apply([{ issue, addLabels: ['status:submitted'], removeLabels: ['bug'] }]);
    expect(await observer.labels([issue, issue, 999])).toEqual(new Map([[issue, ['status:submitted']]]));
    const events = await observer.labelEvents(issue);
    const atMs = Math.floor(place.clock.nowMs() / 1000) * 1000;
    expect(events[0]).toEqual({ action: 'labeled', label: 'bug', by: place.person('ada'), atMs });
    // What a bot does is nobody's word. GitHub orders what it does at once as it likes.
    expect(events.slice(1).toSorted((left, right) => left.action.localeCompare(right.action))).toEqual([
      { action: 'labeled', label: 'status:submitted', by: null, atMs },
      { action: 'unlabeled', label: 'bug', by: null, atMs },
    ]);
    expect(await observer.labelEvents(999)).toEqual([]);
  });

  test('a single comment is read, or gone', async () => {
    const issue = await place.openIssue({ by: 'rea' });
    const id = await place.comment({ by: 'wes', issue, body: 'Hello' });
    const { observer } = place.ports;
    expect(await observer.comment(id)).toEqual((await observer.issues([issue]))[0]?.comments[0]);
    await place.deleteComment(id);
    expect(await observer.comment(id)).toBeNull();
  });

  test('a file of the default branch is read, or missing', async () => {
    await place.putFile('.github/tonic.yml', 'slots: {}\n');
    const { observer } = place.ports;
    expect(await observer.defaultBranchFile('.github/tonic.yml')).toBe('slots: {}\n');
    expect(await observer.defaultBranchFile('.github/none.yml')).toBeNull();
  });

  test('a file that is no text is not taken for one that is missing', async () => {
    await place.putFile('.github/tonic.yml', 'slots: \0{}\n');
    const read = place.ports.observer.defaultBranchFile('.github/tonic.yml');
    await expect(read).rejects.toMatchObject({ name: 'GitHubFailure', retryable: false, status: null });
  });
});
