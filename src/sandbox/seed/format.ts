import { z } from 'zod';
import { REPOSITORY_ROLES } from '../model/account.ts';
import { bypassActorFormat, rulesetFormat } from '../rule/format.ts';

const login = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/, 'is not a login: letters, digits and dashes, at most 39');
const role = z.enum(REPOSITORY_ROLES);
const level = z.enum(['read', 'write', 'admin']);
const time = z.iso.datetime({ offset: true });

const user = z.strictObject({
  login,
  name: z.string().optional(),
  email: z.email().optional(),
  /** Default: a fresh one. */
  token: z.string().min(8).optional(),
});

const team = z.strictObject({
  name: z.string().min(1),
  parent: z.string().optional(),
  members: z.array(login).default([]),
});

const organization = z.strictObject({
  login,
  name: z.string().optional(),
  /** What every member may do in every repository. */
  base_permission: z.union([role, z.literal('none')]).default('read'),
  owners: z.array(login).default([]),
  members: z.array(login).default([]),
  teams: z.array(team).default([]),
});

const file = z.union([
  z.string(),
  z.null(),
  z.strictObject({
    content: z.string(),
    executable: z.boolean().optional(),
    encoding: z.enum(['utf8', 'base64']).optional(),
  }),
]);

const commit = z.strictObject({
  message: z.string().min(1),
  /** Default: the first user. */
  author: login.optional(),
  at: time.optional(),
  /** Default: the default branch. */
  branch: z.string().optional(),
  /** Where a branch that is not there yet begins. Default: the default branch. */
  from: z.string().optional(),
  files: z.record(z.string(), file).default({}),
});

const label = z.strictObject({
  name: z.string(),
  color: z.string().optional(),
  description: z.string().optional(),
});

const issue = z.strictObject({
  title: z.string(),
  body: z.string().optional(),
  author: login,
  labels: z.array(z.string()).default([]),
  assignees: z.array(login).default([]),
  comments: z.array(z.strictObject({ author: login, body: z.string() })).default([]),
  closed: z.enum(['completed', 'not_planned', 'duplicate']).optional(),
});

/** As the API takes it; where it wants the number of an App, team, role or person, a name does as well. */
const ruleset = z.strictObject({
  ...rulesetFormat.shape,
  bypass_actors: z
    .array(
      z.strictObject({
        ...bypassActorFormat.shape,
        actor_id: z.union([z.number(), z.string()]).nullable().default(null),
      }),
    )
    .default([]),
});

/** A bare text is the name of one that nothing protects. */
const environment = z.preprocess(
  (given) => (typeof given === 'string' ? { name: given } : given),
  z.strictObject({
    name: z.string(),
    wait_minutes: z.number().int().optional(),
    /** Logins and team slugs. */
    reviewers: z.array(z.string()).optional(),
    prevent_self_review: z.boolean().optional(),
    /** Default: true, as on GitHub. */
    can_admins_bypass: z.boolean().optional(),
    /** `protected`, or names and patterns of branches. Default: all. */
    branches: z.union([z.literal('protected'), z.array(z.string())]).optional(),
    /** Slugs of Apps of this seed. */
    protection_rules: z.array(z.string()).default([]),
  }),
);

const repository = z.strictObject({
  name: z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'is not owner/name'),
  description: z.string().optional(),
  private: z.boolean().default(false),
  /** Default: that of `from`, else `main`. */
  default_branch: z.string().optional(),
  /** A path, relative to the seed file, or the address of a git repository whose branches and tags are taken over. */
  from: z.string().optional(),
  /** Written on top, in order. */
  commits: z.array(commit).default([]),
  collaborators: z.record(login, role).default({}),
  /** Team slugs. */
  teams: z.record(z.string(), role).default({}),
  labels: z.array(label).default([]),
  environments: z.array(environment).default([]),
  variables: z.record(z.string(), z.string()).default({}),
  secrets: z.record(z.string(), z.string()).default({}),
  issues: z.array(issue).default([]),
  rulesets: z.array(ruleset).default([]),
});

const app = z.strictObject({
  slug: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'is not a slug: small letters, digits and dashes'),
  name: z.string().optional(),
  owner: login,
  id: z.number().int().positive().optional(),
  permissions: z.record(z.string(), level).default({}),
  events: z.array(z.string()).default([]),
  webhook: z.strictObject({ url: z.url(), secret: z.string().min(1) }).optional(),
  /** Default: on the owner, for all repositories. */
  installations: z
    .array(
      z.strictObject({
        account: login,
        /** Names without the owner; default: all. */
        repositories: z.array(z.string()).optional(),
      }),
    )
    .optional(),
});

/** What a sandbox can begin with; everything is optional. */
const seedSchema = z.strictObject({
  users: z.array(user).default([]),
  organizations: z.array(organization).default([]),
  repositories: z.array(repository).default([]),
  apps: z.array(app).default([]),
});

/** A seed as read. */
export type Seed = z.output<typeof seedSchema>;
/** One repository of a seed. */
export type SeedRepository = Seed['repositories'][number];
/** One environment of a seed. */
export type SeedEnvironment = SeedRepository['environments'][number];
/** One App of a seed. */
export type SeedApp = Seed['apps'][number];

/** A seed, or what is wrong with it: one line a fault, each beginning with where it is. */
export type ReadSeed = { kind: 'seed'; seed: Seed } | { kind: 'faults'; faults: string[] };

/** Reads the text of a seed file. Unknown keys are faults, so that a misspelt one is not passed over. */
export function readSeed(text: string): ReadSeed {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return {
      kind: 'faults',
      faults: [`not JSON: ${error instanceof Error ? error.message : String(error)}`],
    };
  }
  const read = seedSchema.safeParse(value);
  if (read.success) return { kind: 'seed', seed: read.data };
  return {
    kind: 'faults',
    faults: read.error.issues.map(({ path, message }) => `${render(path)}: ${message}`),
  };
}

/** `repositories[0].commits[2].files` */
function render(path: PropertyKey[]): string {
  const text = path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
  return text === '' ? 'the seed' : text;
}
