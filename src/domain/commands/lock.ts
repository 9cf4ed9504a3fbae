import { refuseOvertaken } from '../decide.ts';
import { allow, type BugFacts, type Call, type Decision } from '../decision.ts';
import { decideLock, describeLeases, locksAt, NO_LOCKS, placeOf } from '../lock.ts';
import { refuse, type Refusal } from '../reason.ts';
import { plain } from '../text/markdown.ts';
import { wordsOf, type Command, type Prepared } from './define.ts';
import { parsePlace, type Place } from './place.ts';

const USAGE = '/lock <uat|prod> [service] <reason>';

/** Keeps everybody else from deploying to an environment, or one service there, until it is unlocked. */
export const lock: Command = {
  name: 'lock',
  usage: USAGE,
  help: 'Keeps slots and rollbacks off an environment, or a service there, until `/unlock`.',
  examples: ['/lock prod load test until noon', '/lock uat billing broken by hand, looking'],
  role: 'write',
  from: 'any',
  needs: ['runs'],
  prepare,
};

function prepare(argumentText: string): Prepared | Refusal {
  const words = wordsOf(argumentText);
  if (words.length < 2) return refuse('bad_arguments', `Say \`${USAGE}\`: others have to know why.`);
  return { targets: 'this', pulls: [], decide: (call, facts) => decide(words, call, facts) };
}

function decide(words: readonly string[], call: Call, facts: BugFacts): Decision {
  const read = parsePlace(words, facts.policy.services);
  if (read.kind === 'refused') return read;
  const { place, rest } = read;
  if (rest.length === 0) return refuse('bad_arguments', `Say \`${USAGE}\`: others have to know why.`);
  const lifted = refuseLifted(place, call, facts);
  if (lifted !== null) return lifted;
  return take(place, { reason: rest.join(' ').slice(0, 500), call }, facts);
}

/** Only one's own: whose lock another one's `/unlock` would have lifted nobody can tell afterwards. */
function refuseLifted({ environment, service }: Place, call: Call, { words }: BugFacts): Refusal | null {
  const place = [environment, service ?? []].flat().join(' ').toLowerCase();
  const own = words.filter(({ by, about }) => by.id === call.actor.id && about === place);
  return refuseOvertaken({ name: 'lock', takenBackBy: ['unlock'] }, call, { commands: own });
}

function take(
  { environment, service }: Place,
  { reason, call }: { readonly reason: string; readonly call: Call },
  facts: BugFacts,
): Decision {
  const decided = decideLock(
    facts.locks.get(environment) ?? NO_LOCKS,
    {
      environment,
      service,
      touches: service === null ? null : [service],
      operation: `person-${call.actor.id}`,
      owner: { kind: 'person', person: call.actor },
      reason,
      saidAtMs: call.writtenAtMs,
    },
    facts,
  );
  if (decided.kind === 'refused') return decided;
  const what = placeOf(environment, { service });
  const others = locksAt(decided.locks, service).filter((each) => each !== decided.lease);
  const beside =
    others.length === 0
      ? ''
      : ` It is locked besides: ${describeLeases(environment, others, facts.calendar)}`;
  const answer = `Locked: ${plain(reason, 500)}. Nothing is deployed to ${what.toUpperCase()} until \`/unlock ${what}\`; bugs stay queued.${beside}`;
  return { ...allow(facts.bug, answer), locks: { environment, locks: decided.locks } };
}
