import { allow, type BugFacts, type Call, type Decision } from '../decision.ts';
import { isForBranchAlone } from '../left-branch.ts';
import { lastingLocks, NO_LOCKS, refuseLocked, withoutRollbacks } from '../lock.ts';
import { ENVIRONMENTS, type EnvironmentName } from '../policy.ts';
import { refuse, type Refusal } from '../reason.ts';
import type { Release } from '../release.ts';
import { ACCEPTS_LOSS, orderRollback, type AskedRollback } from '../rollback.ts';
import { describeWay } from '../way-back.ts';
import { wordsOf, type Command, type Prepared } from './define.ts';

const USAGE = '/rollback <uat|prod> [to <release>] <reason>';

/** Brings an environment back to what it ran before. */
export const rollback: Command = {
  name: 'rollback',
  usage: USAGE,
  help: 'Brings an environment back to the last good release, or to one that was live there, at once.',
  examples: [
    '/rollback prod checkout answers 500',
    '/rollback prod to 2026-11-19-T2-prod prices are wrong',
    `/rollback prod to 3f9c2b17a0de ${ACCEPTS_LOSS} the backup is restored`,
  ],
  role: 'admin',
  from: 'any',
  needs: [],
  prepare,
};

type Asked = Pick<AskedRollback, 'environment' | 'to' | 'acceptsDataLoss' | 'reason'>;

function prepare(argumentText: string): Prepared | Refusal {
  const asked = read(argumentText);
  if (asked === null) {
    return refuse('bad_arguments', `Say which environment and why: \`${USAGE}\`.`);
  }
  return { targets: 'this', pulls: [], decide: (call, facts) => decide(asked, call, facts) };
}

function read(argumentText: string): Asked | null {
  const [first = '', ...words] = wordsOf(argumentText);
  const environment = ENVIRONMENTS.find((name) => name === first.toLowerCase());
  if (environment === undefined) return null;
  const isNamed = words[0]?.toLowerCase() === 'to';
  const to = isNamed ? (words[1] ?? null) : null;
  const said = words.slice(isNamed ? 2 : 0).join(' ');
  const acceptsDataLoss = said.startsWith(ACCEPTS_LOSS);
  const reason = (acceptsDataLoss ? said.slice(ACCEPTS_LOSS.length) : said).trim().slice(0, 500);
  return reason === '' ? null : { environment, to, acceptsDataLoss, reason };
}

/** What a run has in hand ends with the run, and the rollback waits for it; a person’s lock does not. */
function refusePersons(environment: EnvironmentName, facts: BugFacts): Refusal | null {
  const locks = lastingLocks(withoutRollbacks(facts.locks.get(environment) ?? NO_LOCKS));
  const owner = { kind: 'rollback' } as const;
  return refuseLocked(locks, { environment, operation: 'rollback', touches: null, owner }, facts);
}

function decide(asked: Asked, call: Call, facts: BugFacts): Decision {
  const { bug } = facts;
  const locked = refusePersons(asked.environment, facts);
  if (locked !== null) return locked;
  const ordered = orderRollback(
    { ...asked, issue: bug.number, by: call.actor, saidAtMs: call.writtenAtMs },
    facts,
  );
  if (ordered.kind === 'refused') return ordered;
  const { release } = ordered;
  const answer = `${describeOrder(release)} \`${release.id}\` tells here how it goes.`;
  return {
    ...allow(bug, answer, [{ kind: 'dispatch_rollback', release: release.id }]),
    release,
  };
}

function describeOrder({ environment, envelope, order }: Release): string {
  const where = environment.toUpperCase();
  const way = describeWay({ commit: envelope.commit, release: order?.to ?? null });
  if (order !== null && isForBranchAlone(order))
    return `${where} runs ${way} already: only its branch and its bugs follow now, nothing is deployed. To go back further, say where to: \`${USAGE}\`.`;
  const undone = (order?.undoes ?? []).map((id) => `\`${id}\``).join(', ');
  return `${where} goes back to ${way} now, which undoes ${undone}.`;
}
