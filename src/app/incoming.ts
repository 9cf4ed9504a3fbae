import type { Hub, Tenant } from './hub.ts';

/** The part of every payload that says where it comes from. */
export interface PayloadOrigin {
  readonly installation?: { readonly id: number } | null | undefined;
  readonly repository: {
    readonly id: number;
    readonly name: string;
    readonly owner: { readonly login: string };
    readonly default_branch?: string | undefined;
  };
}

/** The part of every payload that says who did it. */
export interface PayloadSender {
  readonly sender?:
    | { readonly id: number; readonly login: string; readonly type?: string | undefined }
    | null
    | undefined;
}

/**
 * The tenant that a payload is about.
 *
 * @throws Error for a payload without an installation: it is not from our App's webhook.
 */
export async function tenantOf(hub: Hub, payload: PayloadOrigin): Promise<Tenant> {
  const { installation, repository } = payload;
  if (installation === undefined || installation === null)
    throw new Error('the payload names no installation');
  return hub.tenant(installation.id, {
    id: repository.id,
    owner: repository.owner.login,
    name: repository.name,
    defaultBranch: repository.default_branch ?? 'main',
  });
}

/** Tells whether an App or another bot did it; ours included, so that its own deeds are no news to it. */
export function isByBot({ sender }: PayloadSender): boolean {
  return sender === undefined || sender === null || sender.type === 'Bot';
}
