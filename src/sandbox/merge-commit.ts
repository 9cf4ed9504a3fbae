import type { Actor } from './auth/actor.ts';
import { authorOf } from './auth/author.ts';
import { writeCommit } from './git/commit.ts';
import { signatureOf, webFlowSignature } from './git/person.ts';
import { signerOf } from './git/signing.ts';
import type { Repository } from './model/repository.ts';
import type { Kernel } from './sandbox.ts';

/** Writes a commit as GitHub does for merges and squashes: by the actor, committed and signed by GitHub. */
export function writeMerge(
  kernel: Kernel,
  who: { repository: Repository; actor: Actor },
  commit: { tree: string; parents: string[]; message: string },
): string {
  const nowMs = kernel.clock.nowMs();
  const { account } = authorOf(kernel.world, who.actor);
  const people = { author: signatureOf(account, nowMs), committer: webFlowSignature(nowMs) };
  return writeCommit(kernel.git.folderOf(who.repository), { ...commit, ...people }, signerOf(kernel.world));
}
