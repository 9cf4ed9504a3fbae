import type { CandidateVerdict } from '../candidate-gate.ts';
import type { MissingCheck } from '../check.ts';
import { aboardOf } from '../slot.ts';
import { code, listOf, shortOid } from './markdown.ts';

/** One line beside the check's name, at most 100 characters. */
export function renderCandidateTitle({ slot, stage, isOpen, withdrawn, frozen }: CandidateVerdict): string {
  const environment = stage.environment.toUpperCase();
  if (isOpen) return `${slot.id} may bring it to ${environment}`;
  if (withdrawn.length > 0) return `#${withdrawn[0]} was taken back: ${slot.id} does not bring it`;
  if (frozen.length > 0) return `#${frozen[0]} is frozen: ${slot.id} does not bring it`;
  return stage.state === 'failed' ? `${slot.id} has given it up` : `${slot.id} is over`;
}

/** What the candidate is and why it may or may not go; Markdown. */
export function renderCandidateSummary({ slot, stage, isOpen, withdrawn, frozen }: CandidateVerdict): string {
  const bugs = listOf(aboardOf(stage).map((number) => `#${number}`));
  const what = `The candidate of **${slot.id}** for ${stage.environment.toUpperCase()}, on ${shortOid(stage.base)}, with ${bugs}.`;
  if (isOpen) return `${what} Each of them may go now.`;
  const kept = [...new Set([...withdrawn, ...frozen])];
  if (kept.length === 0) return `${what} It is not deployed any more.`;
  return `${what} ${listOf(kept.map((bug) => `#${bug}`))} may not go any more, so nothing of it is deployed as it is.`;
}

/** Names the checks that a branch asks for and that are not green on a candidate; Markdown, without the last full stop. */
export function renderMissing(candidate: string, missing: readonly MissingCheck[]): string {
  const red = missing.filter(({ state }) => state === 'red');
  const named = (red.length > 0 ? red : missing).map(renderCheck);
  const where = `on the candidate ${shortOid(candidate)}`;
  if (red.length > 0) return `${listOf(named)} ${red.length === 1 ? 'is' : 'are'} red ${where}`;
  return `${listOf(named)} did not come to an end ${where}`;
}

function renderCheck({ context, url }: MissingCheck): string {
  const name = code(context, 100);
  return url !== null && /^https?:\/\/[^\s()<>]+$/u.test(url) ? `[${name}](${url})` : name;
}
