import { processVariables } from '../config/env.ts';
import { previewsAsJson } from '../domain/slot-preview.ts';
import { renderPreviews } from '../domain/text/slot-preview.ts';
import { previewTonight } from '../usecases/slot/preview-slot.ts';
import { parsePlanArguments, PLAN_USAGE } from './setup/arguments.ts';
import { openNamedToRead } from './setup/open.ts';
import { createPaint, type Paint } from './story/paint.ts';

/**
 * `tonic plan`: tells what the next T1 and T2 would do. Gives the exit code.
 *
 * @throws CannotLook, GitHubFailure and LedgerFailure when it could not look.
 */
export async function plan(args: readonly string[]): Promise<number> {
  const wish = parsePlanArguments(args);
  if (wish.kind === 'help') {
    console.log(PLAN_USAGE);
    return 0;
  }
  if (wish.kind === 'refused') {
    console.error(`${wish.message}\n\n${PLAN_USAGE}`);
    return 2;
  }
  const context = await openNamedToRead(wish);
  const previews = await previewTonight(context);
  if (wish.json) {
    console.log(JSON.stringify({ schema_version: 1, slots: previewsAsJson(previews) }, null, 2));
    return 0;
  }
  const { calendar } = await context.configuration.load();
  const paint = createPaint({ isTerminal: process.stdout.isTTY, variables: processVariables() });
  console.log(forTerminal(renderPreviews(previews, { calendar, nowMs: context.clock.nowMs() }), paint));
  return 0;
}

/** Markdown as a terminal shows it: without marks and escapes. */
function forTerminal(markdown: string, paint: Paint): string {
  return markdown
    .replaceAll(/^### (.*)$/gmu, (_, heading: string) => paint.bold(heading))
    .replaceAll(/\*\*(.+?)\*\*/gu, (_, words: string) => paint.bold(words))
    .replaceAll('`', '')
    .replaceAll(/&#(\d{1,7});/gu, (_, digits: string) => String.fromCodePoint(Number(digits)))
    .replaceAll('\u200B', '');
}
