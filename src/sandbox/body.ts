import type { z } from 'zod';
import { ApiError, unprocessable } from './error.ts';

/**
 * Reads a JSON body with a zod schema. Use `z.object`, which ignores unknown keys as GitHub does.
 *
 * @throws ApiError 422 naming the first thing at fault.
 */
export function readBody<S extends z.ZodType>(call: { body: unknown }, schema: S): z.output<S> {
  const read = schema.safeParse(call.body);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  const field = issue?.path.join('/') ?? '';
  throw unprocessable(`Invalid request.\n\nFor 'properties/${field}', ${issue?.message ?? 'wrong value'}.`);
}

/** Parses a request body; an empty one counts as `{}`. @throws ApiError 400 for broken JSON. */
export function parseJson(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(400, 'Problems parsing JSON');
  }
}

/** A whole number from the path; anything else is 404, as on GitHub. */
export function numberFrom(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new ApiError(404, 'Not Found');
  return Number(text);
}
