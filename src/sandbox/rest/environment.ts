import { z } from 'zod';
import { readBody } from '../body.ts';
import { protectEnvironment, type ProtectionSettings } from '../environment/protect.ts';
import { environmentNamed, environmentsOf, obtainEnvironment } from '../environment/store.ts';
import { paginate } from '../page.ts';
import { noContent, ok, route } from '../route.ts';
import { serialiseEnvironment } from '../serialise/environment.ts';

/** Reading environments and what protects them. */
export const READ_ENVIRONMENTS = { app: { actions: 'read' as const }, user: 'read' as const };
/** Changing them is for admins. */
export const WRITE_ENVIRONMENTS = { app: { administration: 'write' as const }, user: 'admin' as const };

const RefPolicy = z
  .object({ protected_branches: z.boolean(), custom_branch_policies: z.boolean() })
  .refine((one) => one.protected_branches !== one.custom_branch_policies, {
    error: 'protected_branches and custom_branch_policies cannot have the same value',
  });

/** `can_admins_bypass` is not in the published description; clients send it. Source: go-github, `CreateUpdateEnvironment`. */
const Settings = z
  .object({
    wait_timer: z.number().int(),
    prevent_self_review: z.boolean(),
    reviewers: z.array(z.object({ type: z.enum(['User', 'Team']), id: z.number().int() })).nullable(),
    deployment_branch_policy: RefPolicy.nullable(),
    can_admins_bypass: z.boolean(),
  })
  .partial()
  .nullable();

/** Environments and their own rules; what others have to say has files of its own. */
export const environmentRoutes = [
  route({
    on: 'GET /repos/{owner}/{repo}/environments',
    needs: READ_ENVIRONMENTS,
    answer: (call) => {
      const all = environmentsOf(call.repository);
      const { items, headers } = paginate(call, all);
      const environments = items.map((one) => serialiseEnvironment(call.kernel, call.repository, one));
      return ok({ total_count: all.length, environments }, headers);
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/environments/{environment_name}',
    needs: READ_ENVIRONMENTS,
    answer: ({ kernel, repository, params }) =>
      ok(serialiseEnvironment(kernel, repository, environmentNamed(repository, params.environment_name))),
  }),
  route({
    on: 'PUT /repos/{owner}/{repo}/environments/{environment_name}',
    needs: WRITE_ENVIRONMENTS,
    answer: (call) => {
      const { kernel, repository, params } = call;
      const settings = settingsFrom(readBody(call, Settings));
      const environment = obtainEnvironment(kernel, repository, params.environment_name);
      protectEnvironment(kernel, { repository, environment }, settings);
      return ok(serialiseEnvironment(kernel, repository, environment));
    },
  }),
  route({
    on: 'DELETE /repos/{owner}/{repo}/environments/{environment_name}',
    needs: WRITE_ENVIRONMENTS,
    answer: ({ repository, params }) => {
      const all = environmentsOf(repository);
      all.splice(all.indexOf(environmentNamed(repository, params.environment_name)), 1);
      return noContent();
    },
  }),
];

function settingsFrom(given: z.output<typeof Settings>): ProtectionSettings {
  const policy = given?.deployment_branch_policy;
  return {
    waitMinutes: given?.wait_timer,
    preventSelfReview: given?.prevent_self_review,
    reviewers: given?.reviewers === null ? [] : given?.reviewers,
    refPolicy: policy && (policy.protected_branches ? 'protected' : 'patterns'),
    canAdminsBypass: given?.can_admins_bypass,
  };
}
