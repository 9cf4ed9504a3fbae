import type { paths } from '@octokit/openapi-types';
import type { Actor } from './auth/actor.ts';
import type { Need } from './auth/permission.ts';
import type { Repository } from './model/repository.ts';
import type { Kernel } from './sandbox.ts';

/** The HTTP methods REST uses. */
export type Verb = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** `{owner}`, `{issue_number}`: the parameters of an OpenAPI path, as decoded strings. */
type ParamsOf<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? { [K in Name]: string } & ParamsOf<Rest>
  : unknown;

/** One request on its way through a route. */
export interface Call<Path extends string = string> {
  kernel: Kernel;
  actor: Actor;
  /** Of routes below `/repos/{owner}/{repo}`: found, and the actor may do what the route needs. */
  repository: Path extends `/repos/{owner}/{repo}${string}` ? Repository : undefined;
  params: ParamsOf<Path>;
  query: URLSearchParams;
  /** The parsed JSON, `{}` for an empty body; read it with `readBody`. */
  body: unknown;
  /** Lower-case names. */
  headers: Headers;
  /** The address as called, for `Link` headers. */
  url: URL;
}

/** An answer that is not JSON: a diff, raw content, a redirect. */
export interface RawReply {
  raw: { status: number; content: string | Buffer; contentType: string; headers?: Record<string, string> };
}

/** Any answer as the server sees it. */
export type Reply = RawReply | { status: number; body?: unknown; headers?: Record<string, string> };

type ContentOf<Answer> = Answer extends { content: infer Content }
  ? [Content] extends [never]
    ? NoContent
    : Content extends { 'application/json': infer Body } | { 'application/json; charset=utf-8': infer Body }
      ? { body: Body }
      : NoContent
  : NoContent;

interface NoContent {
  body?: undefined;
}

/** The answers GitHub publishes for an operation, by status; only successes, since errors are thrown. */
type ReplyOf<Operation> = Operation extends { responses: infer Answers }
  ? {
      [Status in keyof Answers & (200 | 201 | 202 | 204 | 205 | 304)]: {
        status: Status;
        headers?: Record<string, string>;
      } & ContentOf<Answers[Status]>;
    }[keyof Answers & (200 | 201 | 202 | 204 | 205 | 304)]
  : never;

type OperationAt<V extends Verb, P extends keyof paths> =
  Lowercase<V> extends keyof paths[P] ? paths[P][Lowercase<V>] : never;

/** A route as the server keeps it. */
export interface Route {
  verb: Verb;
  /** The OpenAPI path: `/repos/{owner}/{repo}/issues`. */
  path: string;
  needs: Need;
  answer: (call: Call) => Reply | Promise<Reply>;
}

/** What a route file writes: see `route`. */
export interface RouteSpec<V extends Verb, P extends keyof paths> {
  on: `${V} ${P}`;
  needs: Need;
  answer: (
    call: Call<P>,
  ) => ReplyOf<OperationAt<V, P>> | RawReply | Promise<ReplyOf<OperationAt<V, P>> | RawReply>;
}

/**
 * Declares one REST route under its published name: `on: 'GET /repos/{owner}/{repo}'`.
 *
 * Method, path, parameters and the JSON of each success are checked against GitHub's OpenAPI types by the compiler.
 * Authentication, permission and finding the repository happen before `answer`, after `needs`.
 */
export function route<V extends Verb, P extends keyof paths>(spec: RouteSpec<V, P>): Route {
  const [verb, path] = spec.on.split(' ');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `on` is typed as verb, blank, path
  return { verb: verb as V, path: path ?? '', needs: spec.needs, answer: spec.answer };
}

/** 200 with a body. */
export const ok = <B>(
  body: B,
  headers: Record<string, string> = {},
): { status: 200; body: B; headers: Record<string, string> } => ({ status: 200, body, headers });

/** 201 with a body. */
export const created = <B>(
  body: B,
  headers: Record<string, string> = {},
): { status: 201; body: B; headers: Record<string, string> } => ({ status: 201, body, headers });

/** 202 with a body. */
export const accepted = <B>(body: B): { status: 202; body: B } => ({ status: 202, body });

/** 204, nothing to say. */
export const noContent = (): { status: 204 } => ({ status: 204 });
