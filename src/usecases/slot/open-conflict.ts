import type { Bug } from '../../domain/bug.ts';
import type { ChangeOutcome } from '../../ports/repository.ts';
import { code, listOf } from '../../domain/text/markdown.ts';
import type { Context } from '../context.ts';
import type { Gathered } from './facts.ts';

type Conflict = Extract<ChangeOutcome, { kind: 'conflict' }>;

/**
 * Opens the pull request in which a person settles a cherry-pick that conflicts, and assigns it to the fix's author.
 *
 * Idempotent: the branch is named after the commit that holds the conflict, and an open pull request of it is taken.
 */
export async function openConflict(
  context: Context,
  gathered: Gathered,
  given: { readonly bug: Bug; readonly outcome: Conflict; readonly branch: string },
): Promise<{ readonly bug: Bug; readonly message: string }> {
  const { bug, outcome, branch } = given;
  const head = `tonic/uat-merge/${bug.number}-${outcome.conflicted.slice(0, 7)}`;
  const pushed = await context.repository.push([
    { ref: `refs/heads/${head}`, expected: null, target: outcome.conflicted },
  ]);
  if (pushed.kind !== 'pushed') {
    const why = pushed.kind === 'refused' ? pushed.message : 'somebody else pushed it at the same time';
    return { bug, message: `The pull request for it could not be opened: ${code(why)}.` };
  }
  const source = gathered.fixes.find((fix) => bug.fixes.some((link) => link.pull === fix.pull));
  const files = outcome.files.map((file) => file.path);
  const pull = await context.conflictPulls.open({
    head,
    base: branch,
    title: `Bring the fix of #${bug.number} to ${branch}`,
    body: renderConflict(bug, outcome, { head, branch }),
    assignee: source?.author?.login ?? null,
  });
  const conflict = { pull, environment: 'uat' as const, files, commits: [outcome.source] };
  return {
    bug: { ...bug, conflict },
    message: `It is settled in #${pull}; once that is merged, the next T2 goes on.`,
  };
}

function renderConflict(
  bug: Bug,
  outcome: Conflict,
  where: { readonly head: string; readonly branch: string },
): string {
  const files = listOf(outcome.files.map((file) => `${code(file.path)} (${file.type})`));
  const needs = outcome.prerequisites.map((each) => `- ${each.oid.slice(0, 10)} ${code(each.title, 100)}`);
  return [
    `The fix of #${bug.number} is on PROD. Picking ${outcome.source.slice(0, 10)} onto ${code(where.branch)} conflicts in ${files}.`,
    'This branch holds the pick with git’s conflict markers. Settle them, mark the pull request as ready, and merge it; the bug then goes on with the next T2.',
    `\`\`\`sh\ngit fetch origin ${where.head}\ngit switch ${where.head}\n# settle the conflicts, then\ngit commit -am "Settle the conflict"\ngit push\n\`\`\``,
    ...(needs.length === 0
      ? []
      : [`It seems to build on commits that ${code(where.branch)} lacks:\n${needs.join('\n')}`]),
  ].join('\n\n');
}
