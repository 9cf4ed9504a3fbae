import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOrigin, PICK_TIME_MS, type Origin } from '../../support/git-origin.ts';

let origin: Origin;
beforeEach(() => {
  origin = createOrigin();
});
afterEach(() => {
  origin.dispose();
});

/** A branch with a good commit and, on top, a fix that changed, added and removed files, by a merge. */
function twoStates() {
  const good = origin.commit({ a: 'a\n', b: 'b\n' });
  origin.on('fix', 'main');
  origin.commit({ a: 'bad\n', c: 'c\n' });
  origin.on('main');
  const bad = origin.merge('fix', 'Merge the fix');
  origin.publish();
  return { good, bad };
}

const asked = { message: 'Bring PROD back\n', nowMs: PICK_TIME_MS };

describe('bringing a branch back', () => {
  it('is one commit on top with exactly the files of before, which the remote takes without force', async () => {
    const { good, bad } = twoStates();
    const repository = origin.open();
    const { commit, tree } = await repository.restore({ ...asked, onto: bad, target: good });
    expect(tree).toBe(origin.git('rev-parse', `${good}^{tree}`).trim());
    const ref = 'refs/heads/main';
    expect(await repository.push([{ ref, expected: bad, target: commit }])).toEqual({ kind: 'pushed' });
    expect(origin.remote(ref)).toBe(commit);
    origin.git('fetch', '-q', 'origin');
    expect(origin.git('rev-parse', `${commit}^`).trim()).toBe(bad);
    expect(origin.git('diff', '--stat', good, commit).trim()).toBe('');
    expect(origin.git('log', '-1', '--format=%s', commit).trim()).toBe('Bring PROD back');
  });

  it('gives the same commit when it is built again, elsewhere', async () => {
    const { good, bad } = twoStates();
    const first = await origin.open().restore({ ...asked, onto: bad, target: good });
    expect(await origin.open().restore({ ...asked, onto: bad, target: good })).toEqual(first);
  });

  it('needs no commit where the files are there already', async () => {
    const { good } = twoStates();
    expect((await origin.open().restore({ ...asked, onto: good, target: good })).commit).toBe(good);
  });

  it('leaves room for the same fix once more: picked again it brings what it brought', async () => {
    const { good, bad } = twoStates();
    const repository = origin.open();
    const { commit } = await repository.restore({ ...asked, onto: bad, target: good });
    const again = await repository.stack({
      onto: commit,
      changes: [{ kind: 'pick', key: 'fix', commits: [bad], trailers: [], isAgain: true }],
      nowMs: PICK_TIME_MS,
      checkDependencies: true,
      refuseWorkflowFiles: true,
    });
    expect(again.outcomes.map(({ kind }) => kind)).toEqual(['applied']);
    expect(again.tree).toBe(origin.git('rev-parse', `${bad}^{tree}`).trim());
  });

  it('and what does not fit any more is a conflict, though the branch reaches the fix', async () => {
    const { good, bad } = twoStates();
    const repository = origin.open();
    origin.on('other', good);
    const other = origin.commit({ a: 'other\n' });
    origin.publish();
    const { commit } = await repository.restore({ ...asked, onto: bad, target: other });
    const pick = { kind: 'pick', key: 'fix', commits: [bad], trailers: [] } as const;
    const onto = {
      onto: commit,
      nowMs: PICK_TIME_MS,
      checkDependencies: false,
      refuseWorkflowFiles: true,
    };
    const [again] = (await repository.stack({ ...onto, changes: [{ ...pick, isAgain: true }] })).outcomes;
    expect(again?.kind).toBe('conflict');
    const [once] = (await repository.stack({ ...onto, changes: [pick] })).outcomes;
    expect(once?.kind).toBe('already_applied');
  });
});
