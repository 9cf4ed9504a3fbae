import type { components } from '@octokit/openapi-types';

/** A published REST schema by name: `Schema<'issue'>`. Serialisers return these, so drift from GitHub fails the build. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];
