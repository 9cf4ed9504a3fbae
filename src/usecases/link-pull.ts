import { takenOff, type Bug } from '../domain/bug.ts';
import { linkFix } from '../domain/link.ts';
import { isFinal } from '../domain/status.ts';
import type { PullText } from '../ports/github.ts';
import type { Context } from './context.ts';
import { record } from './record.ts';

/**
 * Links a pull request to the bugs that its text says it fixes, whatever its base branch is: GitHub's own closing
 * keywords count for the default branch only. Idempotent. A pull request that goes to neither environment is passed
 * over in silence: its author did not speak to us. Tells whether it was linked now.
 */
export async function linkPull(context: Context, pull: PullText): Promise<boolean> {
  if (pull.mentions.length === 0) return false;
  const [setting, recent] = await Promise.all([context.configuration.load(), context.ledger.recent()]);
  if (!pull.mentions.some((number) => isUnlinked(recent.bugs.get(number), pull.pull))) return false;
  return record(context, setting, (state) => {
    // Every change of a text is one of its pull request.
    const saidAtMs = Math.min(pull.updatedAtMs, context.clock.nowMs());
    const bugs = pull.mentions.flatMap((number): Bug[] => {
      const bug = state.bugs.get(number);
      if (bug === undefined || !isUnlinked(bug, pull.pull)) return [];
      const linked = linkFix(bug, pull, { source: 'pull_text', policy: setting.policy, saidAtMs });
      return linked.kind === 'linked' ? [linked.bug] : [];
    });
    if (bugs.length === 0) return { writes: null, message: '', result: false };
    const names = bugs.map((bug) => `#${bug.number}`).join(' ');
    return { writes: { bugs }, message: `pull request #${pull.pull} linked to ${names}`, result: true };
  });
}

function isUnlinked(bug: Bug | undefined, pull: number): boolean {
  if (bug === undefined || isFinal(bug.status, bug.flow)) return false;
  // What was taken back, and another took its place, comes again only when somebody says so.
  if (takenOff(bug).includes(pull)) return false;
  return !bug.fixes.some((link) => link.pull === pull);
}
