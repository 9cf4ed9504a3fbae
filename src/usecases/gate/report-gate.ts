import { GATE_CHECKS, judgeGate, type GateFacts } from '../../domain/gate.ts';
import type { EnvironmentName } from '../../domain/policy.ts';
import { describeGate, describeSuperseded, GATE_BUTTONS, type GateWords } from '../../domain/text/gate.ts';
import type { CheckReport } from '../../ports/checks.ts';
import type { Context } from '../context.ts';
import type { JudgedHead } from './gate-memory.ts';

/** What the check on a commit is to say. */
export interface Saying {
  readonly commit: string;
  readonly environment: EnvironmentName;
  readonly words: GateWords;
}

/**
 * Judges pull requests, and remembers which head each has. What each was judged with before is closed; so is what a merge
 * queue tries with one that may not go any more, for the queue asks only once.
 */
export function judgeAll({ bookkeeping }: Context, gates: readonly GateFacts[]): Saying[] {
  return gates.flatMap((facts) => {
    const { pull, environment, queuedAs } = facts;
    const missing = judgeGate(facts);
    const left = leftBehind(bookkeeping.gates.of(pull.pull), facts);
    if (pull.state === 'open') {
      const restsOnChecks = missing.every(({ refusal }) => refusal.reason === 'fix_not_green');
      bookkeeping.gates.note({ pull: pull.pull, head: pull.head, environment, restsOnChecks });
    } else bookkeeping.gates.forget(pull.pull);
    const words = describeGate(facts, missing);
    const queued = words.isOpen || queuedAs === null ? [] : [{ commit: queuedAs, environment, words }];
    return [...left, { commit: pull.head, environment, words }, ...queued];
  });
}

function leftBehind(before: JudgedHead | null, { pull, environment }: GateFacts): Saying[] {
  if (before === null || (before.head === pull.head && before.environment === environment)) return [];
  return [supersede(before)];
}

/** A commit that its pull request does not bring there any more: else whoever pushes it gets it onto the branch. */
export function supersede({ pull, head, environment }: Omit<JudgedHead, 'restsOnChecks'>): Saying {
  return { commit: head, environment, words: describeSuperseded(pull, environment) };
}

/**
 * The reports of some sayings, one a commit and environment. Where two pull requests bring the very same commit to the
 * same branch, it may go when one of them may: else anybody could shut a gate with a copy of the branch.
 */
export function reportsOf(sayings: readonly Saying[]): CheckReport[] {
  const chosen = new Map<string, Saying>();
  for (const saying of sayings) {
    const key = `${saying.environment} ${saying.commit}`;
    if (chosen.get(key)?.words.isOpen !== true) chosen.set(key, saying);
  }
  return [...chosen.values()].map(reportOf);
}

function reportOf({ commit, environment, words }: Saying): CheckReport {
  return {
    name: GATE_CHECKS[environment],
    commit,
    conclusion: words.isOpen ? 'success' : 'failure',
    title: words.line,
    summary: words.details,
    text: null,
    annotations: words.remarks.map(({ line, ...remark }) => ({ ...remark, startLine: line, endLine: line })),
    actions: words.buttons.map((identifier) => ({ identifier, ...GATE_BUTTONS[identifier] })),
  };
}
