/** How a mutation's arguments come. */
export interface Given<Input> {
  input: Input;
}

/** Names of mutations, so that a misspelt one does not compile. */
export type Mutations<T> = { [Name in Exclude<keyof T, '__typename'>]?: unknown };

/** The answer of a mutation: its fields, and the caller's own id back. */
export function payloadOf<Payload extends object>(
  input: { clientMutationId?: string | null },
  fields: Payload,
): Payload & { clientMutationId: string | null } {
  return { ...fields, clientMutationId: input.clientMutationId ?? null };
}
