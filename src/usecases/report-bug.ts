import { newBug, type Bug } from '../domain/bug.ts';
import { labelValues } from '../domain/label.ts';
import { priorityOf, startClock } from '../domain/hotfix.ts';
import { hasRole, teamsOf } from '../domain/person.ts';
import type { EnvironmentName } from '../domain/policy.ts';
import { parseSeverity, type Severity } from '../domain/severity.ts';
import type { Setting } from '../ports/configuration.ts';
import type { IssueFacts } from '../ports/github.ts';
import type { Context } from './context.ts';
import { record } from './record.ts';

/** Tells whether an issue is a bug by its labels. */
export function isBug(labels: readonly string[], { policy }: Setting): boolean {
  return labels.some((label) => label.toLowerCase() === policy.bugLabel.toLowerCase());
}

/** Takes a reported bug into the ledger: `submitted`. Idempotent: a bug that is known stays as it is. */
export async function reportBug(context: Context, setting: Setting, issue: IssueFacts): Promise<void> {
  if (!isBug(issue.labels, setting) || context.ledger.seen()?.bugs.has(issue.number) === true) return;
  const isClaim = await isOnlyClaimed(context, setting, issue);
  await record(context, setting, (state) => {
    if (state.bugs.has(issue.number)) return { writes: null, message: '', result: null };
    const bug = bugFrom(issue, setting, { nowMs: context.clock.nowMs(), isClaim });
    return {
      writes: { bugs: [bug] },
      message: `#${bug.number} reported by ${bug.reportedBy.login}`,
      result: null,
    };
  });
}

/** A bug from its issue: what labels and the issue form say counts as the reporter's word. */
function bugFrom(
  issue: IssueFacts,
  { policy }: Setting,
  { nowMs, isClaim }: { readonly nowMs: number; readonly isClaim: boolean },
): Bug {
  const bug = newBug({
    number: issue.number,
    reportedBy: issue.author ?? { id: 0, login: 'ghost' },
    reportedAtMs: Math.min(issue.createdAtMs, nowMs),
  });
  const severity = severityFrom(issue);
  const foundIn = foundInFrom(issue);
  const readAtMs = issue.updatedAtMs;
  const hotfix = startClock(bug, { severity, saidAtMs: bug.reportedAtMs }, policy);
  return {
    ...bug,
    severity,
    foundIn,
    hotfix: hotfix !== null && isClaim ? { ...hotfix, isClaim } : hotfix,
    saidAtMs: {
      severity: severity === null ? null : readAtMs,
      foundIn: foundIn === null ? null : readAtMs,
    },
    services: labelValues(issue.labels, 'service'),
    modules: labelValues(issue.labels, 'module'),
  };
}

function severityFrom(issue: IssueFacts): Severity | null {
  const answer = formAnswer(issue.body, 'severity');
  return labelledSeverity(issue) ?? (answer === null ? null : parseSeverity(answer));
}

function labelledSeverity({ labels }: IssueFacts): Severity | null {
  const named = labelValues(labels, 'severity').map((value) => parseSeverity(value));
  return named.find((each) => each !== null) ?? null;
}

/**
 * Tells whether a bug is one for a hotfix by nothing but the form of somebody who may not set a severity. One call for
 * such a form, none else: GitHub keeps a label only where whoever put it on has the role.
 */
async function isOnlyClaimed(context: Context, setting: Setting, issue: IssueFacts): Promise<boolean> {
  const { policy } = setting;
  if (labelledSeverity(issue) !== null || priorityOf(severityFrom(issue), policy) === null) return false;
  if (issue.author === null) return true;
  const standing = await context.members.standing(issue.author, teamsOf(policy));
  return !hasRole({ person: issue.author, standing }, 'triage', policy.roles);
}

function foundInFrom(issue: IssueFacts): EnvironmentName | null {
  const [label] = labelValues(issue.labels, 'found-in');
  const value = (label ?? formAnswer(issue.body, 'found in') ?? '').toLowerCase();
  return value === 'uat' || value === 'prod' ? value : null;
}

/** The one-word answer below a heading of GitHub's issue forms: `### Severity`, a blank line, the answer. */
function formAnswer(body: string, heading: string): string | null {
  const lines = body
    .slice(0, 65_536)
    .split(/\r?\n/u)
    .map((line) => line.trim());
  const at = lines.findIndex((line) => line.toLowerCase() === `### ${heading}`);
  const answer = at === -1 ? undefined : lines.slice(at + 1, at + 4).find((line) => line !== '');
  return answer !== undefined && /^[a-z]{1,20}$/iu.test(answer) ? answer : null;
}
