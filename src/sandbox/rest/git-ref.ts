import { z } from 'zod';
import { readBody } from '../body.ts';
import { ApiError, notFound, unprocessable } from '../error.ts';
import { isRefName, listRefs, NO_COMMIT, type Ref, type RefChange } from '../git/ref.ts';
import type { Repository } from '../model/repository.ts';
import { paginate } from '../page.ts';
import { refusalMessage } from '../ref-refusal.ts';
import { updateRefs } from '../ref-update.ts';
import { created, noContent, ok, route } from '../route.ts';
import type { Kernel } from '../sandbox.ts';
import type { Actor } from '../auth/actor.ts';

const READ = { app: { contents: 'read' }, user: 'read' } as const;
const WRITE = { app: { contents: 'write' }, user: 'write' } as const;

const NewRef = z.object({ ref: z.string(), sha: z.string() });
const MovedRef = z.object({ sha: z.string(), force: z.boolean().default(false) });

/** Refs; every change goes through `updateRefs`. */
export const gitRefRoutes = [
  route({
    on: 'GET /repos/{owner}/{repo}/git/ref/{ref}',
    needs: READ,
    answer: async ({ kernel, repository, params }) => {
      const found = await findRef(kernel, repository, params.ref);
      if (!found) throw notFound();
      return ok(serialiseRef(kernel, repository, found));
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/git/matching-refs/{ref}',
    needs: READ,
    answer: async (call) => {
      const { kernel, repository, params } = call;
      const wanted = `refs/${params.ref}`;
      const refs = (await listRefs(kernel.git.open(repository))).filter(({ ref }) => ref.startsWith(wanted));
      const { items, headers } = paginate(call, refs);
      return ok(
        items.map((ref) => serialiseRef(kernel, repository, ref)),
        headers,
      );
    },
  }),
  route({
    on: 'POST /repos/{owner}/{repo}/git/refs',
    needs: WRITE,
    answer: async (call) => {
      const { kernel, repository, actor } = call;
      const { ref, sha } = readBody(call, NewRef);
      if (!isRefName(ref)) throw unprocessable(`${ref} is not a valid ref name.`);
      const type = await typeOfTarget(kernel, repository, sha);
      if (await kernel.git.reader(repository).info(ref)) throw unprocessable('Reference already exists');
      await move(kernel, { repository, actor }, { change: { ref, oldSha: NO_COMMIT, newSha: sha } });
      return created(serialiseRef(kernel, repository, { ref, sha, type }));
    },
  }),
  route({
    on: 'PATCH /repos/{owner}/{repo}/git/refs/{ref}',
    needs: WRITE,
    answer: async (call) => {
      const { kernel, repository, actor, params } = call;
      const { sha, force } = readBody(call, MovedRef);
      const known = await findRef(kernel, repository, params.ref);
      if (!known) throw unprocessable('Reference does not exist');
      const type = await typeOfTarget(kernel, repository, sha);
      await move(
        kernel,
        { repository, actor },
        { change: { ref: known.ref, oldSha: known.sha, newSha: sha }, force },
      );
      return ok(serialiseRef(kernel, repository, { ref: known.ref, sha, type }));
    },
  }),
  route({
    on: 'DELETE /repos/{owner}/{repo}/git/refs/{ref}',
    needs: WRITE,
    answer: async ({ kernel, repository, actor, params }) => {
      const known = await findRef(kernel, repository, params.ref);
      if (!known) throw unprocessable('Reference does not exist');
      await move(
        kernel,
        { repository, actor },
        { change: { ref: known.ref, oldSha: known.sha, newSha: NO_COMMIT } },
      );
      return noContent();
    },
  }),
];

async function findRef(kernel: Kernel, repository: Repository, name: string): Promise<Ref | null> {
  const ref = `refs/${name}`;
  const found = isRefName(ref) ? await kernel.git.reader(repository).info(ref) : null;
  return found && { ref, sha: found.sha, type: found.type };
}

async function typeOfTarget(kernel: Kernel, repository: Repository, sha: string): Promise<string> {
  const target = /^[0-9a-f]{40}$/.test(sha) ? await kernel.git.reader(repository).info(sha) : null;
  if (!target) throw unprocessable('Object does not exist');
  return target.type;
}

async function move(
  kernel: Kernel,
  who: { repository: Repository; actor: Actor },
  { change, force = false }: { change: RefChange; force?: boolean },
): Promise<void> {
  const [outcome] = await updateRefs(kernel, { ...who, changes: [change], force });
  const refusal = outcome?.refusal;
  if (refusal) throw new ApiError(refusal.kind === 'workflows' ? 403 : 422, refusalMessage(refusal));
}

function serialiseRef(kernel: Kernel, repository: Repository, { ref, sha, type }: Ref) {
  const { urls } = kernel;
  return {
    ref,
    node_id: `REF_${Buffer.from(`${repository.id}:${ref}`).toString('base64url')}`,
    url: urls.apiRepository(repository, `git/${ref}`),
    object: { sha, type, url: urls.apiRepository(repository, `git/${type}s/${sha}`) },
  };
}
