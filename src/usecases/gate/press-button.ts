import { commandOfButton } from '../../domain/commands/button.ts';
import { GATE_CHECKS } from '../../domain/gate.ts';
import type { LedgerState } from '../../domain/ledger.ts';
import type { Person } from '../../domain/person.ts';
import { ENVIRONMENTS, type EnvironmentName } from '../../domain/policy.ts';
import { GATE_BUTTONS, type GateButton } from '../../domain/text/gate.ts';
import { carryOut } from '../carry-out.ts';
import type { Context } from '../context.ts';
import { bugsOf } from './gather-gates.ts';
import { gatePulls } from './gate-pulls.ts';
import { pullsAt } from './pulls-at.ts';

/** A press of a button of the check. Untrusted, but for the person and the ids. */
export interface ButtonPress {
  readonly button: string;
  readonly by: Person;
  /** Name of the check that bears it. */
  readonly check: string;
  readonly checkRun: number;
  /** The commit that the check stands on. */
  readonly head: string;
  /** The webhook's unique id. */
  readonly delivery: string;
  /** When GitHub first tried to tell of it, where that failed; `null`: it is news. */
  readonly pressedAtMs: number | null;
}

/**
 * Carries out a button: the same as the command that it stands for, said by the person on the bug of the pull request
 * whose head bears the check. A button of a head that is no more does nothing: nobody has looked at the newer one.
 *
 * It counts as written when GitHub first told of it: when it was pressed GitHub does not tell.
 */
export async function pressButton(context: Context, press: ButtonPress): Promise<void> {
  const environment = ENVIRONMENTS.find((name) => GATE_CHECKS[name] === press.check);
  if (environment === undefined || !isButton(press.button)) return;
  const pulls = await pullsAt(context, press.head);
  if (press.button === 'recheck') return gatePulls(context, pulls);
  const state = await context.ledger.recent();
  const bugs = bugsAt(state, { environment, head: press.head, pulls });
  const what = commandOfButton(press.button, bugs);
  const [issue] = bugs;
  // Nobody is told: there is no bug to tell it on.
  if (what.kind === 'refused' || issue === undefined) return gatePulls(context, pulls);
  const given = { kind: 'button', delivery: press.delivery, checkRun: press.checkRun } as const;
  const writtenAtMs = press.pressedAtMs ?? context.clock.nowMs();
  const asked = { issue, actor: press.by, given, writtenAtMs };
  await carryOut(context, await context.configuration.load(), { asked, what });
}

function isButton(name: string): name is GateButton {
  return name in GATE_BUTTONS;
}

/** Bugs of the open pull requests with this head, and those whose fix came to the environment with it. */
function bugsAt(
  state: LedgerState,
  at: { readonly environment: EnvironmentName; readonly head: string; readonly pulls: readonly number[] },
): number[] {
  const landed = [...state.bugs.values()].filter(({ landings }) =>
    landings.some(({ environment, head }) => environment === at.environment && head === at.head),
  );
  const all = [...bugsOf(state, at.pulls), ...landed].map((bug) => bug.number);
  return [...new Set(all)].toSorted((left, right) => left - right);
}
