import type { ProtectionRules, WaitingDeployment } from '../../src/ports/protection-rules.ts';
import type { FakeWaiting, FakeWorld } from './fake-world.ts';

const MOST_REPORTS = 10;

const keyOf = ({ runId, attempt, githubEnvironment }: WaitingDeployment) =>
  `${runId}/${attempt}/${githubEnvironment}`;

/** This App as a protection rule over a repository in memory. */
export function createFakeProtection(world: FakeWorld): ProtectionRules {
  const decided = new Set<string>();
  const open = ({ runId, githubEnvironment }: WaitingDeployment): FakeWaiting | undefined =>
    world.waiting.find(
      (each) =>
        each.run.id === runId && each.githubEnvironment === githubEnvironment && each.decision === null,
    );
  const pending = (): WaitingDeployment[] =>
    world.waiting
      .filter(({ decision }) => decision === null)
      .map(({ run, githubEnvironment }) => ({ runId: run.id, attempt: run.attempt, githubEnvironment }))
      .filter((waiting) => !decided.has(keyOf(waiting)));
  return {
    runIn: (callbackUrl) => {
      const [, id] = /^https:\/\/fake\/runs\/(\d+)$/u.exec(callbackUrl) ?? [];
      return id === undefined ? null : Number(id);
    },
    run: async (runId) => world.waiting.findLast(({ run }) => run.id === runId)?.run ?? null,
    pending: async () => pending(),
    pendingIn: async ({ id }) => pending().filter(({ runId }) => runId === id),
    decide: async (waiting, state, comment) => {
      decided.add(keyOf(waiting));
      const found = open(waiting);
      if (found === undefined) return false;
      found.decision = state;
      found.comments.push(comment);
      return true;
    },
    report: async (waiting, comment) => {
      const found = open(waiting);
      const isNews = found !== undefined && found.comments.at(-1) !== comment;
      if (isNews && found.comments.length < MOST_REPORTS) found.comments.push(comment);
    },
  };
}
