import { GraphQLError } from 'graphql';
import { ApiError } from '../error.ts';

/** The kinds of failure GitHub names beside an error. `NOT_IMPLEMENTED` is the sandbox's own. */
export type FailureType =
  | 'NOT_FOUND'
  | 'FORBIDDEN'
  | 'UNPROCESSABLE'
  | 'STALE_DATA'
  | 'BRANCH_PROTECTION_RULE_VIOLATION'
  | 'INTERNAL'
  | 'NOT_IMPLEMENTED';

/** A failure with the type GitHub gives it. */
export function failure(type: FailureType, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}

/** An error in the shape in which GitHub answers it: `type`, `path`, `locations`, `message`. */
export function serialiseFailure(error: GraphQLError): object {
  const { path, locations, message } = error;
  return {
    ...(typeof error.extensions['type'] === 'string' ? { type: error.extensions['type'] } : typeOf(error)),
    ...(path ? { path } : {}),
    ...(locations ? { locations: locations.map(({ line, column }) => ({ line, column })) } : {}),
    message: isBug(error) ? `Sandbox bug: ${error.originalError?.stack ?? message}` : message,
  };
}

const TYPES: { [status: number]: FailureType } = {
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'UNPROCESSABLE',
  422: 'UNPROCESSABLE',
};

function typeOf({ originalError }: GraphQLError): { type?: FailureType } {
  if (!originalError) return {};
  return {
    type: originalError instanceof ApiError ? (TYPES[originalError.status] ?? 'INTERNAL') : 'INTERNAL',
  };
}

function isBug({ originalError, extensions }: GraphQLError): boolean {
  return (
    originalError !== undefined && !(originalError instanceof ApiError) && extensions['type'] === undefined
  );
}
