import { z } from 'zod';
import type { AppFacts, InstallationFacts } from '../../../domain/setup/facts.ts';
import type { GitHubClient, GitHubContext } from '../client.ts';
import { calling, callingUnlessGone } from '../failure.ts';
import { everyPage } from '../every-page.ts';
import { seen } from './seen.ts';

const App = z.looseObject({ id: z.int(), slug: z.string(), client_id: z.string().optional() });
const Installation = z.looseObject({
  app_id: z.int(),
  app_slug: z.string(),
  client_id: z.string().optional(),
  permissions: z.record(z.string(), z.string()),
  events: z.array(z.string()),
  suspended_at: z.string().nullish(),
  html_url: z.string(),
});
type Installation = z.output<typeof Installation>;
const Installations = z.looseObject({ installations: z.array(Installation) });
const Hook = z.looseObject({ url: z.string().optional() });

/** How the App can be found. */
export interface AppHint {
  /** Calls as the App itself, where its credentials are given. */
  readonly asApp: GitHubClient | null;
  /** Its slug, where somebody named it. */
  readonly slug: string | null;
  /** Whether the repository belongs to an organisation, whose owners see what is installed. */
  readonly isOfOrganization: boolean;
  /** Value of the variable `TONIC_CLIENT_ID`. */
  readonly clientId: string | null;
}

/** The slug under which the App is looked for when nobody names another. */
const USUAL_SLUG = 'tonic-deploy';

/**
 * Finds the App: itself where its credentials are given, else among what an organisation has installed, else by its slug.
 * One to three calls. `null`: not found.
 */
export async function readApp(context: GitHubContext, hint: AppHint): Promise<AppFacts | null> {
  if (hint.asApp !== null) return readOwn(context, hint.asApp);
  const installed = hint.isOfOrganization ? await listInstalled(context) : null;
  const found = installed === null ? undefined : findInstalled(installed, hint);
  if (found !== undefined) return factsOf(found);
  const app = await readPublicApp(context, hint.slug);
  return app === null ? null : { ...app, installation: installed === null ? null : 'missing' };
}

async function readOwn({ owner, repo }: GitHubContext, asApp: GitHubClient): Promise<AppFacts> {
  const [app, installation, hook] = await Promise.all([
    calling('read the App', async () => App.parse((await asApp.request('GET /app')).data)),
    callingUnlessGone('read the installation', async () =>
      Installation.parse(
        (await asApp.request('GET /repos/{owner}/{repo}/installation', { owner, repo })).data,
      ),
    ),
    callingUnlessGone('read the webhook', async () =>
      Hook.parse((await asApp.request('GET /app/hook/config')).data),
    ),
  ]);
  return {
    id: app.id,
    slug: app.slug,
    clientId: app.client_id ?? null,
    installation: installation === null ? 'missing' : grantsOf(installation),
    hasWebhook: (hook?.url ?? '') !== '',
  };
}

/** Source: only owners of an organisation see its installations. */
async function listInstalled({ client, owner }: GitHubContext): Promise<readonly Installation[] | null> {
  return seen('list what is installed', () =>
    everyPage(100, async (query) => {
      const at = { org: owner, ...query };
      return Installations.parse((await client.request('GET /orgs/{org}/installations', at)).data)
        .installations;
    }),
  );
}

function findInstalled(
  installed: readonly Installation[],
  { slug, clientId }: AppHint,
): Installation | undefined {
  if (slug !== null) return installed.find((each) => each.app_slug === slug);
  const ours = installed.find((each) => clientId !== null && each.client_id === clientId);
  return ours ?? installed.find((each) => each.app_slug === USUAL_SLUG);
}

function factsOf(found: Installation): AppFacts {
  return {
    id: found.app_id,
    slug: found.app_slug,
    clientId: found.client_id ?? null,
    installation: grantsOf(found),
    hasWebhook: null,
  };
}

function grantsOf({ permissions, events, suspended_at: at, html_url: url }: Installation): InstallationFacts {
  return { permissions, events, isSuspended: (at ?? null) !== null, url };
}

/** Reads what everybody sees of an App. One call; `null` without a slug, or where there is no such App. */
export async function readPublicApp(
  { client }: Pick<GitHubContext, 'client'>,
  slug: string | null,
): Promise<AppFacts | null> {
  if (slug === null) return null;
  const app = await seen('read the App', async () =>
    App.nullable().parse((await client.request('GET /apps/{app_slug}', { app_slug: slug })).data),
  );
  if (app === null) return null;
  return {
    id: app.id,
    slug: app.slug,
    clientId: app.client_id ?? null,
    installation: null,
    hasWebhook: null,
  };
}
