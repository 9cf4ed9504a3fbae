import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Oid, Repository } from '../../../src/ports/repository.ts';
import { createOrigin, PICK_TIME_MS, type Origin } from '../../support/git-origin.ts';

let origin: Origin;

beforeEach(() => {
  origin = createOrigin();
});

afterEach(() => {
  origin.dispose();
});

/** A branch `uat` that lacks the fix on `main`, and the fix picked onto it. */
async function picked(repository: Repository = origin.open()) {
  origin.commit({ a: 'a\n' });
  origin.on('uat', 'main');
  const uat = origin.commit({ b: 'b\n' });
  origin.on('main');
  const source = origin.commit({ a: 'fix\n' });
  origin.publish();
  return { uat, source, repository, tip: await pickOnto(repository, uat, source) };
}

async function pickOnto(repository: Repository, onto: Oid, source: Oid): Promise<Oid> {
  const { tip } = await repository.stack({
    onto,
    changes: [{ kind: 'pick', key: 'fix', commits: [source], trailers: [] }],
    nowMs: PICK_TIME_MS,
    checkDependencies: false,
    refuseWorkflowFiles: false,
  });
  return tip;
}

/** Makes the remote refuse pushes with these words, as a hook of a hosting service does. */
function refuseWith(words: string): void {
  const hook = join(origin.url, 'hooks', 'pre-receive');
  writeFileSync(hook, `#!/bin/sh\ncat <<'WORDS' >&2\n${words}\nWORDS\nexit 1\n`, { mode: 0o755 });
}

describe('a push', () => {
  it('moves a branch that is rebuilt sideways, from its expected value alone', async () => {
    const { repository, uat, source, tip } = await picked();
    const ref = 'refs/heads/tonic/preview/x';
    await repository.push([{ ref, expected: null, target: tip }]);
    const aside = { ref, expected: tip, target: source };
    await expect(repository.push([aside])).rejects.toThrow(/does not descend/u);
    expect(await repository.push([{ ...aside, isRebuilt: true }])).toEqual({ kind: 'pushed' });
    expect(origin.remote(ref)).toBe(source);
    const late = { ref, expected: tip, target: uat, isRebuilt: true };
    expect(await repository.push([late])).toEqual({ kind: 'lost_race', ref });
  });

  it('moves, creates and deletes refs together', async () => {
    const { repository, uat, tip } = await picked();
    origin.git('push', '-q', 'origin', 'main:refs/heads/old');

    const result = await repository.push([
      { ref: 'refs/heads/uat', expected: uat, target: tip },
      { ref: 'refs/tags/v1.0.0', expected: null, target: tip },
      { ref: 'refs/heads/old', expected: origin.remote('refs/heads/main'), target: null },
    ]);

    expect(result).toEqual({ kind: 'pushed' });
    expect(origin.remote('refs/heads/uat')).toBe(tip);
    expect(origin.remote('refs/tags/v1.0.0')).toBe(tip);
    expect(origin.remote('refs/heads/old')).toBeNull();
  });

  it('goes to the branch that is named, whatever branch is called like it in full', async () => {
    const { repository, uat, tip } = await picked();
    const twin = 'refs/heads/refs/heads/uat';
    origin.git('push', '-q', 'origin', `main:${twin}`);
    origin.git('push', '-q', 'origin', 'main:refs/heads/refs/heads/old');
    const main = origin.remote('refs/heads/main');

    const tips = await repository.fetch({ branches: ['uat'], history: 'full' });
    expect(tips.get('uat')).toBe(uat);
    expect(await repository.push([{ ref: 'refs/heads/uat', expected: uat, target: tip }])).toEqual({
      kind: 'pushed',
    });
    expect([origin.remote('refs/heads/uat'), origin.remote(twin)]).toEqual([tip, main]);
    const fresh = { ref: 'refs/heads/old', expected: null, target: tip };
    expect(await repository.push([fresh])).toEqual({ kind: 'pushed' });
    // Git has no way to say which one is to go; nothing goes, and people can read why.
    expect(await repository.push([{ ...fresh, expected: tip, target: null }])).toEqual({
      kind: 'refused',
      ref: 'refs/heads/old',
      rule: 'other',
      message: expect.stringContaining('matches more than one'),
    });
    expect([origin.remote('refs/heads/old'), origin.remote('refs/heads/refs/heads/old')]).toEqual([
      tip,
      main,
    ]);
  });

  it('made again after a crash counts as made', async () => {
    const { repository, uat, tip } = await picked();
    const updates = [
      { ref: 'refs/heads/uat', expected: uat, target: tip },
      { ref: 'refs/heads/gone', expected: uat, target: null },
    ];

    expect(await repository.push(updates)).toEqual({ kind: 'pushed' });
    expect(await repository.push(updates)).toEqual({ kind: 'pushed' });
    expect(origin.remote('refs/heads/uat')).toBe(tip);
  });

  it('of nothing is done at once', async () => {
    expect(await origin.open().push([])).toEqual({ kind: 'pushed' });
  });

  it('leaves no trace of the merges that only the picks needed', async () => {
    const { repository, uat, tip } = await picked();
    await repository.push([{ ref: 'refs/heads/uat', expected: uat, target: tip }]);
    origin.git('fetch', '-q', 'origin', '+refs/heads/*:refs/remotes/origin/*');
    expect(origin.git('rev-list', `${uat}..${tip}`)).toBe(tip);
    expect(origin.git('fsck', '--connectivity-only', tip)).not.toContain('missing');
  });
});

describe('a race', () => {
  it('with a branch that went on is lost, and the pick can be made again on the new tip', async () => {
    const { repository, uat, source, tip } = await picked();
    origin.on('uat');
    const newer = origin.commit({ c: 'c\n' });
    origin.publish();

    expect(await repository.push([{ ref: 'refs/heads/uat', expected: uat, target: tip }])).toEqual({
      kind: 'lost_race',
      ref: 'refs/heads/uat',
    });
    expect(origin.remote('refs/heads/uat')).toBe(newer);

    const tips = await repository.fetch({ branches: ['uat'], commits: [source], history: 'none' });
    const again = await pickOnto(repository, String(tips.get('uat')), source);
    expect(again).toBe(origin.cherryPick(newer, [source]));
    expect(await repository.push([{ ref: 'refs/heads/uat', expected: newer, target: again }])).toEqual({
      kind: 'pushed',
    });
  });

  it('with an administrator who set the branch back does not bring the removed commits back', async () => {
    const { repository, uat, tip } = await picked();
    const before = origin.git('rev-parse', `${uat}^`);
    origin.git('push', '-q', '-f', 'origin', `${before}:refs/heads/uat`);

    expect(await repository.push([{ ref: 'refs/heads/uat', expected: uat, target: tip }])).toEqual({
      kind: 'lost_race',
      ref: 'refs/heads/uat',
    });
    expect(origin.remote('refs/heads/uat')).toBe(before);
  });

  it('cannot be won by naming the right old value for commits built on another one', async () => {
    const { repository, source, tip } = await picked();
    origin.on('uat');
    const newer = origin.commit({ c: 'c\n' });
    origin.publish();
    await repository.fetch({ branches: ['uat'], commits: [source], history: 'none' });

    await expect(
      repository.push([{ ref: 'refs/heads/uat', expected: newer, target: tip }]),
    ).rejects.toMatchObject({
      name: 'GitFailure',
      retryable: false,
    });
    expect(origin.remote('refs/heads/uat')).toBe(newer);
  });

  it('lost on one ref moves none of the others', async () => {
    const { repository, uat, tip } = await picked();
    origin.on('uat');
    const newer = origin.commit({ c: 'c\n' });
    origin.publish();

    const result = await repository.push([
      { ref: 'refs/heads/record', expected: null, target: tip },
      { ref: 'refs/heads/uat', expected: uat, target: tip },
    ]);

    expect(result).toEqual({ kind: 'lost_race', ref: 'refs/heads/uat' });
    expect(origin.remote('refs/heads/record')).toBeNull();
    expect(origin.remote('refs/heads/uat')).toBe(newer);
  });

  it('for a ref that must not exist is lost when it does, unless it is what was wanted', async () => {
    const { repository, uat, tip } = await picked();
    origin.git('push', '-q', 'origin', `${uat}:refs/tags/v1`);

    expect(await repository.push([{ ref: 'refs/tags/v1', expected: null, target: tip }])).toEqual({
      kind: 'lost_race',
      ref: 'refs/tags/v1',
    });
    expect(await repository.push([{ ref: 'refs/tags/v1', expected: null, target: uat }])).toEqual({
      kind: 'pushed',
    });
  });
});

describe('a refused push', () => {
  it.each([
    ['protected_branch', 'error: GH006: Protected branch update failed for refs/heads/uat.'],
    ['ruleset', 'error: GH013: Repository rule violations found for refs/heads/uat.'],
    [
      'workflows_permission',
      'refusing to allow a GitHub App to create or update workflow `.github/workflows/ci.yml` without `workflows` permission',
    ],
    ['other', 'the disk of this server is full'],
  ])('says which rule it broke: %s', async (rule, words) => {
    const { repository, uat, tip } = await picked();
    refuseWith(words);

    const result = await repository.push([{ ref: 'refs/heads/uat', expected: uat, target: tip }]);

    expect(result).toMatchObject({ kind: 'refused', ref: 'refs/heads/uat', rule });
    expect(result.kind === 'refused' && result.message).toContain(words.slice(0, 40));
    expect(origin.remote('refs/heads/uat')).toBe(uat);
  });

  it('keeps at most 500 characters of the remote’s words', async () => {
    const { repository, uat, tip } = await picked();
    refuseWith('x'.repeat(3000));
    const result = await repository.push([{ ref: 'refs/heads/uat', expected: uat, target: tip }]);
    expect(result.kind === 'refused' && result.message.length).toBe(500);
  });
});

describe('names from outside', () => {
  it.each([
    '--upload-pack=x',
    'refs/heads/..',
    'uat',
    'refs/heads/a b',
    'refs/heads/a:b',
    'refs/notes/x',
    'refs/heads/',
  ])('are no refs to push: %s', async (ref) => {
    await expect(origin.open().push([{ ref, expected: null, target: '1'.repeat(40) }])).rejects.toThrow(
      'not a ref',
    );
  });

  it.each(['HEAD', '--all', '1234', 'A'.repeat(40)])('are no commits: %s', async (oid) => {
    await expect(origin.open().fetch({ branches: [], commits: [oid], history: 'none' })).rejects.toThrow(
      'not a full object name',
    );
  });
});
