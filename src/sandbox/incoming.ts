import type { HttpBindings } from '@hono/node-server';
import type { Actor } from './auth/actor.ts';
import type { LoggedRequest } from './request-log.ts';

/** A request with what has been found out about it so far; whoever answers fills the log entry. */
export interface Incoming {
  request: Request;
  env: HttpBindings;
  url: URL;
  actor: Actor;
  entry: LoggedRequest;
}
