import { labelDefinitions } from '../domain/label.ts';
import type { Context } from './context.ts';

/** Makes the labels of a repository what the tables say. Idempotent; labels that are none of ours stay. */
export async function setUp(context: Context): Promise<void> {
  const { policy } = await context.configuration.load();
  await context.issues.syncLabels(labelDefinitions(policy));
}
