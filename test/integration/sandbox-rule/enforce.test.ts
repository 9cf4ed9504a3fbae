import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  installTestApp,
  makeBranch,
  makeWorkTree,
  shopPath,
  startTown,
  writeFile,
  type Town,
  type WorkTree,
} from '../sandbox/support.ts';
import { ask, checkRule, headOf, openPull, outcomeOf, pullRule, setRules } from './support.ts';

let town: Town;
let tree: WorkTree;
let count = 0;
let branch = '';
beforeAll(async () => {
  town = await startTown();
  tree = await makeWorkTree();
  await writeFile(town, { path: 'README.md', content: 'Shop\n' });
});
afterAll(async () => {
  tree.remove();
  await town.close();
});
beforeEach(() => {
  count += 1;
  branch = `guarded/${count}`;
});

/** A commit of Nora's on a branch, in the work tree, with the branch before it as its parent. */
async function commitOn(base: string): Promise<string> {
  await tree.git('fetch', '-q', town.remote('ada'), base);
  await tree.git('checkout', '-q', '--detach', 'FETCH_HEAD');
  await tree.git('commit', '-q', '--allow-empty', '-m', `Change ${base} by hand`);
  return (await tree.git('rev-parse', 'HEAD')).text;
}
const push = (refspec: string, ...options: string[]) =>
  tree.git('push', ...options, town.remote('will'), refspec);
const merge = (number: number, merge_method: 'merge' | 'squash' | 'rebase' = 'merge') =>
  outcomeOf(town.as('will').pulls.merge({ ...shopPath, pull_number: number, merge_method }));
const rulesBroken = (...sentences: string[]) =>
  `Repository rule violations found\n\n${sentences.map((sentence) => `${sentence}\n\n`).join('')}`;

describe('a branch under rules', () => {
  it('tells a pusher which, and does not move', async () => {
    await makeBranch(town, branch);
    const before = await headOf(town, branch);
    await setRules(town, [branch], { rules: [{ type: 'update' }, { type: 'non_fast_forward' }] });
    await commitOn('main');
    await tree.git('commit', '-q', '--amend', '-m', 'Another root', '--reset-author');
    const pushed = await push(`HEAD:refs/heads/${branch}`, '--force');
    expect(pushed.text.split('\n').map((line) => line.trimEnd())).toEqual([
      `remote: error: GH013: Repository rule violations found for refs/heads/${branch}.`,
      `remote: Review all repository rules at ${town.sandbox.url}/acme/shop/rules?ref=${encodeURIComponent(`refs/heads/${branch}`)}`,
      'remote:',
      'remote: - Cannot update this protected ref.',
      'remote:',
      expect.stringMatching(/^To http/),
      ` ! [remote rejected] HEAD -> ${branch} (push declined due to repository rule violations)`,
      expect.stringMatching(/^error: failed to push some refs/),
    ]);
    expect(await headOf(town, branch)).toBe(before);
  });

  it('does not let history be lost', async () => {
    await makeBranch(town, branch);
    await setRules(town, [branch], { rules: [{ type: 'non_fast_forward' }] });
    await commitOn(branch);
    expect((await push(`HEAD:refs/heads/${branch}`)).code).toBe(0);
    const pushed = await push(`HEAD~1:refs/heads/${branch}`, '--force');
    expect(pushed.text).toContain('Cannot force-push to this branch');
    const sha = await headOf(town, 'main');
    const moved = town.as('will').git.updateRef({ ...shopPath, ref: `heads/${branch}`, sha, force: true });
    expect(await outcomeOf(moved)).toEqual({
      status: 422,
      message: rulesBroken('Cannot force-push to this branch'),
    });
  });

  it('is neither made nor deleted where that is restricted', async () => {
    await setRules(town, [branch], { rules: [{ type: 'creation' }, { type: 'deletion' }] });
    await commitOn('main');
    const made = await push(`HEAD:refs/heads/${branch}`);
    expect(made.text).toContain('Cannot create ref due to creations being restricted.');

    const open = `${branch}-open`;
    await makeBranch(town, open);
    await setRules(town, [open], { rules: [{ type: 'deletion' }] });
    const deleted = town.as('ada').git.deleteRef({ ...shopPath, ref: `heads/${open}` });
    expect(await outcomeOf(deleted)).toEqual({
      status: 422,
      message: rulesBroken('Cannot delete this branch'),
    });
    expect((await push(`:refs/heads/${open}`)).text).toContain('GH013');
    expect(await headOf(town, open)).toBe(await headOf(town, 'main'));
  });

  it('takes signed commits only, and names the others', async () => {
    await makeBranch(town, branch);
    await setRules(town, [branch], { rules: [{ type: 'required_signatures' }] });
    const first = await commitOn(branch);
    await tree.git('commit', '-q', '--allow-empty', '-m', 'One more');
    const second = (await tree.git('rev-parse', 'HEAD')).text;
    const pushed = await push(`HEAD:refs/heads/${branch}`);
    const words = pushed.text.split('\n').map((line) => line.trimEnd());
    expect(words.slice(3, 9)).toEqual([
      'remote: - Commits must have verified signatures.',
      'remote:   Found 2 violations:',
      'remote:',
      `remote:   ${first}`,
      `remote:   ${second}`,
      'remote:',
    ]);
    const robot = await installTestApp(town, { slug: `signer-${count}`, permissions: { contents: 'write' } });
    const written = robot.client.repos.createOrUpdateFileContents({
      ...shopPath,
      path: 'signed.txt',
      branch,
      message: 'Signed by GitHub',
      content: '',
    });
    expect(await outcomeOf(written)).toBe('done');
  });

  it('asks a new branch for signatures only on what no branch has yet', async () => {
    await setRules(town, [branch, `${branch}-own`], { rules: [{ type: 'required_signatures' }] });
    expect(await outcomeOf(makeBranch(town, branch))).toBe('done');
    await commitOn('main');
    expect((await push(`HEAD:refs/heads/${branch}-own`)).text).toContain('Found 1 violation:');
  });

  it('stays linear', async () => {
    await makeBranch(town, branch);
    await setRules(town, [branch], { rules: [{ type: 'required_linear_history' }] });
    const one = await openPull(town, { branch: `${branch}-fix`, base: branch });
    expect(await merge(one.number, 'merge')).toMatchObject({
      status: 405,
      message: expect.stringContaining('This branch must not contain merge commits.'),
    });
    expect(await merge(one.number, 'squash')).toBe('done');
  });

  it('waits for deployments of the very commit', async () => {
    await makeBranch(town, branch);
    await setRules(town, [branch], {
      rules: [
        { type: 'required_deployments', parameters: { required_deployment_environments: ['uat', 'qa'] } },
      ],
    });
    const { number, sha } = await openPull(town, { branch: `${branch}-fix`, base: branch });
    const deploy = async (environment: string, state: 'success' | 'failure', ref = sha) => {
      const given = { ...shopPath, ref, environment, auto_merge: false, required_contexts: [] };
      const { data } = await town.as('will').repos.createDeployment(given);
      if (!('id' in data)) throw new Error('nothing was deployed');
      await town
        .as('will')
        .repos.createDeploymentStatus({ ...shopPath, deployment_id: data.id, state, environment });
    };
    await deploy('uat', 'success');
    await deploy('qa', 'failure');
    await deploy('qa', 'success', 'main');
    expect(await merge(number)).toMatchObject({
      status: 405,
      message: rulesBroken('Required deployments have not succeeded: "qa".'),
    });
    await deploy('qa', 'success');
    expect(await merge(number)).toBe('done');
  });

  it('says several broken rules together, and none twice', async () => {
    await makeBranch(town, branch);
    await setRules(town, [branch], { rules: [pullRule(), checkRule(['ci'])] });
    await setRules(town, [branch], { name: `${branch} again`, rules: [pullRule()] });
    await commitOn(branch);
    const pushed = await push(`HEAD:refs/heads/${branch}`);
    expect(pushed.text.match(/^remote: - .*/gm)?.map((line) => line.trimEnd())).toEqual([
      'remote: - Changes must be made through a pull request.',
      'remote: - Required status check "ci" is expected.',
    ]);
  });

  it('moves none of an atomic push, and refuses only the guilty one of another', async () => {
    await makeBranch(town, branch);
    await setRules(town, [branch], { rules: [{ type: 'update' }] });
    await commitOn('main');
    const free = `${branch}-free`;
    const refs = [`HEAD:refs/heads/${branch}`, `HEAD:refs/heads/${free}`];
    const together = await tree.git('push', '--atomic', town.remote('will'), ...refs);
    expect(together.text).toContain('atomic transaction failed');
    expect(await outcomeOf(headOf(town, free))).toMatchObject({ status: 404 });
    await tree.git('push', town.remote('will'), ...refs);
    expect(await headOf(town, free)).toBe((await tree.git('rev-parse', 'HEAD')).text);
  });
});

describe('a branch that only pulls may change', () => {
  beforeEach(async () => {
    await makeBranch(town, branch);
    await setRules(town, [branch], { rules: [pullRule()] });
  });
  const sentence = 'Changes must be made through a pull request.';

  it('is closed to every other door, each in its words', async () => {
    const will = town.as('will');
    const sha = await commitOn(branch);
    expect((await push(`HEAD:refs/heads/${branch}`)).text).toContain(sentence);
    expect((await push(`HEAD:refs/heads/${branch}-side`)).code).toBe(0);

    const moved = will.git.updateRef({ ...shopPath, ref: `heads/${branch}`, sha });
    expect(await outcomeOf(moved)).toEqual({ status: 422, message: rulesBroken(sentence) });
    const file = { ...shopPath, path: 'x.txt', branch, message: 'x', content: '' };
    expect(await outcomeOf(will.repos.createOrUpdateFileContents(file))).toEqual({
      status: 409,
      message: rulesBroken(sentence),
    });
    const merged = will.repos.merge({ ...shopPath, base: branch, head: `${branch}-side` });
    expect(await outcomeOf(merged)).toMatchObject({ status: 403, message: rulesBroken(sentence) });
    const { errors } = await ask(town, 'will', {
      document: `mutation($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }`,
      variables: {
        input: {
          branch: { repositoryNameWithOwner: 'acme/shop', branchName: branch },
          expectedHeadOid: await headOf(town, branch),
          message: { headline: 'Straight in' },
          fileChanges: { additions: [{ path: 'y.txt', contents: '' }] },
        },
      },
    });
    expect(errors).toEqual([{ type: 'UNPROCESSABLE', message: rulesBroken(sentence) }]);
    expect(await headOf(town, branch)).not.toBe(sha);
  });

  it('takes a merged pull', async () => {
    const { number } = await openPull(town, { branch: `${branch}-fix`, base: branch });
    expect(await merge(number)).toBe('done');
  });

  it('may be made by anybody with write', async () => {
    await setRules(town, [`${branch}-new`], { rules: [pullRule()] });
    await commitOn('main');
    expect((await push(`HEAD:refs/heads/${branch}-new`)).code).toBe(0);
  });
});

const review = (number: number, person: 'ada' | 'rita' | 'tina', event: 'APPROVE' | 'REQUEST_CHANGES') =>
  town.as(person).pulls.createReview({ ...shopPath, pull_number: number, event, body: 'seen' });
const stateOf = async (number: number) =>
  (await town.as('rita').pulls.get({ ...shopPath, pull_number: number })).data.mergeable_state;
const prepareReviews = async (parameters: object) => {
  await makeBranch(town, branch);
  await setRules(town, [branch], { rules: [pullRule(parameters)] });
  return openPull(town, { branch: `${branch}-fix`, base: branch });
};

describe('required reviews', () => {
  it('have to come from people with write access', async () => {
    const { number } = await prepareReviews({ required_approving_review_count: 1 });
    await review(number, 'rita', 'APPROVE');
    expect(await stateOf(number)).toBe('blocked');
    expect(await merge(number)).toEqual({
      status: 405,
      message: rulesBroken('At least 1 approving review is required by reviewers with write access.'),
    });
    await review(number, 'ada', 'APPROVE');
    expect(await stateOf(number)).toBe('clean');
    expect(await merge(number)).toBe('done');
  });

  it('block while one of them asks for changes', async () => {
    const { number } = await prepareReviews({ required_approving_review_count: 2 });
    await review(number, 'ada', 'APPROVE');
    expect(await merge(number)).toMatchObject({
      message: rulesBroken('At least 2 approving reviews are required by reviewers with write access.'),
    });
    await review(number, 'ada', 'REQUEST_CHANGES');
    expect(await merge(number)).toMatchObject({
      status: 405,
      message: expect.stringContaining('Changes were requested'),
    });
    const document = `query($number: Int!) { repository(owner: "acme", name: "shop") { pullRequest(number: $number) {
      reviewDecision mergeStateStatus } } }`;
    const { data } = await ask(town, 'rita', { document, variables: { number } });
    expect(data).toEqual({
      repository: { pullRequest: { reviewDecision: 'CHANGES_REQUESTED', mergeStateStatus: 'BLOCKED' } },
    });
  });

  it('are missed in words that GraphQL has for it', async () => {
    const { number } = await prepareReviews({ required_approving_review_count: 1 });
    const document = `query($number: Int!) { repository(owner: "acme", name: "shop") { pullRequest(number: $number) { reviewDecision } } }`;
    const { data } = await ask(town, 'rita', { document, variables: { number } });
    expect(data).toEqual({ repository: { pullRequest: { reviewDecision: 'REVIEW_REQUIRED' } } });
  });

  it('go with the next push where the rule says so, and stay where it does not', async () => {
    for (const dismiss of [true, false]) {
      branch = `${branch}-${dismiss}`;
      const { number } = await prepareReviews({
        required_approving_review_count: 1,
        dismiss_stale_reviews_on_push: dismiss,
      });
      await review(number, 'ada', 'APPROVE');
      await writeFile(town, { path: 'later.txt', content: 'x', branch: `${branch}-fix` });
      const { data } = await town.as('rita').pulls.listReviews({ ...shopPath, pull_number: number });
      expect(data.map(({ state }) => state)).toEqual([dismiss ? 'DISMISSED' : 'APPROVED']);
      expect(await merge(number)).toEqual(dismiss ? expect.objectContaining({ status: 405 }) : 'done');
    }
  });

  it('have to see the last push, by somebody who did not push it', async () => {
    const { number, sha } = await prepareReviews({
      required_approving_review_count: 0,
      require_last_push_approval: true,
    });
    const wanted = { status: 405, message: expect.stringContaining('other than the last pusher') };
    expect(await merge(number)).toMatchObject(wanted);
    // Ada wrote the head, so her approval does not see it with other eyes.
    await review(number, 'ada', 'APPROVE');
    expect(await merge(number)).toMatchObject(wanted);
    await tree.git('fetch', '-q', town.remote('ada'), `${branch}-fix`);
    await tree.git('checkout', '-q', '--detach', sha);
    await tree.git('commit', '-q', '--allow-empty', '-m', 'By Will');
    await push(`HEAD:refs/heads/${branch}-fix`);
    expect(await merge(number)).toMatchObject(wanted);
    await review(number, 'ada', 'APPROVE');
    expect(await merge(number)).toBe('done');
  });

  it('come with the ways in which a pull may be merged', async () => {
    const { number } = await prepareReviews({ allowed_merge_methods: ['squash'] });
    expect(await stateOf(number)).toBe('clean');
    expect(await merge(number, 'merge')).toMatchObject({
      status: 405,
      message: expect.stringContaining('squash only'),
    });
    expect(await merge(number, 'squash')).toBe('done');
  });
});
