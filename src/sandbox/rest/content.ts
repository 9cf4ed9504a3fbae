import { z } from 'zod';
import { readBody } from '../body.ts';
import { commitOnBranch, isPath, type BranchCommit, type CommitRefusal } from '../commit-on-branch.ts';
import { ApiError, conflict, notFound, unprocessable } from '../error.ts';
import { signatureOf } from '../git/person.ts';
import { NO_COMMIT } from '../git/ref.ts';
import { branchHead, resolveCommit } from '../git/resolve.ts';
import { authorOf } from '../auth/author.ts';
import type { Repository } from '../model/repository.ts';
import { created, ok, route, type Call } from '../route.ts';
import { serialiseGitCommit } from '../serialise/commit.ts';
import { serialiseDirectory, serialiseFileContent } from '../serialise/content.ts';
import { parseTree } from '../git/tree.ts';
import type { Kernel } from '../sandbox.ts';
import type { Commit } from '../git/commit.ts';

const WRITE = { app: { contents: 'write' }, user: 'write' } as const;

const Person = z.object({ name: z.string(), email: z.string() });
const Change = z.object({
  message: z.string(),
  sha: z.string().optional(),
  branch: z.string().optional(),
  author: Person.optional(),
  committer: Person.optional(),
});
const Written = Change.extend({ content: z.string() });

/** Files by path: read, written and deleted, each write one commit. */
export const contentRoutes = [
  route({
    on: 'GET /repos/{owner}/{repo}/contents/{path}',
    needs: { app: { contents: 'read' }, user: 'read' },
    answer: async ({ kernel, repository, params, query, headers }) => {
      const ref = query.get('ref') ?? repository.defaultBranch;
      const commit = await resolveCommit(kernel.git.open(repository), ref);
      if (commit === null) throw new ApiError(404, `No commit found for the ref ${ref}`);
      const path = params.path.replaceAll(/^\/+|\/+$/g, '');
      const object = await kernel.git
        .reader(repository)
        .read(path === '' ? `${commit}^{tree}` : `${commit}:${path}`);
      if (!object || (path !== '' && !isPath(path))) throw notFound();
      const where = { path, ref };
      if (object.type === 'tree')
        return ok(
          serialiseDirectory(kernel, repository, {
            ...where,
            entries: await sizedEntries(kernel, repository, object.content),
          }),
        );
      if (headers.get('accept')?.includes('raw'))
        return {
          raw: {
            status: 200,
            content: object.content,
            contentType: 'application/vnd.github.raw; charset=utf-8',
          },
        };
      return ok(serialiseFileContent(kernel, repository, { ...where, blob: object }));
    },
  }),
  route({
    on: 'PUT /repos/{owner}/{repo}/contents/{path}',
    needs: WRITE,
    answer: async (call) => {
      const { kernel, repository, params } = call;
      const given = readBody(call, Written);
      const contents = Buffer.from(given.content, 'base64');
      const { commit, replaced } = await commitChange(call, given, {
        additions: [{ path: params.path, contents }],
        deletions: [],
      });
      const blob = await kernel.git.reader(repository).read(`${commit.sha}:${params.path}`);
      if (!blob) throw new Error(`${params.path} is not there after it was written`);
      const content = serialiseFileContent(kernel, repository, {
        path: params.path,
        ref: given.branch ?? repository.defaultBranch,
        blob,
      });
      const body = { content, commit: serialiseGitCommit(kernel, repository, commit) };
      return replaced ? ok(body) : created(body);
    },
  }),
  route({
    on: 'DELETE /repos/{owner}/{repo}/contents/{path}',
    needs: WRITE,
    answer: async (call) => {
      const { kernel, repository, params } = call;
      const { commit } = await commitChange(call, readBody(call, Change), {
        additions: [],
        deletions: [params.path],
      });
      return ok({ content: null, commit: serialiseGitCommit(kernel, repository, commit) });
    },
  }),
];

async function sizedEntries(kernel: Kernel, repository: Repository, tree: Buffer) {
  const reader = kernel.git.reader(repository);
  return Promise.all(
    parseTree(tree).map(async (entry) => ({ ...entry, size: (await reader.info(entry.sha))?.size ?? 0 })),
  );
}

type ContentCall = Call<'/repos/{owner}/{repo}/contents/{path}'>;

/** Commits one file's change after checking that the caller knows the blob it replaces. */
async function commitChange(
  call: ContentCall,
  given: z.infer<typeof Change>,
  files: Pick<BranchCommit, 'additions' | 'deletions'>,
): Promise<{ commit: Commit; replaced: boolean }> {
  const { kernel, repository, actor, params } = call;
  const branch = given.branch ?? repository.defaultBranch;
  const bare = kernel.git.open(repository);
  const deletes = files.deletions.length > 0;
  const expectedHeadOid = await branchHead(bare, branch);
  // Only the default branch of an empty repository is made by its first file.
  const first = expectedHeadOid === null && branch === repository.defaultBranch && !deletes;
  if (expectedHeadOid === null && !first) throw new ApiError(404, `Branch ${branch} not found`);
  const known = await bare.reader.info(`${expectedHeadOid ?? NO_COMMIT}:${params.path}`);
  checkKnownBlob({ path: params.path, known: known?.sha, given: given.sha, deletes });
  const wish = { repository, actor, branch, expectedHeadOid, ...files, message: given.message };
  const result = await commitOnBranch(kernel, { ...wish, ...peopleOf(call, given) });
  if (result.kind === 'refused') throw refusalError(result);
  return { commit: result.commit, replaced: known !== null };
}

/** Source: refusals of this route quoted in public issues: 409 also for broken rules. */
function refusalError({ reason, message }: CommitRefusal): ApiError {
  if (reason === 'workflows') return new ApiError(403, message);
  const conflicts = reason === 'stale_head' || reason === 'ruleset' || reason === 'protection';
  return conflicts ? conflict(message) : unprocessable(message);
}

function checkKnownBlob(file: {
  path: string;
  known: string | undefined;
  given: string | undefined;
  deletes: boolean;
}): void {
  if (file.known === undefined) {
    if (file.deletes) throw notFound();
    return;
  }
  if (file.given === undefined) throw unprocessable('Invalid request.\n\n"sha" wasn\'t supplied.');
  if (file.given !== file.known) throw conflict(`${file.path} does not match ${file.given}`);
}

/** With own people given, a commit is theirs and unsigned; a person's token commits as that person, too. */
function peopleOf(
  { kernel, actor }: ContentCall,
  given: z.infer<typeof Change>,
): Pick<BranchCommit, 'people'> {
  if (actor.kind === 'installation' && !given.author && !given.committer) return {};
  const own = signatureOf(authorOf(kernel.world, actor).account, kernel.clock.nowMs());
  const author = given.author ? { ...own, ...given.author } : own;
  return { people: { author, committer: given.committer ? { ...own, ...given.committer } : author } };
}
