import { z } from 'zod';
import { readBody } from '../body.ts';
import { isPath } from '../commit-on-branch.ts';
import { notFound, unprocessable } from '../error.ts';
import { writeObject } from '../git/object-writer.ts';
import { resolveCommit } from '../git/resolve.ts';
import { git } from '../git/run.ts';
import { changeTree, type PathChange } from '../git/tree.ts';
import type { BareRepository } from '../git/object-reader.ts';
import type { Repository } from '../model/repository.ts';
import { created, ok, route } from '../route.ts';
import type { Kernel } from '../sandbox.ts';

const NewTree = z.object({
  base_tree: z.string().optional(),
  tree: z.array(
    z.object({
      path: z.string(),
      mode: z.enum(['100644', '100755', '040000', '160000', '120000']).default('100644'),
      type: z.enum(['blob', 'tree', 'commit']).optional(),
      sha: z.string().nullish(),
      content: z.string().optional(),
    }),
  ),
});

/** GitHub cuts a recursive listing here and says `truncated`. */
const MAX_ENTRIES = 100_000;

/** Trees: listings, also recursive, and new ones made from changes. */
export const gitTreeRoutes = [
  route({
    on: 'GET /repos/{owner}/{repo}/git/trees/{tree_sha}',
    needs: { app: { contents: 'read' }, user: 'read' },
    answer: async ({ kernel, repository, params, query }) => {
      const bare = kernel.git.open(repository);
      const sha = await findTree(bare, params.tree_sha);
      if (sha === null) throw notFound();
      return ok(await serialiseTree(kernel, repository, { sha, recursive: query.has('recursive') }));
    },
  }),
  route({
    on: 'POST /repos/{owner}/{repo}/git/trees',
    needs: { app: { contents: 'write' }, user: 'write' },
    answer: async (call) => {
      const { kernel, repository } = call;
      const given = readBody(call, NewTree);
      const bare = kernel.git.open(repository);
      const base = given.base_tree === undefined ? null : await findTree(bare, given.base_tree);
      if (given.base_tree !== undefined && base === null)
        throw unprocessable('base_tree is not a valid tree oid');
      const changes = new Map<string, PathChange>();
      for (const entry of given.tree) {
        if (!isPath(entry.path)) throw unprocessable('tree.path contains a malformed path component');
        changes.set(entry.path, await changeOf(bare, entry));
      }
      const sha = await changeTree(bare, base, changes);
      return created(await serialiseTree(kernel, repository, { sha, recursive: false }));
    },
  }),
];

/** A tree by its sha, or that of a commit or branch. */
async function findTree(bare: BareRepository, name: string): Promise<string | null> {
  const commit = await resolveCommit(bare, name);
  const expression = commit ?? (/^[0-9a-f]{40}$/.test(name) ? name : null);
  return expression === null ? null : ((await bare.reader.info(`${expression}^{tree}`))?.sha ?? null);
}

type Entry = z.infer<typeof NewTree>['tree'][number];

async function changeOf(bare: BareRepository, entry: Entry): Promise<PathChange> {
  if (entry.content !== undefined)
    return { mode: entry.mode, sha: writeObject(bare.folder, 'blob', Buffer.from(entry.content)) };
  if (entry.sha === null || entry.sha === undefined) return null;
  const known =
    entry.mode === '160000' || (/^[0-9a-f]{40}$/.test(entry.sha) && (await bare.reader.info(entry.sha)));
  if (!known) throw unprocessable(`tree.sha ${entry.sha} is not a valid ${entry.type ?? 'blob'}`);
  return { mode: entry.mode, sha: entry.sha };
}

async function serialiseTree(
  kernel: Kernel,
  repository: Repository,
  { sha, recursive }: { sha: string; recursive: boolean },
) {
  const args = ['ls-tree', '-z', '-l', '--full-tree', ...(recursive ? ['-r', '-t'] : []), sha];
  const rows = (await git(kernel.git.folderOf(repository), args)).split('\0').filter((row) => row !== '');
  return {
    sha,
    url: kernel.urls.apiRepository(repository, `git/trees/${sha}`),
    truncated: rows.length > MAX_ENTRIES,
    tree: rows.slice(0, MAX_ENTRIES).map((row) => {
      const tab = row.indexOf('\t');
      const [mode = '', type = '', entrySha = '', size = '-'] = row.slice(0, tab).split(/ +/);
      const url =
        type === 'commit' ? {} : { url: kernel.urls.apiRepository(repository, `git/${type}s/${entrySha}`) };
      return {
        path: row.slice(tab + 1),
        mode,
        type,
        sha: entrySha,
        ...(size === '-' ? {} : { size: Number(size) }),
        ...url,
      };
    }),
  };
}
