/**
 * Why a ref did not move.
 *
 * `stale`: it is not where the mover thought. `workflows`: an App without the permission brings a workflow file.
 * `ruleset` and `protection`: rules of the repository are broken, each with its own sentence. `ref`: git itself or the
 * host would not do it.
 */
export type RefRefusal =
  | { kind: 'stale' | 'workflows' | 'ref'; message: string }
  | { kind: 'ruleset' | 'protection'; violations: string[] };

/** A refusal of git itself or of the host. */
export function refuseRef(message: string): RefRefusal {
  return { kind: 'ref', message };
}

/**
 * A refusal as REST and GraphQL say it.
 *
 * Source: answers in public issues, `Repository rule violations found\n\nCannot update this protected ref.\n\n`; branch
 * protection answers with its sentences alone.
 */
export function refusalMessage(refusal: RefRefusal): string {
  if (!('violations' in refusal)) return refusal.message;
  if (refusal.kind === 'protection') return refusal.violations.join('\n\n');
  return `Repository rule violations found\n\n${refusal.violations.map((text) => `${text}\n\n`).join('')}`;
}

/** A refusal as git shows it beside the ref: `! [remote rejected] main -> main (...)`. */
export function refusalForGit(refusal: RefRefusal): string {
  if (!('violations' in refusal)) return refusal.message;
  return refusal.kind === 'ruleset'
    ? 'push declined due to repository rule violations'
    : 'protected branch hook declined';
}

/**
 * What git tells the pusher beforehand, each line as `remote: ...`.
 *
 * Source: pushes quoted in public issues, GH013 for rulesets and GH006 for branch protection.
 */
export function refusalRemarks(refusal: RefRefusal, ref: string, rulesUrl: string): string[] {
  if (!('violations' in refusal)) return [];
  if (refusal.kind === 'protection')
    return [`error: GH006: Protected branch update failed for ${ref}.`, '', ...listed(refusal.violations)];
  return [
    `error: GH013: Repository rule violations found for ${ref}.`,
    `Review all repository rules at ${rulesUrl}?ref=${encodeURIComponent(ref)}`,
    '',
    ...listed(refusal.violations),
  ];
}

/** What git tells a pusher whom the rules let through all the same. */
export function bypassRemarks(violations: string[], ref: string): string[] {
  return violations.length === 0 ? [] : [`Bypassed rule violations for ${ref}:`, '', ...listed(violations)];
}

function listed(violations: string[]): string[] {
  return violations.flatMap((text) => [...`- ${text}`.split('\n'), '']);
}
