import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { buildASTSchema, parse, type GraphQLSchema } from 'graphql';

let schema: GraphQLSchema | null = null;

/**
 * GitHub's published schema; built when first asked for (about a quarter of a second) and shared by all sandboxes.
 *
 * Source: npm `@octokit/graphql-schema`. Its descriptions are two thirds of the text, and parsing them most of the time.
 */
export function githubSchema(): GraphQLSchema {
  schema ??= build();
  return schema;
}

function build(): GraphQLSchema {
  // The package exports only its code, and loading that parses the schema once more, as JSON.
  const manifest = findPackageJSON('@octokit/graphql-schema', import.meta.url);
  if (!manifest) throw new Error('@octokit/graphql-schema is not installed');
  const text = readFileSync(join(dirname(manifest), 'schema.graphql'), 'utf8')
    .replaceAll(/"""[\s\S]*?"""/g, '')
    .replaceAll(/@deprecated\(reason: "(?:[^"\\]|\\.)*"\)|@docsCategory\(name: "[^"]*"\)/g, '');
  return buildASTSchema(parse(text, { noLocation: true }), { assumeValid: true, assumeValidSDL: true });
}
