import { z } from 'zod';
import { numberFrom, readBody } from '../body.ts';
import { addRefPattern, findRefPattern } from '../environment/ref-policy.ts';
import { environmentNamed } from '../environment/store.ts';
import { notFound } from '../error.ts';
import { paginate } from '../page.ts';
import { noContent, ok, route } from '../route.ts';
import { serialiseRefPattern } from '../serialise/environment.ts';
import { READ_ENVIRONMENTS, WRITE_ENVIRONMENTS } from './environment.ts';

const NewPattern = z.object({ name: z.string().min(1), type: z.enum(['branch', 'tag']).default('branch') });
const Rename = z.object({ name: z.string().min(1) });

/** Which branches and tags may deploy to an environment. */
export const environmentRefRoutes = [
  route({
    on: 'GET /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies',
    needs: READ_ENVIRONMENTS,
    answer: (call) => {
      const { refPatterns } = environmentNamed(call.repository, call.params.environment_name);
      const { items, headers } = paginate(call, refPatterns);
      return ok(
        { total_count: refPatterns.length, branch_policies: items.map(serialiseRefPattern) },
        headers,
      );
    },
  }),
  route({
    on: 'POST /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies',
    needs: WRITE_ENVIRONMENTS,
    answer: (call) => {
      const environment = environmentNamed(call.repository, call.params.environment_name);
      if (environment.refPolicy?.kind !== 'patterns') throw notFound();
      const pattern = addRefPattern(call.kernel, environment, readBody(call, NewPattern));
      if (!pattern) return { raw: { status: 303, content: '', contentType: 'application/json' } };
      return ok(serialiseRefPattern(pattern));
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies/{branch_policy_id}',
    needs: READ_ENVIRONMENTS,
    answer: ({ repository, params }) => {
      const environment = environmentNamed(repository, params.environment_name);
      return ok(serialiseRefPattern(findRefPattern(environment, numberFrom(params.branch_policy_id))));
    },
  }),
  route({
    on: 'PUT /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies/{branch_policy_id}',
    needs: WRITE_ENVIRONMENTS,
    answer: (call) => {
      const environment = environmentNamed(call.repository, call.params.environment_name);
      const pattern = findRefPattern(environment, numberFrom(call.params.branch_policy_id));
      pattern.name = readBody(call, Rename).name;
      return ok(serialiseRefPattern(pattern));
    },
  }),
  route({
    on: 'DELETE /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies/{branch_policy_id}',
    needs: WRITE_ENVIRONMENTS,
    answer: ({ repository, params }) => {
      const environment = environmentNamed(repository, params.environment_name);
      const pattern = findRefPattern(environment, numberFrom(params.branch_policy_id));
      environment.refPatterns.splice(environment.refPatterns.indexOf(pattern), 1);
      return noContent();
    },
  }),
];
