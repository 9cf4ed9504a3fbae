import { ApiError } from '../error.ts';
import type { Incoming } from '../incoming.ts';
import type { Kernel } from '../sandbox.ts';

/** Tells whether a path is git's smart HTTP: `/<owner>/<repo>.git/info/refs` and the two services. */
export function isGitPath(path: string): boolean {
  return /^\/[^/]+\/[^/]+\/(info\/refs|git-upload-pack|git-receive-pack)$/.test(path);
}

/** Answers clone, fetch and push. */
export async function answerGit(_kernel: Kernel, incoming: Incoming): Promise<Response> {
  incoming.entry.route = 'git';
  throw new ApiError(501, 'not yet');
}
