import type {
  Blob,
  Commit as CommitType,
  CommitFileArgs,
  CommitHistoryArgs,
  GpgSignature,
  Ref,
  Tag,
  Tree,
  TreeEntry as TreeEntryType,
} from '@octokit/graphql-schema';
import { timestamp } from '../clock.ts';
import { readCommit, type Commit } from '../git/commit.ts';
import { listCommits } from '../git/history.ts';
import type { GitObject } from '../git/object-reader.ts';
import { git } from '../git/run.ts';
import { verifyCommit } from '../git/signing.ts';
import { isFolder, parseTree, type TreeEntry } from '../git/tree.ts';
import type { Repository } from '../model/repository.ts';
import { gitActorNode } from './account.ts';
import { checkPage, connection, type PageArguments } from './connection.ts';
import { failure } from './failure.ts';
import type { Fields, Graph, Node } from './graph.ts';
import { refRuleFields } from './ref-rule.ts';

/** A branch or tag. `name` is the full one. */
export function refNode(graph: Graph, repository: Repository, ref: { name: string; sha: string }): Node {
  const prefix = /^refs\/[^/]+\//.exec(ref.name)?.[0] ?? 'refs/';
  return {
    __typename: 'Ref',
    id: refId(repository, ref.name),
    name: ref.name.slice(prefix.length),
    prefix,
    repository: () => graph.repository(repository),
    target: () => graph.gitObject(repository, ref.sha),
    ...refRuleFields(graph, repository, ref.name),
  } satisfies Fields<Ref>;
}

/** Refs have no number; their global id holds their name. */
function refId(repository: Repository, name: string): string {
  return `REF_${Buffer.from(`Ref:${repository.id}:${name}`).toString('base64url')}`;
}

/** Reads the global id of a ref back. */
export function parseRefId(id: string): { repositoryId: number; name: string } | null {
  const text = Buffer.from(id.replace(/^REF_/, ''), 'base64url').toString();
  const match = /^Ref:(\d+):(refs\/.+)$/.exec(text);
  return match?.[2] ? { repositoryId: Number(match[1]), name: match[2] } : null;
}

/** The object that a git expression names; `null` for none. */
export async function gitObjectNode(
  graph: Graph,
  repository: Repository,
  expression: string,
): Promise<Node | null> {
  const reader = graph.kernel.git.reader(repository);
  const object = await reader.read(expression);
  if (!object) return null;
  if (object.type === 'blob') return blobNode(repository, object);
  if (object.type === 'tree') return treeNode(graph, repository, object);
  if (object.type === 'tag') return tagNode(graph, repository, object);
  const commit = await readCommit(reader, object.sha);
  return commit && graph.commit(repository, commit);
}

/** A commit and its history. */
export function commitNode(graph: Graph, repository: Repository, commit: Commit): Node {
  const { urls } = graph.kernel;
  const message = commit.message.trimEnd();
  const [headline = '', ...rest] = message.split('\n');
  return {
    __typename: 'Commit',
    id: objectId(repository, 'C', commit.sha),
    oid: commit.sha,
    abbreviatedOid: commit.sha.slice(0, 7),
    message,
    messageHeadline: headline,
    messageBody: rest.join('\n').trim(),
    url: urls.webRepository(repository, `commit/${commit.sha}`),
    authoredDate: timestamp(commit.author.atMs),
    committedDate: timestamp(commit.committer.atMs),
    author: () => gitActorNode(graph, commit.author),
    committer: () => gitActorNode(graph, commit.committer),
    authors: (page: PageArguments) =>
      connection('GitActorConnection', page, {
        items: [commit.author, ...coAuthorsOf(commit)],
        toNode: (signature) => gitActorNode(graph, signature),
      }),
    signature: () => signatureNode(graph, commit),
    repository: () => graph.repository(repository),
    tree: () => graph.gitObject(repository, commit.tree),
    file: ({ path }: CommitFileArgs) => fileEntry(graph, repository, { commit, path }),
    parents: (page: PageArguments) => parentsOf(graph, repository, { commit, page }),
    history: (query: CommitHistoryArgs) => historyOf(graph, repository, { start: commit.sha, query }),
    statusCheckRollup: () => graph.rollup(repository, commit.sha),
  } satisfies Fields<CommitType>;
}

/** The people whom the message's trailers name. Source: docs.github.com, commits with multiple authors. */
function coAuthorsOf({ message, author }: Commit): Commit['author'][] {
  const lines = message.matchAll(/^Co-authored-by: *([^<\n]*?) *<([^>\n]+)>$/gimu);
  return [...lines].map(([, name = '', email = '']) => ({ ...author, name, email }));
}

function signatureNode({ kernel }: Graph, commit: Commit): Node | null {
  if (commit.signature === null) return null;
  const { verified, reason } = verifyCommit(kernel.world, commit);
  return {
    __typename: 'GpgSignature',
    isValid: verified,
    state: reason.toUpperCase(),
    // Only GitHub's own key is known here, so what it verifies is GitHub's.
    wasSignedByGitHub: verified,
    signature: commit.signature,
    payload: commit.payload,
    email: commit.committer.email,
  } satisfies Fields<GpgSignature>;
}

async function parentsOf(
  graph: Graph,
  repository: Repository,
  { commit, page }: { commit: Commit; page: PageArguments },
) {
  const reader = graph.kernel.git.reader(repository);
  const parents = await Promise.all(commit.parents.map((sha) => readCommit(reader, sha)));
  return connection('CommitConnection', page, {
    items: parents.filter((parent) => parent !== null),
    toNode: (parent) => graph.commit(repository, parent),
  });
}

/** History is read a page at a time: its cursors are `<commit> <how many before>`, as GitHub's are. */
async function historyOf(
  graph: Graph,
  repository: Repository,
  { start, query }: { start: string; query: CommitHistoryArgs },
) {
  const { first, offset, path, times } = readHistoryQuery(query);
  const bare = graph.kernel.git.open(repository);
  const options = [`--skip=${offset}`, ...times];
  const commits = await listCommits(bare, { range: [start], limit: first + 1, path, options });
  const shown = commits.slice(0, first);
  const cursor = (at: number): string => `${start} ${offset + at}`;
  return {
    __typename: 'CommitHistoryConnection',
    nodes: () => shown.map((commit) => graph.commit(repository, commit)),
    edges: () =>
      shown.map((commit, at) => ({ cursor: cursor(at), node: () => graph.commit(repository, commit) })),
    totalCount: async () =>
      Number(await git(bare.folder, ['rev-list', '--count', ...times, start, '--', ...(path ? [path] : [])])),
    pageInfo: {
      hasNextPage: commits.length > first,
      hasPreviousPage: offset > 0,
      startCursor: shown.length > 0 ? cursor(0) : null,
      endCursor: shown.length > 0 ? cursor(shown.length - 1) : null,
    },
  };
}

function readHistoryQuery(query: CommitHistoryArgs) {
  checkPage('CommitHistoryConnection', query);
  if (query.before || query.last) throw failure('NOT_IMPLEMENTED', 'The sandbox reads history forwards only');
  if (query.author) throw failure('NOT_IMPLEMENTED', 'The sandbox cannot filter history by author');
  return {
    first: query.first ?? 0,
    offset: readOffset(query.after ?? null),
    path: query.path ?? null,
    times: [
      ...(query.since ? [`--since=${String(query.since)}`] : []),
      ...(query.until ? [`--until=${String(query.until)}`] : []),
    ],
  };
}

function readOffset(after: string | null): number {
  if (after === null) return 0;
  const seen = /^[0-9a-f]{40} (\d+)$/.exec(after);
  if (!seen) throw failure('UNPROCESSABLE', `\`${after}\` does not appear to be a valid cursor.`);
  return Number(seen[1]) + 1;
}

function treeNode(graph: Graph, repository: Repository, object: GitObject): Node {
  return {
    __typename: 'Tree',
    id: objectId(repository, 'T', object.sha),
    oid: object.sha,
    abbreviatedOid: object.sha.slice(0, 7),
    repository: () => graph.repository(repository),
    entries: () =>
      parseTree(object.content).map((entry) => entryNode(graph, repository, { entry, path: entry.name })),
  } satisfies Fields<Tree>;
}

function entryNode(
  graph: Graph,
  repository: Repository,
  { entry, path }: { entry: TreeEntry; path: string },
): Node {
  const submodule = entry.mode === '160000';
  return {
    __typename: 'TreeEntry',
    name: entry.name,
    path,
    mode: Number.parseInt(entry.mode, 8),
    type: submodule ? 'commit' : isFolder(entry) ? 'tree' : 'blob',
    oid: entry.sha,
    repository: () => graph.repository(repository),
    object: () => (submodule ? null : graph.gitObject(repository, entry.sha)),
  } satisfies Fields<TreeEntryType>;
}

async function fileEntry(
  graph: Graph,
  repository: Repository,
  { commit, path }: { commit: Commit; path: string },
): Promise<Node | null> {
  const slash = path.lastIndexOf('/');
  const folder = slash < 0 ? commit.tree : `${commit.tree}:${path.slice(0, slash)}`;
  const tree = await graph.kernel.git.reader(repository).read(folder);
  if (tree?.type !== 'tree') return null;
  const entry = parseTree(tree.content).find((one) => one.name === path.slice(slash + 1));
  return entry ? entryNode(graph, repository, { entry, path }) : null;
}

/** Longer texts are cut, as on GitHub. */
const TEXT_LIMIT_BYTES = 512_000;
const SNIFFED_BYTES = 8_000;

function blobNode(repository: Repository, { sha, content }: GitObject): Node {
  const isBinary = content.subarray(0, SNIFFED_BYTES).includes(0);
  return {
    __typename: 'Blob',
    id: objectId(repository, 'B', sha),
    oid: sha,
    abbreviatedOid: sha.slice(0, 7),
    byteSize: content.length,
    isBinary,
    isTruncated: content.length > TEXT_LIMIT_BYTES,
    text: isBinary ? null : content.subarray(0, TEXT_LIMIT_BYTES).toString('utf8'),
  } satisfies Fields<Blob>;
}

function tagNode(graph: Graph, repository: Repository, { sha, content }: GitObject): Node {
  const text = content.toString('utf8');
  return {
    __typename: 'Tag',
    id: objectId(repository, 'TA', sha),
    oid: sha,
    name: /^tag (.*)$/m.exec(text)?.[1] ?? '',
    message: text.slice(text.indexOf('\n\n') + 2),
    target: () => graph.gitObject(repository, /^object ([0-9a-f]+)$/m.exec(text)?.[1] ?? ''),
  } satisfies Fields<Tag>;
}

function objectId(repository: Repository, kind: string, sha: string): string {
  return `${kind}_${Buffer.from(`${repository.id}:${sha}`).toString('base64url')}`;
}
