import { z } from 'zod';
import type { Scene } from '../../src/cli/story/scene.ts';

/** How a story ended, without what differs from run to run: times, ids, names of commits. */
export interface StoryEnd {
  /** State, labels and number of the App's comments, by issue. */
  readonly issues: Readonly<Record<string, string>>;
  /** Every file of the ledger, by its path. */
  readonly ledger: Readonly<Record<string, unknown>>;
  /** The files that the branches have, with the names of their content. */
  readonly trees: Readonly<Record<string, readonly string[]>>;
  /** Environment, who made it and how it ended, oldest first. */
  readonly deployments: readonly string[];
}

/** Looks at everything that the story has left. */
export async function endOf(scene: Scene): Promise<StoryEnd> {
  const clone = await scene.actor('ada').workingCopy();
  await clone.git('fetch', '--quiet', '--prune', 'origin', '+refs/heads/*:refs/remotes/origin/*');
  const git = async (...args: string[]) =>
    (await clone.git(...args)).split('\n').filter((line) => line !== '');
  const branches = (await git('for-each-ref', '--format=%(refname:lstrip=3)', 'refs/remotes/origin')).filter(
    (branch) => branch !== 'HEAD' && branch !== 'tonic-ledger',
  );
  const paths = await git('ls-tree', '-r', '--name-only', 'origin/tonic-ledger');
  const records = paths.filter((path) => path.endsWith('.json') && path !== 'watermark.json');
  return {
    issues: await issuesOf(scene),
    ledger: Object.fromEntries(
      await Promise.all(
        records.map(async (path) => [
          withoutMs(path),
          timeless(JSON.parse(await clone.git('show', `origin/tonic-ledger:${path}`))),
        ]),
      ),
    ),
    trees: Object.fromEntries(
      await Promise.all(
        branches.map(async (branch) => [
          // The branch of a conflict is called after a commit.
          branch.replace(/-[\da-f]{7}$/u, ''),
          // Where the demo serves its environments, which its configuration says, differs from run to run.
          (await git('ls-tree', '-r', `origin/${branch}`)).filter((line) => !line.includes('\t.github/')),
        ]),
      ),
    ),
    deployments: await deploymentsOf(scene),
  };
}

async function issuesOf(scene: Scene): Promise<Record<string, string>> {
  const { octokit, at } = scene.actor('rita');
  const { data } = await octokit.rest.issues.listForRepo({ ...at, state: 'all', per_page: 100 });
  const { data: comments } = await octokit.rest.issues.listCommentsForRepo({ ...at, per_page: 100 });
  const ours = (issue: number) =>
    comments.filter(({ user, issue_url: url }) => user?.type === 'Bot' && url.endsWith(`/${issue}`)).length;
  return Object.fromEntries(
    data.map(({ number, state, labels }) => {
      const names = labels.map((label) => (typeof label === 'string' ? label : (label.name ?? '')));
      return [`#${number}`, [state, ...names.toSorted(), `${ours(number)} comments`].join(' ')];
    }),
  );
}

async function deploymentsOf(scene: Scene): Promise<string[]> {
  const { octokit, at } = scene.actor('rita');
  const { data } = await octokit.rest.repos.listDeployments({ ...at, per_page: 100 });
  const states = await Promise.all(
    data.map(async ({ id, environment, task }) => {
      const statuses = await octokit.rest.repos.listDeploymentStatuses({ ...at, deployment_id: id });
      return `${environment} ${task}: ${statuses.data[0]?.state}`;
    }),
  );
  return states.toReversed();
}

/** Keys of alerts end with a time. */
function withoutMs(text: string): string {
  return text.replaceAll(/-\d{13}\b/gu, '-<ms>');
}

const DIFFERS = /(?:^|_)(?:ms|id|hash|oid|sha|attempt)$/u;
const Json = z.record(z.string(), z.unknown());

/** A record without times and ids; names of commits and hashes are only there or not. */
function timeless(value: unknown): unknown {
  if (typeof value === 'string')
    return withoutMs(value)
      .replaceAll(/was [\d, ]+ in \d+ samples over \d+:\d\d/gu, 'was <values>')
      .replaceAll(/\b[\da-f]{40,64}\b/gu, '<oid>')
      .replaceAll(/\bcomment-\d+/gu, 'comment')
      .replaceAll(/\b[\da-f]{7}\b/gu, '<o>');
  // The order in which webhooks came is no part of the end.
  if (Array.isArray(value))
    return value
      .map(timeless)
      .toSorted((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(Json.parse(value)).filter(([key]) => !DIFFERS.test(key));
  return Object.fromEntries(entries.map(([key, each]) => [key, timeless(each)]));
}
