import type { Account } from '../model/account.ts';
import type { World } from '../world.ts';
import type { Signature } from './commit.ts';

/** Address of GitHub's own commits (merges, web edits, signed commits of Apps). */
const WEB_FLOW_EMAIL = 'noreply@github.com';

/** How an account signs commits: its own address, or the one that hides it. */
export function signatureOf(account: Account, atMs: number): Signature {
  const email = account.email ?? `${account.id}+${account.login}@users.noreply.github.com`;
  return { name: account.name ?? account.login, email, atMs, zone: '+0000' };
}

/** The committer of everything GitHub commits and signs itself. */
export function webFlowSignature(atMs: number): Signature {
  return { name: 'GitHub', email: WEB_FLOW_EMAIL, atMs, zone: '+0000' };
}

/** The account to which GitHub links an address on a commit; `null` for a stranger's. */
export function accountByEmail(world: World, email: string): Account | null {
  const hidden = /^(?:\d+\+)?([^@]+)@users\.noreply\.github\.com$/i.exec(email);
  const login = email === WEB_FLOW_EMAIL ? 'web-flow' : hidden?.[1];
  return (
    world.accounts.find((one) =>
      login === undefined
        ? one.email !== null && one.email === email
        : one.login.toLowerCase() === login.toLowerCase(),
    ) ?? null
  );
}
