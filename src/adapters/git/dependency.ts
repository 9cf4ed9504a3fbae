import type { Oid, Prerequisite } from '../../ports/repository.ts';
import type { StackSession, Tip } from './stack-session.ts';
export async function lackedWriters(
  _s: StackSession,
  _w: { source: Oid; tip: Tip; own: ReadonlySet<Oid> },
): Promise<readonly Prerequisite[]> {
  return [];
}
