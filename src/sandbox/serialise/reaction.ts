import { REACTION_CONTENTS, type Reaction } from '../model/issue.ts';
import type { Kernel } from '../sandbox.ts';
import { accountOf } from '../world.ts';
import { serialiseUser } from './account.ts';
import type { Schema } from './schema.ts';

/** One reaction. */
export function serialiseReaction(kernel: Kernel, reaction: Reaction): Schema<'reaction'> {
  return {
    id: reaction.id,
    node_id: reaction.nodeId,
    user: serialiseUser(kernel, accountOf(kernel.world, reaction.userId)),
    content: reaction.content,
    created_at: reaction.createdAt,
  };
}

/** How often each reaction was given to the thing at `url`. */
export function serialiseReactions(url: string, reactions: Reaction[]): Schema<'reaction-rollup'> {
  const rollup = {
    url: `${url}/reactions`,
    total_count: reactions.length,
    '+1': 0,
    '-1': 0,
    laugh: 0,
    confused: 0,
    heart: 0,
    hooray: 0,
    rocket: 0,
    eyes: 0,
  };
  for (const content of REACTION_CONTENTS)
    rollup[content] = reactions.filter((one) => one.content === content).length;
  return rollup;
}
