import { parseStatusLabel } from './label-status.ts';
import type { Observation } from './observation.ts';
import { StoryFailure, type Scene, type Step } from './step.ts';

const ENVIRONMENTS = ['uat', 'prod'] as const;

/**
 * Compares what is there after a step with what the story says.
 *
 * @throws StoryFailure with the step and both sides.
 */
export async function verify(
  scene: Scene,
  step: Step & { readonly told: string },
  seen: { readonly before: Observation; readonly after: Observation },
): Promise<void> {
  const { expect = {} } = step;
  const fail = (message: string) => new StoryFailure(`${step.who}: ${step.told}`, message);
  for (const [name, wanted] of Object.entries(expect.status ?? {})) {
    const labels = seen.after.labels.get(scene.numberOf(name)) ?? [];
    const statuses = labels.flatMap((label) => parseStatusLabel(label) ?? []);
    if (statuses.join() !== wanted)
      throw fail(
        `#${scene.numberOf(name)} should be ${wanted}; it is ${statuses.join(' and ') || 'without a status'}`,
      );
  }
  for (const [name, wanted] of Object.entries(expect.labels ?? {})) {
    const labels = seen.after.labels.get(scene.numberOf(name)) ?? [];
    const missing = wanted.filter((label) => !labels.includes(label));
    if (missing.length > 0)
      throw fail(`#${scene.numberOf(name)} lacks ${missing.join(', ')}; it has ${labels.join(', ')}`);
  }
  for (const environment of ENVIRONMENTS) {
    const wanted = expect.serves?.[environment];
    const { receipt } = seen.after.served[environment];
    if (wanted !== undefined && receipt !== wanted) {
      throw fail(`${environment.toUpperCase()} should serve\n  ${wanted}\nand serves\n  ${receipt}`);
    }
    const commits = expect.newCommits?.[environment];
    const fresh = newCommits(seen, environment).length;
    if (commits !== undefined && fresh !== commits) {
      throw fail(
        `the branch of ${environment.toUpperCase()} should have ${commits} new commits; it has ${fresh}`,
      );
    }
  }
  if (expect.answer !== undefined) {
    const answers = newComments(seen).map((comment) => comment.body);
    if (!answers.some((body) => expect.answer?.test(body))) {
      throw fail(
        `an answer should hold ${String(expect.answer)}; the answers were\n${answers.join('\n---\n') || '(none)'}`,
      );
    }
  }
  try {
    await expect.check?.(scene, seen.before);
  } catch (error) {
    throw fail(error instanceof Error ? error.message : String(error));
  }
}

/** The commits that a branch got, newest first. */
export function newCommits(
  { before, after }: { readonly before: Observation; readonly after: Observation },
  environment: 'uat' | 'prod',
) {
  const known = new Set(before.branches[environment].map((commit) => commit.oid));
  return after.branches[environment].filter((commit) => !known.has(commit.oid));
}

/** What the App wrote, oldest first; the status cards, which are rewritten, left out. */
export function newComments({
  before,
  after,
}: {
  readonly before: Observation;
  readonly after: Observation;
}) {
  const known = new Set(before.comments.map((comment) => comment.id));
  return after.comments.filter(
    (comment) => !known.has(comment.id) && !comment.body.startsWith('<!-- tonic:card'),
  );
}
