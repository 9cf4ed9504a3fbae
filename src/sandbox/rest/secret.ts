import { secretsOf, type Setting } from '../actions/setting.ts';
import { environmentNamed } from '../environment/store.ts';
import { paginate } from '../page.ts';
import { ok, route } from '../route.ts';
import type { Schema } from '../serialise/schema.ts';

const READ = { app: { secrets: 'read' as const }, user: 'write' as const };

/** The names of secrets; no route gives a value. An organisation has none here. */
export const secretRoutes = [
  route({
    on: 'GET /repos/{owner}/{repo}/actions/secrets',
    needs: READ,
    answer: (call) => {
      const all = secretsIn(secretsOf(call.repository), null);
      const { items, headers } = paginate(call, all);
      return ok({ total_count: all.length, secrets: items.map(serialise) }, headers);
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/actions/organization-secrets',
    needs: READ,
    answer: () => ok({ total_count: 0, secrets: [] }),
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/environments/{environment_name}/secrets',
    needs: { app: { environments: 'read' }, user: 'write' },
    answer: (call) => {
      const environment = environmentNamed(call.repository, call.params.environment_name);
      const all = secretsIn(secretsOf(call.repository), environment.name);
      const { items, headers } = paginate(call, all);
      return ok({ total_count: all.length, secrets: items.map(serialise) }, headers);
    },
  }),
];

function secretsIn(secrets: Setting[], environment: string | null): Setting[] {
  const wanted = environment?.toLowerCase() ?? null;
  return secrets
    .filter((one) => (one.environment?.toLowerCase() ?? null) === wanted)
    .toSorted((left, right) => left.name.localeCompare(right.name));
}

function serialise({ name, createdAt, updatedAt }: Setting): Schema<'actions-secret'> {
  return { name, created_at: createdAt, updated_at: updatedAt };
}
