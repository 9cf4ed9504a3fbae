import type { Understood } from '../domain/commands/define.ts';
import { targetsOf } from '../domain/commands/targets.ts';
import type { FixFacts } from '../domain/fix.ts';
import type { ParityVerdict } from '../domain/flow.ts';
import type { Setting } from '../ports/configuration.ts';
import type { Context } from './context.ts';
import { loadFixes, withPushTimes } from './load-fixes.ts';
import { tryJudge, tryVersions } from './take-parity.ts';

/** What was read from GitHub and git for one command. */
export interface CommandFacts {
  readonly parity: ParityVerdict | null;
  readonly fixes: readonly FixFacts[];
  readonly nowMs: number;
}

/** Reads what a command says it needs, and no more. */
export async function loadCommandFacts(
  context: Context,
  setting: Setting,
  { understood, issue }: { readonly understood: Understood; readonly issue: number },
): Promise<CommandFacts> {
  const { command, prepared } = understood;
  const needsParity = command.needs.includes('parity');
  const [state, versions] = await Promise.all([
    needsParity ? context.ledger.load() : context.ledger.recent(),
    needsParity ? tryVersions(context, setting) : null,
  ]);
  const parity = versions === null ? null : await tryJudge(context, versions, state.bugs.values());
  const linked = targetsOf(understood, issue, state.bugs).flatMap(
    (number) => state.bugs.get(number)?.fixes ?? [],
  );
  const pulls = [...prepared.pulls, ...linked.map((link) => link.pull)];
  const fixes = command.needs.includes('fixes') ? await loadFixes(context, pulls) : [];
  const pushed = command.name === 'approve-prod' ? await withPushTimes(context, fixes) : fixes;
  return { parity, fixes: pushed, nowMs: context.clock.nowMs() };
}
