import type { Bug } from '../../domain/bug.ts';
import { teamsOf, type Member } from '../../domain/person.ts';
import { approversOf } from '../../domain/sign-off.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { Context } from '../context.ts';

/** Reads what whoever has given a word for the hotfix of a bug may do now. One call a person. */
export async function loadSigners(
  context: Context,
  setting: Setting,
  bug: Pick<Bug, 'approvals'>,
): Promise<Member[]> {
  const teams = teamsOf(setting.policy);
  return Promise.all(
    approversOf(bug, 'approve_hotfix').map(async (person) => ({
      person,
      standing: await context.members.standing(person, teams),
    })),
  );
}
