import { z } from 'zod';
import type { Hub } from './hub.ts';
import type { Tenant } from './tenant.ts';

/** The part of every payload that says where it comes from. */
export interface PayloadOrigin {
  readonly installation?: { readonly id: number } | null | undefined;
  readonly repository: { readonly id: number };
}

/** The part of every payload that says who did it. */
export interface PayloadSender {
  readonly sender?:
    | { readonly id: number; readonly login: string; readonly type?: string | undefined }
    | null
    | undefined;
}

/**
 * The tenant that a payload is about. Names in the payload are not looked at: GitHub's own list has them.
 *
 * @throws Error for a payload that names no installation, or a repository that it does not reach.
 */
export async function tenantOf(hub: Hub, { installation, repository }: PayloadOrigin): Promise<Tenant> {
  if (installation === undefined || installation === null)
    throw new Error('the payload names no installation');
  return hub.tenant({ installationId: installation.id, repositoryId: repository.id });
}

const Origin = z.object({
  installation: z.object({ id: z.number() }).nullish(),
  repository: z.object({ id: z.number() }).nullish(),
});

/**
 * Tells whether a payload may be acted on: it is about no repository, or about one that the installation it names
 * really reaches. GitHub has been seen to bring other installations' events, with a good signature.
 */
export async function isAdmitted(hub: Hub, payload: unknown): Promise<boolean> {
  const origin = Origin.safeParse(payload);
  if (!origin.success) return false;
  const { installation, repository } = origin.data;
  if (repository === undefined || repository === null) return true;
  if (installation === undefined || installation === null) return false;
  return hub.reaches({ installationId: installation.id, repositoryId: repository.id });
}

/** Tells whether this system's own App did it, whichever process of it. */
export function isByUs({ sender }: PayloadSender, { appSlug }: Pick<Tenant, 'appSlug'>): boolean {
  return sender?.login.toLowerCase() === `${appSlug}[bot]`.toLowerCase();
}

/** Tells whether an App or another bot did it; ours included, so that its own deeds are no news to it. */
export function isByBot({ sender }: PayloadSender): boolean {
  return sender === undefined || sender === null || sender.type === 'Bot';
}
