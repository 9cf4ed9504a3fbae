import { offersFix } from './deed.ts';
import type { Scene } from './scene.ts';

/** A person merges a feature into UAT that another one has reviewed; the story calls its pull request `name`. */
export function offersFeature(login: string, name: string, reviewer: string) {
  return async (scene: Scene): Promise<void> => {
    const actor = scene.actor(login);
    const pull = await actor.propose({
      branch: `feature/${name}`,
      base: scene.demo.branches.uat,
      title: 'Show prices in US dollars too',
      body: 'For our guests from abroad.',
      changes: [
        { path: 'src/money.js', find: 'money(amount) {', put: "money(amount, currency = 'NT$') {" },
        { path: 'src/money.js', find: '`NT$${amount}`', put: '`${currency}${amount}`' },
        {
          path: 'src/exchange.js',
          text: 'const TWD_PER_USD = 32;\n\n/** About how many US dollars an amount is. */\nexport function inDollars(amount) {\n  return Math.round(amount / TWD_PER_USD);\n}\n',
        },
        {
          path: 'src/receipt.js',
          find: 'import { money }',
          put: "import { inDollars } from './exchange.js';\nimport { money }",
        },
        {
          path: 'src/receipt.js',
          find: '    `= ${money(costs.total)}`,',
          put: "    `= ${money(costs.total)}`,\n    `(about ${money(inDollars(costs.total), 'US$')})`,",
        },
      ],
    });
    scene.plot.set(name, pull);
    await scene.demo.settle();
    await scene.actor(reviewer).approve(pull);
    await scene.demo.settle();
    await actor.merge(pull);
  };
}

/** A person offers canaries and a watch for PROD, as the fix of the bug `name`. */
export function offersWatch(login: string, name: string) {
  return async (scene: Scene): Promise<void> => {
    const { url } = scene.demo.places.prod;
    const verify = `verify: { run: node bin/verify.js ${url} }`;
    const put = `${verify}
    rollout: { strategy: canary, canary_percents: [10, 100] }
    watch:
      every_seconds: 1
      limits:
        unreadable_percent: { command: { run: node bin/health.js ${url} }, max: 1, for_seconds: 1 }`;
    await offersFix(login, name, {
      base: scene.demo.branches.prod,
      title: 'Give PROD canaries and a watch',
      changes: [{ path: '.github/tonic.yml', find: verify, put }],
    })(scene);
  };
}

const READY = `mutation ($id: ID!) {
  markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { number } }
}`;

/**
 * A person settles the conflict of the open pull request that the App has opened, marks it as ready, and merges it once
 * another one has looked.
 */
export function settlesConflict(
  login: string,
  reviewer: string,
  settled: { readonly name: string; readonly path: string; readonly text: string },
) {
  return async (scene: Scene): Promise<void> => {
    const actor = scene.actor(login);
    const { data: pulls } = await actor.octokit.rest.pulls.list({ ...actor.at, state: 'open' });
    const pull = pulls.find((each) => each.user?.type === 'Bot');
    if (pull === undefined) throw new Error('the App has opened no pull request');
    scene.plot.set(settled.name, pull.number);
    const clone = await actor.workingCopy();
    await clone.pushBranch({
      branch: pull.head.ref,
      from: pull.head.ref,
      message: 'Settle the conflict',
      changes: [{ path: settled.path, text: settled.text }],
    });
    await scene.demo.settle();
    if (pull.draft === true) await actor.octokit.graphql(READY, { id: pull.node_id });
    await scene.actor(reviewer).approve(pull.number);
    await scene.demo.settle();
    await actor.merge(pull.number);
  };
}
