import { z } from 'zod';
import { authorOf } from '../auth/author.ts';
import { numberFrom, readBody } from '../body.ts';
import { ApiError, invalidField, notFound } from '../error.ts';
import { listCommits } from '../git/history.ts';
import { git } from '../git/run.ts';
import type { Repository } from '../model/repository.ts';
import { paginate } from '../page.ts';
import type { World } from '../world.ts';
import type { Pull } from '../model/pull.ts';
import { changedFilesOf } from '../pull/changed-file.ts';
import { findHead, type PullHead } from '../pull/head.ts';
import { editPull } from '../pull/edit.ts';
import { mergePull } from '../pull/merge.ts';
import { openPull } from '../pull/open.ts';
import { findPull, type PullPlace } from '../pull/state.ts';
import { created, noContent, ok, route } from '../route.ts';
import type { Kernel } from '../sandbox.ts';
import { serialiseCommit, serialiseFile } from '../serialise/commit.ts';
import { serialisePull, serialisePullSimple } from '../serialise/pull.ts';

const READ = { app: { pull_requests: 'read' }, user: 'read' } as const;

const NewPull = z.object({
  title: z.string().min(1),
  head: z.string(),
  base: z.string(),
  body: z.string().nullish(),
  draft: z.boolean().default(false),
  maintainer_can_modify: z.boolean().default(true),
});
const EditedPull = z.object({
  title: z.string().optional(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']).optional(),
  base: z.string().optional(),
});
const Merge = z.object({
  commit_title: z.string().optional(),
  commit_message: z.string().optional(),
  sha: z.string().optional(),
  merge_method: z.enum(['merge', 'squash', 'rebase']).default('merge'),
});

/** Pull requests: opened, read, edited, merged. */
export const pullRoutes = [
  route({
    on: 'GET /repos/{owner}/{repo}/pulls',
    needs: READ,
    answer: (call) => {
      const { kernel, repository, query } = call;
      const { items, headers } = paginate(call, selectPulls(kernel.world, repository, query));
      return ok(
        items.map((place) => serialisePullSimple(kernel, repository, place)),
        headers,
      );
    },
  }),
  route({
    on: 'POST /repos/{owner}/{repo}/pulls',
    needs: { app: { pull_requests: 'write' }, user: 'read', evenIfPublic: true },
    answer: async (call) => {
      const { kernel, repository, actor } = call;
      const given = readBody(call, NewPull);
      const author = authorOf(kernel.world, actor);
      const head = findHead(kernel.world, repository, given.head);
      if (!head) throw invalidField('PullRequest', 'head');
      const opened = await openPull(kernel, repository, {
        ...given,
        head,
        body: given.body ?? null,
        maintainerCanModify: given.maintainer_can_modify,
        author,
      });
      if (opened.kind === 'opened') return created(await serialisePull(kernel, repository, opened.place));
      throw invalidField(
        'PullRequest',
        opened.field,
        opened.message === undefined ? {} : { code: 'custom', message: opened.message },
      );
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/pulls/{pull_number}',
    needs: READ,
    answer: async ({ kernel, repository, params, headers }) => {
      const place = pullAt(repository, params.pull_number);
      const form = /application\/vnd\.github(?:\.v3)?\.(diff|patch)/.exec(headers.get('accept') ?? '')?.[1];
      if (form === undefined) return ok(await serialisePull(kernel, repository, place));
      const content = await diffText(kernel, place, form);
      return { raw: { status: 200, content, contentType: `application/vnd.github.${form}; charset=utf-8` } };
    },
  }),
  route({
    on: 'PATCH /repos/{owner}/{repo}/pulls/{pull_number}',
    needs: { app: { pull_requests: 'write' }, user: 'read', evenIfPublic: true },
    answer: async (call) => {
      const { kernel, repository, actor, params } = call;
      const place = pullAt(repository, params.pull_number);
      await editPull(kernel, place, { change: readBody(call, EditedPull), actor });
      return ok(await serialisePull(kernel, repository, place));
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/pulls/{pull_number}/commits',
    needs: READ,
    answer: async (call) => {
      const { kernel, repository, params } = call;
      const { pull } = pullAt(repository, params.pull_number);
      const commits = await listCommits(kernel.git.open(repository), {
        range: [pull.headSha, `^${pull.baseSha}`],
        reverse: true,
      });
      const { items, headers } = paginate(call, commits);
      return ok(
        items.map((commit) => serialiseCommit(kernel, repository, commit)),
        headers,
      );
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/pulls/{pull_number}/files',
    needs: READ,
    answer: async (call) => {
      const { kernel, repository, params } = call;
      const { pull } = pullAt(repository, params.pull_number);
      const { items, headers } = paginate(call, await changedFilesOf(kernel, repository, pull));
      return ok(
        items.map((file) => serialiseFile(kernel, repository, { file, ref: pull.headSha })),
        headers,
      );
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/pulls/{pull_number}/merge',
    needs: READ,
    answer: ({ repository, params }) => {
      if (!pullAt(repository, params.pull_number).pull.merged) throw notFound();
      return noContent();
    },
  }),
  route({
    on: 'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge',
    needs: { app: { contents: 'write', pull_requests: 'write' }, user: 'write' },
    answer: async (call) => {
      const { kernel, repository, actor, params } = call;
      const given = readBody(call, Merge);
      const place = pullAt(repository, params.pull_number);
      const merge = {
        actor,
        method: given.merge_method,
        sha: given.sha,
        title: given.commit_title,
        message: given.commit_message,
      };
      const result = await mergePull(kernel, place, merge);
      if (result.kind === 'refused') throw new ApiError(result.status, result.message);
      return ok({ sha: result.sha, merged: true, message: 'Pull Request successfully merged' });
    },
  }),
];

/** The pull with a number from the path. @throws ApiError 404. */
export function pullAt(repository: Repository, number: string): PullPlace {
  const place = findPull(repository, numberFrom(number));
  if (!place) throw notFound();
  return place;
}

function selectPulls(world: World, repository: Repository, query: URLSearchParams): PullPlace[] {
  const state = query.get('state') ?? 'open';
  const head = findHead(world, repository, query.get('head') ?? '');
  const base = query.get('base');
  const byUpdate = query.get('sort') === 'updated';
  const ascending = query.get('direction') === 'asc';
  const key = ({ issue }: PullPlace): string => (byUpdate ? issue.updatedAt : issue.createdAt);
  return repository.pulls
    .flatMap((pull) => findPull(repository, pull.number) ?? [])
    .filter(({ issue }) => state === 'all' || issue.state === state)
    .filter(
      ({ pull }) => (!query.has('head') || isFrom(pull, head)) && (base === null || pull.baseBranch === base),
    )
    .toSorted(
      (a, b) => (key(a).localeCompare(key(b)) || a.pull.number - b.pull.number) * (ascending ? 1 : -1),
    );
}

function isFrom(pull: Pull, head: PullHead | null): boolean {
  return pull.headBranch === head?.branch && pull.headRepositoryId === head.repository.id;
}

async function diffText(kernel: Kernel, { repository, pull }: PullPlace, form: string): Promise<string> {
  const folder = kernel.git.folderOf(repository);
  if (form === 'patch')
    return `${await git(folder, ['format-patch', '--stdout', `${pull.baseSha}..${pull.headSha}`])}\n`;
  return `${await git(folder, ['diff', '--no-color', '--no-ext-diff', `${pull.baseSha}...${pull.headSha}`])}\n`;
}
