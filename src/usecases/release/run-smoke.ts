import { refuse } from '../../domain/reason.ts';
import {
  fillStep,
  judgeAnswer,
  readCaptures,
  withoutCaptures,
  type Mismatch,
  type SmokeStep,
  type SmokeValues,
} from '../../domain/smoke.ts';
import { code, plain } from '../../domain/text/markdown.ts';
import type { Context } from '../context.ts';
import type { StepOutcome, Taking } from './taking.ts';

/** What of an answer that is not as it should be is shown. */
const SHOWN = 200;

/**
 * Tries out what is live, request by request; what an answer holds may go into the next one.
 *
 * Refuses: `smoke_failed` at the first answer that is not as it should be.
 */
export async function runSmoke(
  context: Context,
  { release }: Taking,
  steps: readonly SmokeStep[],
): Promise<StepOutcome> {
  const { environment, id, envelope } = release;
  const known: SmokeValues = { environment, release: id, commit: envelope.commit };
  let captured: SmokeValues = {};
  for (const step of steps) {
    const taken = await takeRequest(context, step, { ...known, ...captured });
    if (taken.kind === 'failed') {
      const show = (text: string) => code(withoutCaptures(text, captured), SHOWN);
      const words = `expected ${show(taken.expected)}, got ${show(taken.got)}`;
      return refuse('smoke_failed', `The smoke test failed at **${plain(step.name)}**: ${words}.`);
    }
    captured = { ...captured, ...taken.values };
  }
  return { kind: 'done', release, detail: steps.length === 1 ? 'one step' : `${steps.length} steps` };
}

type Taken =
  | { readonly kind: 'taken'; readonly values: SmokeValues }
  | ({ readonly kind: 'failed' } & Mismatch);

async function takeRequest(context: Context, step: SmokeStep, values: SmokeValues): Promise<Taken> {
  const startMs = context.clock.nowMs();
  const answer = await context.http.send({
    ...fillStep(step, values),
    authorizationEnv: step.at.authorizationEnv,
    timeoutMs: step.at.timeoutMs,
  });
  const said = answer.kind === 'answer' ? String(answer.status) : answer.reason;
  context.log.info(`smoke | ${step.name}: ${said}, ${context.clock.nowMs() - startMs} ms`);
  if (answer.kind === 'none') return { kind: 'failed', expected: 'an answer', got: answer.reason };
  const mismatch = judgeAnswer(step, answer, values);
  if (mismatch !== null) return { kind: 'failed', ...mismatch };
  const captures = readCaptures(step, answer);
  return captures.kind === 'captured'
    ? { kind: 'taken', values: captures.values }
    : { kind: 'failed', expected: captures.expected, got: captures.got };
}
