/** One API call as it was answered; budgets in tests count these. */
export interface LoggedRequest {
  method: string;
  /** As called, without the query. */
  path: string;
  /** The OpenAPI path (`/repos/{owner}/{repo}`), `/graphql`, `git`, `web`, or `null` for an unknown one. */
  route: string | null;
  /** The GraphQL operation or first field, where there is one. */
  operation: string | null;
  status: number;
  /** A login, `app:slug`, `jwt:slug` or `anonymous`. */
  actor: string;
  /** The sandbox's clock. */
  atMs: number;
  /** Real time. */
  durationMs: number;
}
