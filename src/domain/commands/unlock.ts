import { allow, type BugFacts, type Call, type Decision } from '../decision.ts';
import { describeLeases, locksAt, NO_LOCKS, placeName, type EnvironmentLocks } from '../lock.ts';
import { hasRole } from '../person.ts';
import { refuse, type Refusal } from '../reason.ts';
import { decideUnlock } from '../unlock.ts';
import { wordsOf, type Command, type Prepared } from './define.ts';
import { parsePlace, type Place } from './place.ts';

const USAGE = '/unlock <uat|prod> [service]';

/** Lets others deploy again. */
export const unlock: Command = {
  name: 'unlock',
  usage: USAGE,
  help: 'Lifts one’s own lock; an admin who has none there lifts everybody’s, and the one that a rollback left.',
  examples: ['/unlock prod', '/unlock uat billing'],
  role: 'write',
  from: 'any',
  needs: ['runs'],
  prepare,
};

function prepare(argumentText: string): Prepared | Refusal {
  const words = wordsOf(argumentText);
  if (words.length === 0) return refuse('bad_arguments', `Say \`${USAGE}\`.`);
  const about = words.slice(0, 2).join(' ').slice(0, 100).toLowerCase();
  return { targets: 'this', pulls: [], about, decide: (call, facts) => decide(words, call, facts) };
}

function decide(words: readonly string[], call: Call, facts: BugFacts): Decision {
  const { actor, standing, writtenAtMs: saidAtMs } = call;
  const { bug, policy } = facts;
  const read = parsePlace(words, [...policy.services, ...lockedServices(facts)]);
  if (read.kind === 'refused') return read;
  if (read.rest.length > 0) return refuse('bad_arguments', `Say \`${USAGE}\`.`);
  const { environment } = read.place;
  const isAdmin = hasRole({ person: actor, standing }, 'admin', policy.roles);
  const decided = decideUnlock(
    facts.locks.get(environment) ?? NO_LOCKS,
    { ...read.place, actor, isAdmin, saidAtMs },
    facts,
  );
  if (decided.kind === 'refused') return decided;
  const answer = renderUnlocked(read.place, decided.locks, facts);
  return { ...allow(bug, answer), locks: { environment, locks: decided.locks } };
}

/** Of a service that the configuration does not have any more the lock still has to be lifted. */
function lockedServices({ locks }: BugFacts): readonly { readonly name: string }[] {
  const leases = [...locks.values()].flatMap((each) => each.leases);
  return leases.flatMap(({ service }) => (service === null ? [] : [{ name: service }]));
}

function renderUnlocked(
  { environment, service }: Place,
  locks: EnvironmentLocks,
  { calendar }: BugFacts,
): string {
  const left = locksAt(locks, service);
  if (left.length > 0) return `Unlocked, but not free: ${describeLeases(environment, left, calendar)}`;
  return `Unlocked: the next slot may deploy to ${placeName(environment, service)} again.`;
}
