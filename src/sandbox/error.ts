/** What GitHub lists under `errors` when a request is not valid. */
export interface FieldError {
  resource: string;
  field?: string;
  code: string;
  message?: string;
}

/** An answer that is not a success, in GitHub's shape. Throw it from anywhere below a route. */
export class ApiError extends Error {
  readonly status: number;
  readonly errors: (FieldError | string)[] | undefined;
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    message: string,
    more: { errors?: (FieldError | string)[]; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.errors = more.errors;
    this.headers = more.headers ?? {};
  }
}

/** 404, also for what the caller may not know of. */
export const notFound = (): ApiError => new ApiError(404, 'Not Found');

/** 403 with GitHub's words for an App without the permission. */
export const notForIntegration = (): ApiError => new ApiError(403, 'Resource not accessible by integration');

/** 403 for a person without the role. */
export const forbidden = (message: string): ApiError => new ApiError(403, message);

/** 401 for an unknown or expired secret. */
export const badCredentials = (): ApiError => new ApiError(401, 'Bad credentials');

/** 409, for example a lost compare-and-swap. */
export const conflict = (message: string): ApiError => new ApiError(409, message);

/** 422 with the fields at fault. */
export function unprocessable(message: string, errors: (FieldError | string)[] = []): ApiError {
  return new ApiError(422, message, errors.length > 0 ? { errors } : {});
}

/** 422 as GitHub says it for one bad field: `Validation Failed`. */
export function invalidField(
  resource: string,
  field: string,
  more: { code?: string; message?: string } = {},
): ApiError {
  return unprocessable('Validation Failed', [
    { resource, field, code: more.code ?? 'invalid', ...(more.message ? { message: more.message } : {}) },
  ]);
}

/** The JSON body of an error. */
export function errorBody(error: ApiError): object {
  return {
    message: error.message,
    ...(error.errors ? { errors: error.errors } : {}),
    documentation_url: 'https://docs.github.com/rest',
    status: String(error.status),
  };
}
