import {
  execute,
  GraphQLError,
  parse,
  validate,
  type DocumentNode,
  type GraphQLFieldResolver,
} from 'graphql';
import { z } from 'zod';
import { parseJson, readBody } from '../body.ts';
import { ApiError } from '../error.ts';
import type { Incoming } from '../incoming.ts';
import { ok, type Reply } from '../route.ts';
import type { Kernel } from '../sandbox.ts';
import { createGraph } from './create-graph.ts';
import { failure, serialiseFailure } from './failure.ts';
import { mutationRoot } from './mutation/root.ts';
import { queryRoot } from './query.ts';
import { githubSchema } from './schema.ts';

/** Tells whether a path is the GraphQL endpoint in any of the places clients look for it. */
export function isGraphqlPath(path: string): boolean {
  return path === '/graphql' || path === '/api/graphql' || path === '/api/v3/graphql';
}

const question = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

/** Answers a GraphQL request: 200 also where fields failed, as on GitHub, each with its own error. */
export async function answerGraphql(kernel: Kernel, incoming: Incoming): Promise<Reply> {
  const { request, actor, entry } = incoming;
  entry.route = '/graphql';
  if (actor.kind === 'anonymous') throw new ApiError(401, 'This endpoint requires you to be authenticated.');
  if (actor.kind === 'app')
    throw new ApiError(401, 'A JSON web token is not accepted here: use an installation access token');
  if (request.method !== 'POST') throw new ApiError(404, 'Not Found');
  const { query, variables, operationName } = readBody({ body: parseJson(await request.text()) }, question);
  const read = readDocument(query);
  if ('errors' in read) return ok({ errors: read.errors.map(serialiseFailure) });
  entry.operation = operationOf(read.document);
  const graph = createGraph(kernel, actor);
  const result = await execute({
    schema: githubSchema(),
    document: read.document,
    rootValue: isMutation(read.document, operationName) ? mutationRoot(graph) : queryRoot(graph),
    variableValues: variables ?? {},
    operationName: operationName ?? null,
    fieldResolver: resolveField,
  });
  const data = result.data === undefined ? {} : { data: result.data };
  return ok(result.errors ? { ...data, errors: result.errors.map(serialiseFailure) } : data);
}

/** Takes a field from its object; one that has no resolver is an error, never a made-up null. */
// oxlint-disable-next-line max-params -- graphql-js calls it so
const resolveField: GraphQLFieldResolver<unknown, unknown> = (source, given, _context, info) => {
  const name = info.fieldName;
  if (typeof source !== 'object' || source === null || !(name in source)) {
    throw failure('NOT_IMPLEMENTED', `The sandbox has no GraphQL field ${info.parentType.name}.${name}`);
  }
  const value: unknown = Reflect.get(source, name);
  return typeof value === 'function' ? value(given) : value;
};

/** The operation a request asks for, by name or first field; `null` for one that cannot be read. Faults aim by it. */
export async function operationAsked(request: Request): Promise<string | null> {
  try {
    const asked = readDocument(readBody({ body: parseJson(await request.text()) }, question).query);
    return 'document' in asked ? operationOf(asked.document) : null;
  } catch (error) {
    if (error instanceof ApiError) return null;
    throw error;
  }
}

type ReadDocument = { document: DocumentNode } | { errors: readonly GraphQLError[] };

/** Clients send the same few documents again and again. */
const read = new Map<string, ReadDocument>();
const REMEMBERED = 200;

function readDocument(text: string): ReadDocument {
  const known = read.get(text);
  if (known) return known;
  if (read.size >= REMEMBERED) read.clear();
  const result = parseAndValidate(text);
  read.set(text, result);
  return result;
}

function parseAndValidate(text: string): ReadDocument {
  try {
    const document = parse(text);
    const errors = validate(githubSchema(), document);
    return errors.length > 0 ? { errors } : { document };
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [error] };
    throw error;
  }
}

/** The operation's name, or its first field, for the request log. */
function operationOf(document: DocumentNode): string | null {
  for (const definition of document.definitions) {
    if (definition.kind !== 'OperationDefinition') continue;
    const [first] = definition.selectionSet.selections;
    return definition.name?.value ?? (first?.kind === 'Field' ? first.name.value : null);
  }
  return null;
}

function isMutation(document: DocumentNode, operationName: string | null | undefined): boolean {
  return document.definitions.some(
    (definition) =>
      definition.kind === 'OperationDefinition' &&
      definition.operation === 'mutation' &&
      (!operationName || definition.name?.value === operationName),
  );
}
