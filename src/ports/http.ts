/** One request over HTTP. Redirections are answers. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** Name of the environment variable that has the `Authorization` header; a bare token is sent as `Bearer`. */
  readonly authorizationEnv: string | null;
  readonly timeoutMs: number;
}

/** An answer as it came, untrusted; or why there was none. Whatever happens, nothing is thrown. */
export type HttpAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      /** By name in small letters. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      /** The body went on. */
      readonly isCut: boolean;
    }
  | { readonly kind: 'none'; readonly reason: string };

/** Asks addresses that the owner's configuration names. */
export interface Http {
  send(request: HttpRequest): Promise<HttpAnswer>;
}
