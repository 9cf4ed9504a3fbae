import { z } from 'zod';
import { setVariable, variablesOf, type Setting } from '../actions/setting.ts';
import { readBody } from '../body.ts';
import { conflict, notFound, unprocessable } from '../error.ts';
import type { Repository } from '../model/repository.ts';
import { paginate } from '../page.ts';
import { created, noContent, ok, route } from '../route.ts';

/** GitHub counts repository variables under their own App permission, and asks people for write. */
const READ = { app: { actions_variables: 'read' as const }, user: 'write' as const };
const WRITE = { app: { actions_variables: 'write' as const }, user: 'write' as const };
const LARGEST = 48 * 1024;
const value = z.string().max(LARGEST);

/** Variables of a repository, as workflows see them under `vars`. */
export const variableRoutes = [
  route({
    on: 'GET /repos/{owner}/{repo}/actions/variables',
    needs: READ,
    answer: (call) => {
      const all = ownVariables(call.repository).toSorted((a, b) => a.name.localeCompare(b.name));
      const { items, headers } = paginate(call, all, 10);
      return ok({ total_count: all.length, variables: items.map(serialise) }, headers);
    },
  }),
  route({
    on: 'POST /repos/{owner}/{repo}/actions/variables',
    needs: WRITE,
    answer: (call) => {
      const { kernel, repository } = call;
      const given = readBody(call, z.object({ name: z.string(), value }));
      checkName(given.name);
      if (find(repository, given.name)) throw conflict(`Variable ${given.name} already exists`);
      setVariable(repository, given, kernel.clock.now());
      return created({});
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/actions/variables/{name}',
    needs: READ,
    answer: ({ repository, params }) => ok(serialise(named(repository, params.name))),
  }),
  route({
    on: 'PATCH /repos/{owner}/{repo}/actions/variables/{name}',
    needs: WRITE,
    answer: (call) => {
      const { kernel, repository, params } = call;
      const variable = named(repository, params.name);
      const given = readBody(call, z.object({ name: z.string().optional(), value: value.optional() }));
      if (given.name !== undefined) checkName(given.name);
      variable.name = given.name?.toUpperCase() ?? variable.name;
      variable.value = given.value ?? variable.value;
      variable.updatedAt = kernel.clock.now();
      return noContent();
    },
  }),
  route({
    on: 'DELETE /repos/{owner}/{repo}/actions/variables/{name}',
    needs: WRITE,
    answer: ({ repository, params }) => {
      const all = variablesOf(repository);
      all.splice(all.indexOf(named(repository, params.name)), 1);
      return noContent();
    },
  }),
];

function ownVariables(repository: Repository): Setting[] {
  return variablesOf(repository).filter((one) => one.environment === null);
}

function find(repository: Repository, name: string): Setting | undefined {
  return ownVariables(repository).find((one) => one.name === name.toUpperCase());
}

function named(repository: Repository, name: string): Setting {
  const variable = find(repository, name);
  if (!variable) throw notFound();
  return variable;
}

function checkName(name: string): void {
  if (/^(?!GITHUB_)[A-Z_][A-Z0-9_]*$/i.test(name)) return;
  throw unprocessable(
    'Variable name must only contain alphanumeric characters and underscores, may not start with a number or GITHUB_',
  );
}

function serialise(variable: Setting) {
  return {
    name: variable.name,
    value: variable.value,
    created_at: variable.createdAt,
    updated_at: variable.updatedAt,
  };
}
