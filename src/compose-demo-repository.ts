import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseDocument } from 'yaml';
import { z } from 'zod';
import { addOrganization, addRepository, addUser } from './sandbox/found.ts';
import type { Account } from './sandbox/model/account.ts';
import type { Repository } from './sandbox/model/repository.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import { writeSeedCommit, type SeedFile } from './sandbox/seed/history.ts';

const ROOT = join(import.meta.dirname, '..');
const RECIPE = join(ROOT, 'fixtures', 'demo');
const WORKFLOWS = ['tonic-t1.yml', 'tonic-t2.yml', 'tonic-rollback.yml', 'tonic-hotfix.yml'];

/** The time zone of the demo's people and slots. */
export const DEMO_ZONE = 'Asia/Taipei';

const Person = z.strictObject({
  name: z.string(),
  role: z.enum(['read', 'triage', 'write', 'maintain', 'admin']),
});

const History = z.strictObject({
  people: z.record(z.string(), Person),
  commits: z.array(
    z.strictObject({
      branch: z.string(),
      from: z.string().optional(),
      author: z.string(),
      days: z.number(),
      hour: z.number(),
      folder: z.string(),
      message: z.string(),
      tonic_workflows: z.boolean().default(false),
    }),
  ),
});
type History = z.infer<typeof History>;

/** Who lives in the demo, by login, with their role on the repository. */
export type DemoPeople = Readonly<Record<string, { readonly account: Account; readonly role: string }>>;

/** Adds the people of the recipe, the organisation `acme`, and its empty repository. */
export function foundDemo(
  sandbox: Sandbox,
  name: string,
  defaultBranch: string,
): { people: DemoPeople; owner: Account; repository: Repository } {
  const { people: given } = readHistory();
  const people: Record<string, { account: Account; role: string }> = {};
  const owner = addOrganization(sandbox, { login: 'acme', name: 'Acme', basePermission: 'none' });
  const repository = addRepository(sandbox, { owner, name, defaultBranch });
  for (const [login, { name: fullName, role }] of Object.entries(given)) {
    const account = addUser(sandbox, { login, name: fullName, email: `${login}@acme.example` });
    repository.collaborators.push({ userId: account.id, role });
    people[login] = { account, role };
  }
  return { people, owner, repository };
}

/** Writes the recipe's history, relative to the day before which it ends. `fill` replaces `{{name}}` in its files. */
export async function writeDemoHistory(
  sandbox: Sandbox,
  given: {
    readonly repository: Repository;
    readonly people: DemoPeople;
    /** Midnight, local, of the day on which the story begins. */
    readonly dayMs: number;
    readonly fill: Readonly<Record<string, string>>;
  },
): Promise<void> {
  const { repository, people, dayMs, fill } = given;
  for (const commit of readHistory().commits) {
    const author = people[commit.author]?.account;
    if (author === undefined)
      throw new Error(`the recipe names ${commit.author}, who is not among its people`);
    const files = readFolder(join(RECIPE, commit.folder), fill);
    await writeSeedCommit(sandbox, repository, {
      branch: commit.branch,
      from: commit.from,
      author,
      message: commit.message,
      atMs: dayMs - (commit.days * 24 - commit.hour) * 3_600_000,
      files: commit.tonic_workflows ? { ...files, ...tonicWorkflows() } : files,
    });
  }
}

/**
 * The workflows that people copy, without their own schedule: it is the backup of the App, which keeps the time here, and
 * each jump of the demo's clock would start it in vain.
 */
export const tonicWorkflows = once((): Readonly<Record<string, string>> => {
  return Object.fromEntries(
    WORKFLOWS.map((file) => {
      const path = `.github/workflows/${file}`;
      const document = parseDocument(readFileSync(join(ROOT, path), 'utf8'));
      document.deleteIn(['on', 'schedule']);
      return [path, document.toString({ lineWidth: 0 })];
    }),
  );
});

const readHistory = once((): History =>
  History.parse(parse(readFileSync(join(RECIPE, 'history.yml'), 'utf8'))),
);

/** Neither recipe nor workflows change while a process runs: they are read for its first demo. */
function once<T>(read: () => T): () => T {
  let known: { readonly value: T } | null = null;
  return () => {
    known ??= { value: read() };
    return known.value;
  };
}

function readFolder(folder: string, fill: Readonly<Record<string, string>>): Record<string, SeedFile> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    entries.map((entry) => {
      const file = join(entry.parentPath, entry.name);
      const text = readFileSync(file, 'utf8');
      return [
        file.slice(folder.length + 1),
        // GitHub's own expressions look like `${{ … }}` and are left alone.
        text.replaceAll(/(?<!\$)\{\{(\w+)\}\}/gu, (_, name: string) => fill[name] ?? missing(name)),
      ];
    }),
  );
}

function missing(name: string): never {
  throw new Error(`the recipe asks for {{${name}}}, which nobody gave`);
}
