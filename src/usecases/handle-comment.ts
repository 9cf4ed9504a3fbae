import type { Bug } from '../domain/bug.ts';
import type { Command } from '../domain/commands/define.ts';
import { parseComment, type ParsedComment } from '../domain/commands/parse.ts';
import { codeBlock } from '../domain/text/markdown.ts';
import { ConfigurationBroken } from '../ports/configuration.ts';
import { LedgerFailure } from '../ports/ledger.ts';
import { answerOutsideLedger } from './answer.ts';
import { carryOut, isHandled, type Asked } from './carry-out.ts';
import type { Context } from './context.ts';
import { stillStands, type IncomingComment } from './incoming-comment.ts';

/**
 * Carries out the command of a new comment, once: reaction, decision, ledger, answer.
 *
 * Idempotent: a comment that the ledger has counted does nothing, whoever brings it again.
 * A configuration or a ledger that people have to mend is the answer; other failures are thrown, so that GitHub knows.
 */
export async function handleComment(context: Context, comment: IncomingComment): Promise<void> {
  if (comment.authorIsBot) return;
  const parsed = parseComment(comment.body);
  if (parsed.kind === 'none') return;
  if (!(await stillStands(context, comment))) return;
  try {
    await handleCommand(context, comment, parsed);
  } catch (error) {
    const trouble = troubleForPeople(error);
    if (trouble === null) throw error;
    context.log.error('a command was not carried out', { issue: comment.issue, error: trouble });
    await answerOutsideLedger(context, comment, trouble);
  }
}

async function handleCommand(
  context: Context,
  comment: IncomingComment,
  parsed: Exclude<ParsedComment, { kind: 'none' }>,
): Promise<void> {
  // A word with a slash on an issue that is not ours is not for us, whatever the configuration says.
  const bug = await findBug(context, comment.issue);
  if (bug === undefined) {
    if (parsed.kind === 'command') await refuseUntracked(context, comment, parsed.command);
    return;
  }
  const asked = askedIn(context, comment);
  if (isHandled(bug, asked.given)) return;
  const setting = await context.configuration.load();
  await context.issues.react(comment.id, 'eyes');
  await carryOut(context, setting, { asked, what: parsed });
}

function askedIn(context: Context, { issue, id, author, body, writtenAtMs }: IncomingComment): Asked {
  const given = { kind: 'comment', issue, id, bodyHash: context.hash(body) } as const;
  return { issue, actor: author, given, writtenAtMs };
}

/** What to answer where people have to mend something first; `null` for every other failure. */
export function troubleForPeople(error: unknown): string | null {
  if (error instanceof ConfigurationBroken) return describeTrouble('the configuration is broken', error);
  const isBroken = error instanceof LedgerFailure && !error.retryable;
  return isBroken ? describeTrouble('the ledger cannot be trusted', error) : null;
}

function describeTrouble(what: string, error: Error): string {
  // The words hold keys and names as somebody wrote them.
  return `Nothing was done: ${what}.\n\n${codeBlock(error.message)}`;
}

async function refuseUntracked(context: Context, comment: IncomingComment, command: Command): Promise<void> {
  const message = `\`/${command.name}\` is for bugs that are tracked; this issue is none. Put the bug label on to track it.`;
  await answerOutsideLedger(context, comment, message);
}

async function findBug({ ledger }: Context, issue: number): Promise<Bug | undefined> {
  return ledger.seen()?.bugs.get(issue) ?? (await ledger.load()).bugs.get(issue);
}
