import type { Standing } from '../domain/person.ts';
import type { Context } from './context.ts';

/**
 * The context for one decision, in which nobody's role is asked for twice: an admin who reviewed, approved and signed
 * off is one call, and cannot be one thing and another in the same decision.
 */
export function askingOnce(context: Context): Context {
  const known = new Map<string, Promise<Standing>>();
  return {
    ...context,
    members: {
      standing: (person, teams) => {
        const question = [person.id, person.login, ...teams].join(' ');
        const answer = known.get(question) ?? context.members.standing(person, teams);
        known.set(question, answer);
        return answer;
      },
    },
  };
}
