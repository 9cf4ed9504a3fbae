import type { Prerequisite } from '../../ports/repository.ts';
import type { Attempt } from './pick.ts';
import type { StackSession } from './stack-session.ts';
export async function findPrerequisites(
  _s: StackSession,
  _w: NonNullable<Attempt['stopped']>,
): Promise<readonly Prerequisite[]> {
  return [];
}
