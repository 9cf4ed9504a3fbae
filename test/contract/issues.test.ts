import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Place, ShownIssue } from './place/place.ts';
import { PLACES } from './place/places.ts';

const definition = (name: string, color = 'd73a4a') => ({ name, color, description: `What ${name} means` });
const said = (shown: ShownIssue, words: string) => shown.comments.filter(({ body }) => body.includes(words));

describe.each(PLACES)('issues in %s', (_, open) => {
  let place: Place;
  let issue: number;
  beforeEach(async () => {
    place = await open();
    await place.ports.issues.syncLabels([
      definition('bug'),
      definition('status:submitted'),
      definition('status:confirmed'),
    ]);
    issue = await place.openIssue({ by: 'rea', labels: ['bug', 'status:submitted'] });
  });
  afterEach(() => place.close());

  test('one edit changes labels, card, comments and state', async () => {
    const cards = await place.ports.issues.apply([
      {
        issue,
        addLabels: ['status:confirmed'],
        removeLabels: ['status:submitted'],
        card: { commentId: null, body: 'The card' },
        comments: [
          { key: 'answer-1', body: 'First answer' },
          { key: 'answer-2', body: 'Second answer' },
        ],
        state: { to: 'closed', as: 'not_planned' },
      },
    ]);
    const shown = await place.see(issue);
    expect([...shown.labels].toSorted()).toEqual(['bug', 'status:confirmed']);
    expect(shown).toMatchObject({ state: 'closed', stateReason: 'not_planned' });
    expect(shown.comments.map(({ body }) => body.split('\n')[0])).toEqual([
      'The card',
      'First answer',
      'Second answer',
    ]);
    expect(shown.comments.every(({ author }) => author === 'tonic[bot]')).toBe(true);
    expect(cards).toEqual(new Map([[issue, shown.comments[0]?.id]]));
  });

  test('each comment ends with its invisible mark', async () => {
    await place.ports.issues.apply([{ issue, comments: [{ key: 'answer-1', body: 'Hello' }] }]);
    expect((await place.see(issue)).comments[0]?.body).toBe('Hello\n\n<!-- tonic:answer-1 -->');
  });

  test('doing an edit again changes nothing, in this process or in another', async () => {
    const edit = {
      issue,
      addLabels: ['status:confirmed'],
      removeLabels: ['status:submitted', 'never-there'],
      card: { commentId: null, body: 'The card' },
      comments: [{ key: 'answer-1', body: 'Hello' }],
      state: { to: 'closed', as: 'completed' },
    } as const;
    const first = await place.ports.issues.apply([edit]);
    const before = await place.see(issue);
    expect(await place.ports.issues.apply([edit])).toEqual(first);
    expect(await place.anotherProcess().issues.apply([edit])).toEqual(first);
    expect(await place.see(issue)).toEqual(before);
  });

  test('a mark in a person’s comment does not keep this system from answering', async () => {
    await place.comment({ by: 'out', issue, body: 'mine <!-- tonic:answer-1 --> <!-- tonic:card -->' });
    await place.ports.issues.apply([
      { issue, card: { commentId: null, body: 'The card' }, comments: [{ key: 'answer-1', body: 'Hello' }] },
    ]);
    const shown = await place.see(issue);
    expect(said(shown, 'The card')).toHaveLength(1);
    expect(said(shown, 'Hello')).toHaveLength(1);
  });

  test('a card is rewritten in place, and its id is not told again', async () => {
    const cards = await place.ports.issues.apply([{ issue, card: { commentId: null, body: 'Before' } }]);
    const commentId = cards.get(issue) ?? 0;
    for (const ports of [place.ports, place.anotherProcess()]) {
      expect((await ports.issues.apply([{ issue, card: { commentId, body: 'After' } }])).size).toBe(0);
    }
    const shown = await place.see(issue);
    expect(shown.comments.map(({ id }) => id)).toEqual([commentId]);
    expect(shown.comments[0]?.body).toContain('After');
  });

  test('a card that somebody deleted is posted anew, with its new id', async () => {
    const before =
      (await place.ports.issues.apply([{ issue, card: { commentId: null, body: 'Card' } }])).get(issue) ?? 0;
    await place.deleteComment(before);
    const cards = await place.ports.issues.apply([
      { issue, card: { commentId: before, body: 'Card again' } },
    ]);
    const shown = await place.see(issue);
    expect(shown.comments).toHaveLength(1);
    expect(cards.get(issue)).toBe(shown.comments[0]?.id);
    expect(cards.get(issue)).not.toBe(before);
  });

  test('a body that is too long is cut, and says so', async () => {
    await place.ports.issues.apply([{ issue, comments: [{ key: 'long', body: 'ö'.repeat(70_000) }] }]);
    const body = (await place.see(issue)).comments[0]?.body ?? '';
    expect(body.length).toBeLessThanOrEqual(65_536);
    expect(body).toMatch(/The rest is cut.*\n\n<!-- tonic:long -->$/u);
  });

  test('many issues are edited together; one that is gone does not keep the others', async () => {
    const others = await Promise.all([1, 2, 3].map(() => place.openIssue({ by: 'rea' })));
    const gone = await place.openIssue({ by: 'rea' });
    await place.deleteIssue(gone);
    await place.ports.issues.apply(
      [gone, issue, ...others].map((number) => ({ issue: number, addLabels: ['status:confirmed'] })),
    );
    for (const number of [issue, ...others])
      expect((await place.see(number)).labels).toContain('status:confirmed');
  });

  test('an issue that was closed is opened again', async () => {
    const { issues } = place.ports;
    await issues.apply([{ issue, state: { to: 'closed', as: 'completed' } }]);
    await issues.apply([{ issue, state: { to: 'open' } }]);
    expect((await place.see(issue)).state).toBe('open');
  });

  test('a comment gets a reaction once', async () => {
    const comment = await place.comment({ by: 'wes', issue, body: '/status' });
    await place.ports.issues.react(comment, 'eyes');
    await place.ports.issues.react(comment, 'eyes');
    expect(await place.reactionsOf(comment)).toEqual(['eyes']);
  });

  test('a reaction to a comment that is gone is no failure', async () => {
    const comment = await place.comment({ by: 'wes', issue, body: '/status' });
    await place.deleteComment(comment);
    await expect(place.ports.issues.react(comment, 'eyes')).resolves.toBeUndefined();
  });

  test('a comment is pinned, twice without harm', async () => {
    const card =
      (await place.ports.issues.apply([{ issue, card: { commentId: null, body: 'Card' } }])).get(issue) ?? 0;
    await place.ports.issues.pinComment(card);
    await place.ports.issues.pinComment(card);
    expect(await place.isPinned(card)).toBe(true);
  });

  test('something is said on a pull request once, in this process or in another, whoever copies its mark', async () => {
    const { number: pull } = await place.openPull({ by: 'wes', head: 'fix', base: 'main' });
    const said = { key: 'answer-1', body: 'Signed off', sinceMs: place.clock.nowMs() };
    await place.comment({ by: 'out', issue: pull, body: 'mine <!-- tonic:answer-1 -->' });
    for (const { issues } of [place.ports, place.ports, place.anotherProcess()])
      await issues.sayOnPull(pull, said);
    await place.ports.issues.sayOnPull(pull, { ...said, key: 'answer-2' });
    const comments = await place.talkOn(pull);
    expect(comments.map(({ body }) => body)).toEqual([
      'mine <!-- tonic:answer-1 -->',
      'Signed off\n\n<!-- tonic:answer-1 -->',
      'Signed off\n\n<!-- tonic:answer-2 -->',
    ]);
    expect(comments.slice(1).every(({ author }) => author === 'tonic[bot]')).toBe(true);
  });

  test('it is found however many comments came before that moment, and after it', async () => {
    const { number: pull } = await place.openPull({ by: 'wes', head: 'fix', base: 'main' });
    const noise = async (count: number) => {
      for (let each = 0; each < count; each += 1) await place.comment({ by: 'wes', issue: pull, body: 'x' });
    };
    await noise(3);
    place.clock.advance(60_000);
    const said = { key: 'answer-1', body: 'Signed off', sinceMs: place.clock.nowMs() };
    await noise(101);
    await place.ports.issues.sayOnPull(pull, said);
    await place.anotherProcess().issues.sayOnPull(pull, said);
    expect((await place.talkOn(pull)).filter(({ author }) => author === 'tonic[bot]')).toHaveLength(1);
  });

  test('labels are created once, and labels of others stay', async () => {
    await place.label(issue, 'service:pay');
    await place.ports.issues.syncLabels([definition('bug', '000000'), definition('flow:1')]);
    await place.anotherProcess().issues.syncLabels([definition('bug', '000000'), definition('flow:1')]);
    const names = await place.labelNames();
    expect(names.filter((name) => name === 'flow:1')).toHaveLength(1);
    expect((await place.see(issue)).labels).toContain('service:pay');
  });
});
