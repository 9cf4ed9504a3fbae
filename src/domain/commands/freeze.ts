import { refuseOvertaken } from '../decide.ts';
import { allow, type BugFacts, type Call, type Decision } from '../decision.ts';
import { FREEZE_LEVELS, type FreezeLevel } from '../freeze-policy.ts';
import { parseLocalMoment, type SaidFreeze } from '../freeze.ts';
import { refuse, type Refusal } from '../reason.ts';
import { plain } from '../text/markdown.ts';
import { renderLocal } from '../text/time.ts';
import { wordsOf, type Command, type Prepared } from './define.ts';

const USAGE = '/freeze [full|suspend] [module ...] until <date> <reason>';

/** Stops what slots deploy, everything or some parts, until a date. */
export const freeze: Command = {
  name: 'freeze',
  usage: USAGE,
  help: 'Stops what slots deploy: everything, or the modules and services named, until a date.',
  examples: [
    '/freeze until 2026-02-05 lunar new year',
    '/freeze full billing until 2026-12-31T18:00 year end',
  ],
  role: 'admin',
  from: 'any',
  needs: [],
  prepare,
};

interface Asked {
  readonly level: FreezeLevel;
  readonly parts: readonly string[];
  readonly until: string;
  readonly reason: string;
}

function prepare(argumentText: string): Prepared | Refusal {
  const asked = read(wordsOf(argumentText));
  if (asked === null) return refuse('bad_arguments', `Say \`${USAGE}\`, with a date such as 2026-02-05.`);
  return { targets: 'this', pulls: [], decide: (call, facts) => decide(asked, call, facts) };
}

function read(words: readonly string[]): Asked | null {
  const at = words.findIndex((word) => word.toLowerCase() === 'until');
  const [until, ...reason] = words.slice(at + 1);
  if (at === -1 || until === undefined || reason.length === 0) return null;
  const [first, ...rest] = words.slice(0, at).map((word) => word.toLowerCase().replace(/,$/u, ''));
  const level = FREEZE_LEVELS.find((each) => each === first);
  const parts = [...(level === undefined && first !== undefined ? [first] : []), ...rest];
  return { level: level ?? 'suspend', parts, until, reason: reason.join(' ') };
}

function decide({ level, parts, until, reason }: Asked, call: Call, facts: BugFacts): Decision {
  const { bug, calendar, nowMs } = facts;
  const untilMs = parseLocalMoment(until, calendar.zone);
  if (untilMs === null)
    return refuse('bad_arguments', 'There is no such date: write one like 2026-02-05 or 2026-02-05T18:00.');
  if (untilMs <= nowMs) return refuse('bad_arguments', 'That date is over, so nothing would be frozen.');
  const overtaken = refuseOvertaken({ name: 'freeze', takenBackBy: ['unfreeze'] }, call, {
    commands: facts.words,
  });
  if (overtaken !== null) return overtaken;
  // The words count from when they were written, however late they come in.
  const fromMs = Math.min(nowMs, call.writtenAtMs);
  const said = { level, parts, fromMs, untilMs, reason: reason.slice(0, 500), by: call.actor };
  const what = parts.length === 0 ? 'Everything' : parts.map((part) => plain(part, 60)).join(', ');
  const answer = `${what} is frozen (${level}) until ${renderLocal(calendar, untilMs)}. \`/unfreeze\` lifts it before.`;
  return { ...allow(bug, answer, [{ kind: 'judge_pulls' }]), freezes: [...standing(facts), said] };
}

/** What was said before and is not over. */
function standing({ freezes, nowMs }: BugFacts): readonly SaidFreeze[] {
  return freezes.said.filter(({ untilMs }) => untilMs === null || untilMs > nowMs);
}
