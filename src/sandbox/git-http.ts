import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { canSee, meets, type RepositoryNeed } from './auth/permission.ts';
import { ApiError, forbidden, notFound } from './error.ts';
import { advertiseRefs, readPush, renderReport, takePack } from './git/receive-pack.ts';
import { advertiseFetch, answerFetch } from './git/upload-pack.ts';
import type { Incoming } from './incoming.ts';
import type { Repository } from './model/repository.ts';
import { bypassRemarks, refusalForGit, refusalRemarks } from './ref-refusal.ts';
import { updateRefs, type RefOutcome } from './ref-update.ts';
import type { Kernel } from './sandbox.ts';
import { findRepository, fullNameOf } from './world.ts';

const PATH = /^\/([^/]+)\/([^/]+?)(?:\.git)?(\/info\/refs|\/git-upload-pack|\/git-receive-pack)$/;
const READ: RepositoryNeed = { app: { contents: 'read' }, user: 'read' };
const WRITE: RepositoryNeed = { app: { contents: 'write' }, user: 'write' };

/** Tells whether a path is git's smart HTTP: `/<owner>/<repo>.git/info/refs` and the two services. */
export function isGitPath(path: string): boolean {
  return PATH.test(path);
}

/** Answers clone, fetch and push; a person or App signs in with Basic, the token as password. */
export async function answerGit(kernel: Kernel, incoming: Incoming): Promise<Response> {
  const { url, entry, request } = incoming;
  const [, owner = '', name = '', path = ''] = PATH.exec(url.pathname) ?? [];
  const writes = path === '/git-receive-pack' || url.searchParams.get('service') === 'git-receive-pack';
  entry.route = 'git';
  entry.operation = writes ? 'push' : 'fetch';
  const repository = findVisible(kernel, incoming, { owner, name });
  checkAccess(kernel, incoming, { repository, writes });
  const response = writes
    ? await answerPush(kernel, incoming, { repository, path })
    : await fetchFrom(kernel, { repository, path, request });
  entry.status = response.status;
  return response;
}

/** GitHub asks a stranger for a secret before it says whether a repository is there. */
function findVisible(
  kernel: Kernel,
  { actor }: Incoming,
  { owner, name }: { owner: string; name: string },
): Repository {
  const repository = findRepository(kernel.world, owner, name);
  if (repository && canSee(kernel.world, actor, repository)) return repository;
  throw actor.kind === 'anonymous' ? new ApiError(401, 'Requires authentication') : notFound();
}

function checkAccess(
  kernel: Kernel,
  { actor }: Incoming,
  { repository, writes }: { repository: Repository; writes: boolean },
): void {
  if (meets(kernel.world, actor, { repository, need: writes ? WRITE : READ })) return;
  if (actor.kind === 'anonymous') throw new ApiError(401, 'Requires authentication');
  const name = actor.kind === 'user' ? actor.user.login : `${actor.app.slug}[bot]`;
  throw forbidden(`Permission to ${fullNameOf(kernel.world, repository)}.git denied to ${name}.`);
}

async function fetchFrom(
  kernel: Kernel,
  { repository, path, request }: { repository: Repository; path: string; request: Request },
): Promise<Response> {
  const asked = { ...kernel.git.open(repository), protocol: request.headers.get('git-protocol') ?? '' };
  if (path === '/info/refs') return gitResponse('upload-pack-advertisement', await advertiseFetch(asked));
  return gitResponse('upload-pack-result', await answerFetch(asked, await bodyOf(request)));
}

async function answerPush(
  kernel: Kernel,
  incoming: Incoming,
  { repository, path }: { repository: Repository; path: string },
): Promise<Response> {
  const folder = kernel.git.folderOf(repository);
  if (path === '/info/refs') return gitResponse('receive-pack-advertisement', advertiseRefs(folder));
  const push = readPush(await bodyOf(incoming.request));
  const unpack = await takePack(folder, push);
  if (unpack !== null) {
    const refs = push.changes.map(({ ref }) => ({ ref, refusal: 'unpacker error' }));
    return gitResponse('receive-pack-result', renderReport(push, { unpack, refs, remarks: [] }));
  }
  const outcomes = await updateRefs(kernel, {
    repository,
    actor: incoming.actor,
    changes: push.changes,
    // git itself sends a lossy move only when it was told to.
    force: true,
    atomic: push.capabilities.includes('atomic'),
  });
  const refs = outcomes.map(({ ref, refusal }) => ({ ref, refusal: refusal && refusalForGit(refusal) }));
  const rulesUrl = kernel.urls.webRepository(repository, 'rules');
  const remarks = outcomes.flatMap((outcome) => remarksOn(outcome, rulesUrl));
  return gitResponse('receive-pack-result', renderReport(push, { unpack, refs, remarks }));
}

function remarksOn({ ref, refusal, verdict }: RefOutcome, rulesUrl: string): string[] {
  return refusal ? refusalRemarks(refusal, ref, rulesUrl) : bypassRemarks(verdict?.bypassed ?? [], ref);
}

function gitResponse(kind: string, content: Buffer | Readable): Response {
  const headers = { 'content-type': `application/x-git-${kind}`, 'cache-control': 'no-cache' };
  const body = content instanceof Readable ? Readable.toWeb(content) : new Uint8Array(content);
  return new Response(body, { status: 200, headers });
}

async function bodyOf(request: Request): Promise<Buffer> {
  if (request.method === 'GET') return Buffer.alloc(0);
  const body = Buffer.from(await request.arrayBuffer());
  return request.headers.get('content-encoding') === 'gzip' ? gunzipSync(body) : body;
}
