import type { EnvironmentName } from '../../domain/policy.ts';
import type { Scene } from './scene.ts';

/** A commit as the branches show it. */
interface SeenCommit {
  readonly oid: string;
  readonly title: string;
}

/** What an environment serves. */
interface Served {
  readonly version: string;
  readonly receipt: string;
}

/** What anybody can see of the demo: by the API and by HTTP. */
export interface Observation {
  /** Labels by number of the issue, sorted. */
  readonly labels: ReadonlyMap<number, readonly string[]>;
  /** Titles of the issues that the App opened, by number. */
  readonly opened: ReadonlyMap<number, string>;
  /** Comments of the App, oldest first. */
  readonly comments: readonly { readonly id: number; readonly issue: number; readonly body: string }[];
  /** The newest commits, newest first. */
  readonly branches: Readonly<Record<EnvironmentName, readonly SeenCommit[]>>;
  readonly served: Readonly<Record<EnvironmentName, Served>>;
  /** What arrived on the channel, oldest first. */
  readonly messages: readonly string[];
}

/** Looks at everything that the story shows, as a person who may read. */
export async function observe(scene: Scene): Promise<Observation> {
  const { demo } = scene;
  const { octokit, at } = scene.actor('rita');
  const [issues, comments, uat, prod, uatServed, prodServed] = await Promise.all([
    octokit.rest.issues.listForRepo({ ...at, state: 'all', per_page: 100 }),
    octokit.rest.issues.listCommentsForRepo({ ...at, sort: 'created', direction: 'desc', per_page: 100 }),
    newestCommits(scene, demo.branches.uat),
    newestCommits(scene, demo.branches.prod),
    readServed(demo.places.uat.url),
    readServed(demo.places.prod.url),
  ]);
  return {
    labels: new Map(
      issues.data
        .filter((issue) => issue.pull_request === undefined)
        .map((issue) => [issue.number, issue.labels.map(nameOf).toSorted()]),
    ),
    opened: new Map(
      issues.data
        .filter(({ user, pull_request }) => user?.type === 'Bot' && pull_request === undefined)
        .map(({ number, title }) => [number, title]),
    ),
    comments: comments.data
      .filter((comment) => comment.user?.type === 'Bot')
      .map((comment) => ({
        id: comment.id,
        issue: Number(comment.issue_url.split('/').at(-1)),
        body: comment.body ?? '',
      }))
      .toReversed(),
    branches: { uat, prod },
    served: { uat: uatServed, prod: prodServed },
    messages: [...(demo.channel?.messages ?? [])],
  };
}

function nameOf(label: string | { readonly name?: string | undefined }): string {
  return typeof label === 'string' ? label : (label.name ?? '');
}

async function newestCommits(scene: Scene, branch: string): Promise<SeenCommit[]> {
  const { octokit, at } = scene.actor('rita');
  const { data } = await octokit.rest.repos.listCommits({ ...at, sha: branch, per_page: 50 });
  return data.map(({ sha, commit }) => ({ oid: sha, title: commit.message.split('\n')[0] ?? '' }));
}

async function readServed(url: string): Promise<Served> {
  const [version, receipt] = await Promise.all(
    ['version.txt', 'receipt.txt'].map((file) => readText(`${url}/${file}`)),
  );
  return { version: version ?? '', receipt: receipt ?? '' };
}

async function readText(url: string): Promise<string> {
  const response = await fetch(url);
  const text = await response.text();
  return response.ok ? text.trim() : `(${response.status})`;
}
