import { parseStatusLabel } from './label-status.ts';
import type { Observation } from './observation.ts';
import type { Scene } from './scene.ts';
import { StoryFailure, type Expectation, type Step } from './step.ts';

const ENVIRONMENTS = ['uat', 'prod'] as const;

/** What there was before and after a step. */
export interface Seen {
  readonly before: Observation;
  readonly after: Observation;
}

/**
 * Compares what is there after a step with what the story says.
 *
 * @throws StoryFailure with the step and both sides.
 */
export async function verify(
  scene: Scene,
  step: Step & { readonly told: string },
  seen: Seen,
): Promise<void> {
  const { expect = {} } = step;
  const problems = [
    ...statusProblems(scene, expect, seen),
    ...labelProblems(scene, expect, seen),
    ...ENVIRONMENTS.flatMap((environment) => environmentProblems(environment, expect, seen)),
    ...answerProblems(expect, seen),
    ...(await otherProblems(scene, expect, seen)),
  ];
  if (problems.length > 0) throw new StoryFailure(`${step.who}: ${step.told}`, problems.join('\n'));
}

function statusProblems(scene: Scene, { status = {} }: Expectation, { after }: Seen): string[] {
  return Object.entries(status).flatMap(([name, wanted]) => {
    const number = scene.numberOf(name);
    const statuses = (after.labels.get(number) ?? []).flatMap((label) => parseStatusLabel(label) ?? []);
    if (statuses.length === 1 && statuses[0] === wanted) return [];
    return [`#${number} should be ${wanted}; it is ${statuses.join(' and ') || 'without a status'}`];
  });
}

function labelProblems(scene: Scene, { labels = {} }: Expectation, { after }: Seen): string[] {
  return Object.entries(labels).flatMap(([name, wanted]) => {
    const number = scene.numberOf(name);
    const present = after.labels.get(number) ?? [];
    const missing = wanted.filter((label) => !present.includes(label));
    return missing.length === 0
      ? []
      : [`#${number} lacks ${missing.join(', ')}; it has ${present.join(', ')}`];
  });
}

function environmentProblems(environment: 'uat' | 'prod', expect: Expectation, seen: Seen): string[] {
  const name = environment.toUpperCase();
  const text = expect.serves?.[environment];
  const { receipt } = seen.after.served[environment];
  const commits = expect.newCommits?.[environment];
  const fresh = newCommits(seen, environment).length;
  return [
    ...(text === undefined || text === receipt
      ? []
      : [`${name} should serve\n  ${text}\nand serves\n  ${receipt}`]),
    ...(commits === undefined || commits === fresh
      ? []
      : [`the branch of ${name} should have ${commits} new commits; it has ${fresh}`]),
  ];
}

function answerProblems({ answer }: Expectation, seen: Seen): string[] {
  if (answer === undefined) return [];
  const bodies = newComments(seen).map((comment) => comment.body);
  if (bodies.some((body) => answer.test(body))) return [];
  return [`an answer should hold ${String(answer)}; the answers were\n${bodies.join('\n---\n') || '(none)'}`];
}

async function otherProblems(scene: Scene, { check }: Expectation, { before }: Seen): Promise<string[]> {
  try {
    await check?.(scene, before);
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

/** The commits that a branch got, newest first. */
export function newCommits({ before, after }: Seen, environment: 'uat' | 'prod') {
  const known = new Set(before.branches[environment].map((commit) => commit.oid));
  return after.branches[environment].filter((commit) => !known.has(commit.oid));
}

/** What the App wrote, oldest first; the status cards, which are rewritten, left out. */
export function newComments({ before, after }: Seen) {
  const known = new Set(before.comments.map((comment) => comment.id));
  return after.comments.filter(
    (comment) => !known.has(comment.id) && !comment.body.startsWith('<!-- tonic:card'),
  );
}
