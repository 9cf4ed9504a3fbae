import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDemo, type Demo, type DemoOptions } from '../../src/compose-demo.ts';
import { silentLog } from '../../src/cli/process-end.ts';
import { labels, offersFix, reports, says } from '../../src/cli/story/deed.ts';
import type { Scene } from '../../src/cli/story/scene.ts';
import { createScene } from '../../src/cli/story/tell.ts';
import type { EnvironmentName } from '../../src/domain/policy.ts';
import type { FileChange } from '../../src/cli/story/working-copy.ts';

/** The corner shop of the demo with its App and runner, and short words for what tests do there. */
export interface Shop {
  readonly demo: Demo;
  readonly scene: Scene;
  /** Reports a bug, labels it with a severity, and says `/confirm`; gives its number. */
  confirmed(name: string, severity?: string): Promise<number>;
  /** Offers a fix as Dan and lets Eve approve it; gives the number of the pull request. */
  fixed(name: string, change: FileChange, base?: string): Promise<number>;
  /** Says something on a bug and waits for all that follows. */
  say(login: string, name: string, text: string): Promise<void>;
  statusOf(name: string): Promise<string>;
  /** Bodies of the App's comments on a bug, oldest first, without its status card. */
  answers(name: string): Promise<string[]>;
  /** The status card of an issue. */
  card(name: string): Promise<string>;
  receipt(environment: EnvironmentName): Promise<string>;
  /** `<commit> <release>` a deploy command that ran, without the first one by hand. */
  deploys(environment: EnvironmentName): string[];
  /** Full name of a branch's head. */
  head(branch: string): Promise<string>;
  /** Plain git in a fresh state of Ada's clone. */
  git(...args: string[]): Promise<string>;
  /** Moves to a local time of day 1, or of another day. */
  to(time: string, day?: number): Promise<void>;
}

/** Changes that mend the bugs of the shop, each in a file of its own. */
export const FIX = {
  vat: { path: 'src/vat.js', find: 'order.subtotal *', put: '(order.subtotal - order.discount) *' },
  coupon: { path: 'src/coupon.js', find: 'coupon.percent;', put: '(order.subtotal * coupon.percent) / 100;' },
  shipping: { path: 'src/shipping.js', find: '> FREE_FROM', put: '>= FREE_FROM' },
} as const;

const isCard = (body: string) => body.startsWith('<!-- tonic:card');

/** Starts the shop for one test file. */
export async function startShop(options: Partial<DemoOptions> = {}): Promise<Shop> {
  const demo = await startDemo({ log: silentLog, ...options });
  const scene = createScene(demo);
  const issueOf = (name: string) => ({ ...scene.actor('rita').at, issue_number: scene.numberOf(name) });
  const rita = scene.actor('rita').octokit;
  /** Bodies of the App's comments on a bug, oldest first. */
  const own = async (name: string) => {
    const { data } = await rita.rest.issues.listComments({ ...issueOf(name), per_page: 100 });
    return data.filter((comment) => comment.user?.type === 'Bot').map((comment) => comment.body ?? '');
  };

  return {
    demo,
    scene,
    async confirmed(name, severity = 'medium') {
      await reports('rita', name, { title: `Something is wrong with ${name}`, body: `See src/${name}.js` })(
        scene,
      );
      await labels('dan', { [name]: ['bug', `severity:${severity}`] })(scene);
      await demo.settle();
      await says('ada', [name], '/confirm')(scene);
      await demo.settle();
      return scene.numberOf(name);
    },
    async fixed(name, change, base = demo.branches.uat) {
      await offersFix('dan', name, { base, title: `Mend ${name}`, changes: [change] })(scene);
      await demo.settle();
      await scene.actor('eve').approve(scene.numberOf(`${name}.fix`));
      await demo.settle();
      return scene.numberOf(`${name}.fix`);
    },
    async say(login, name, text) {
      // People take their time: GitHub writes comments down by the second.
      demo.sandbox.clock.advanceTo(demo.sandbox.clock.nowMs() + 60_000);
      await says(login, [name], text)(scene);
      await demo.settle();
    },
    async statusOf(name) {
      const { data } = await rita.rest.issues.get(issueOf(name));
      const names = data.labels.map((label) => (typeof label === 'string' ? label : (label.name ?? '')));
      return names
        .filter((label) => label.startsWith('status:'))
        .join()
        .replace('status:', '');
    },
    answers: async (name) => (await own(name)).filter((body) => !isCard(body)),
    card: async (name) => (await own(name)).find(isCard) ?? '',
    async receipt(environment) {
      return (await (await fetch(`${demo.places[environment].url}/receipt.txt`)).text()).trim();
    },
    deploys(environment) {
      const lines = readFileSync(join(demo.places[environment].folder, 'deploys.log'), 'utf8')
        .trim()
        .split('\n');
      return lines.filter((line) => !line.endsWith('by hand'));
    },
    async head(branch) {
      const { data } = await rita.rest.repos.getBranch({ ...scene.actor('rita').at, branch });
      return data.commit.sha;
    },
    async git(...args) {
      const clone = await scene.actor('ada').workingCopy();
      await clone.git('fetch', '--quiet', '--prune', 'origin', '+refs/heads/*:refs/remotes/origin/*');
      return clone.git(...args);
    },
    to: (time, day = 1) => demo.moveTo(demo.at(day, time)),
  };
}
