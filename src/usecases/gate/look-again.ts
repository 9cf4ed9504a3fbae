import type { Context } from '../context.ts';
import { gatePulls } from './gate-pulls.ts';
import { pullsAt } from './pulls-at.ts';

/** Looks again at the pull requests whose head this is, because somebody asked for it. */
export async function lookAgain(context: Context, head: string): Promise<void> {
  await gatePulls(context, await pullsAt(context, head));
}
