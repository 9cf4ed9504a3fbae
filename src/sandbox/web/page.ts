import type { Incoming } from '../incoming.ts';
import type { Kernel } from '../sandbox.ts';

/** Answers a request for a page: everything that is not git, GraphQL or REST. */
export async function answerPage(_kernel: Kernel, incoming: Incoming): Promise<Response> {
  incoming.entry.route = 'web';
  incoming.entry.status = 404;
  return new Response('Not Found', { status: 404, headers: { 'content-type': 'text/plain' } });
}
