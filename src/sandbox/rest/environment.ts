import { environmentsOf, findEnvironment, obtainEnvironment } from '../deployment/store.ts';
import { notFound } from '../error.ts';
import type { Environment } from '../model/deployment.ts';
import type { Repository } from '../model/repository.ts';
import { paginate } from '../page.ts';
import { noContent, ok, route } from '../route.ts';
import { serialiseEnvironment } from '../serialise/deployment.ts';

const READ = { app: { actions: 'read' as const }, user: 'read' as const };
const WRITE = { app: { administration: 'write' as const }, user: 'admin' as const };

/** Environments; protection of them is not kept. */
export const environmentRoutes = [
  route({
    on: 'GET /repos/{owner}/{repo}/environments',
    needs: READ,
    answer: (call) => {
      const all = environmentsOf(call.repository);
      const { items, headers } = paginate(call, all);
      const environments = items.map((one) => serialiseEnvironment(call.kernel, call.repository, one));
      return ok({ total_count: all.length, environments }, headers);
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/environments/{environment_name}',
    needs: READ,
    answer: ({ kernel, repository, params }) =>
      ok(serialiseEnvironment(kernel, repository, named(repository, params.environment_name))),
  }),
  route({
    on: 'PUT /repos/{owner}/{repo}/environments/{environment_name}',
    needs: WRITE,
    answer: ({ kernel, repository, params }) =>
      ok(
        serialiseEnvironment(
          kernel,
          repository,
          obtainEnvironment(kernel, repository, params.environment_name),
        ),
      ),
  }),
  route({
    on: 'DELETE /repos/{owner}/{repo}/environments/{environment_name}',
    needs: WRITE,
    answer: ({ repository, params }) => {
      const all = environmentsOf(repository);
      all.splice(all.indexOf(named(repository, params.environment_name)), 1);
      return noContent();
    },
  }),
];

function named(repository: Repository, name: string): Environment {
  const environment = findEnvironment(repository, name);
  if (!environment) throw notFound();
  return environment;
}
