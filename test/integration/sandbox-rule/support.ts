import { graphql, GraphqlResponseError } from '@octokit/graphql';
import type { operations } from '@octokit/openapi-types';
import { z } from 'zod';
import { makeBranch, shopPath, writeFile, type Person, type Town } from '../sandbox/support.ts';

type NewRuleset = operations['repos/create-repo-ruleset']['requestBody']['content']['application/json'];

/** Rules over branches, as Ada sets them; the name is the first branch unless given. Answers the ruleset's id. */
export async function setRules(town: Town, branches: string[], given: Partial<NewRuleset>): Promise<number> {
  const { data } = await town.as('ada').request('POST /repos/acme/shop/rulesets', {
    name: branches.join(' '),
    enforcement: 'active',
    conditions: { ref_name: { include: branches.map((branch) => `refs/heads/${branch}`), exclude: [] } },
    ...given,
  });
  return z.object({ id: z.number() }).parse(data).id;
}

/** A rule on pull requests that asks for nothing unless told. */
export function pullRule(parameters: object = {}) {
  return {
    type: 'pull_request' as const,
    parameters: {
      dismiss_stale_reviews_on_push: false,
      require_code_owner_review: false,
      require_last_push_approval: false,
      required_approving_review_count: 0,
      required_review_thread_resolution: false,
      ...parameters,
    },
  };
}

/** A rule on checks, each a name or a name with the App it is pinned to. */
export function checkRule(
  checks: (string | { context: string; integration_id: number })[],
  more: { strict?: boolean; notOnCreate?: boolean } = {},
) {
  return {
    type: 'required_status_checks' as const,
    parameters: {
      required_status_checks: checks.map((check) => (typeof check === 'string' ? { context: check } : check)),
      strict_required_status_checks_policy: more.strict ?? false,
      do_not_enforce_on_create: more.notOnCreate ?? false,
    },
  };
}

/** A merge queue that merges one by one and waits an hour for checks unless told otherwise. */
export function queueRule(parameters: { merge_method?: 'MERGE' | 'SQUASH' } = {}) {
  return {
    type: 'merge_queue' as const,
    parameters: {
      check_response_timeout_minutes: 60,
      grouping_strategy: 'ALLGREEN' as const,
      max_entries_to_build: 1,
      max_entries_to_merge: 1,
      merge_method: 'MERGE' as const,
      min_entries_to_merge: 1,
      min_entries_to_merge_wait_minutes: 0,
      ...parameters,
    },
  };
}

/** Where a branch of `acme/shop` stands. */
export async function headOf(town: Town, branch: string): Promise<string> {
  return (await town.as('ada').git.getRef({ ...shopPath, ref: `heads/${branch}` })).data.object.sha;
}

/** A branch with one commit more than `base`, and Will's pull that wants it there. */
export async function openPull(
  town: Town,
  given: { branch: string; base: string },
): Promise<{ number: number; sha: string }> {
  await makeBranch(town, given.branch, given.base);
  const path = `${given.branch.replaceAll('/', '-')}.txt`;
  const sha = await writeFile(town, { path, content: `${path}\n`, branch: given.branch });
  const { data } = await town
    .as('will')
    .pulls.create({ ...shopPath, title: given.branch, head: given.branch, base: given.base });
  return { number: data.number, sha };
}

/** How a call was refused, or `done`. */
export async function outcomeOf(
  work: Promise<unknown>,
): Promise<'done' | { status: number; message: string }> {
  try {
    await work;
    return 'done';
  } catch (error) {
    if (!(error instanceof Error) || !('status' in error)) throw error;
    // Octokit adds the address of the documentation to the message.
    const message = error.message.replace(/ - https?:\/\/docs\.github\.com\S*$/, '');
    return { status: Number(error.status), message };
  }
}

/** Asks GraphQL as a person; the errors come back, too. */
export async function ask(
  town: Town,
  person: Person,
  question: { document: string; variables?: object },
): Promise<{ data: unknown; errors: { type: string; message: string }[] }> {
  try {
    const data: unknown = await graphql(question.document, {
      ...question.variables,
      baseUrl: town.sandbox.url,
      headers: { authorization: `token ${town.tokens[person]}` },
    });
    return { data, errors: [] };
  } catch (error) {
    if (!(error instanceof GraphqlResponseError)) throw error;
    const errors = (error.errors ?? []).map(({ type, message }) => ({ type, message }));
    return { data: error.data, errors };
  }
}
