import { onBug, SPEAKERS, subjectOf, type Act } from './act.ts';
import { say } from './people.ts';
import { bringHotfix, disturb, goBack } from './rescue-moment.ts';
import { goBackBehindDeadSlot } from './slot-moment.ts';
import { anyRescue } from './wording.ts';

/** What is ordered past the slots, by those who may and by others. */
export const RESCUE_ACTS: readonly Act[] = [
  {
    name: 'a bug that cannot wait is mended',
    weight: 5,
    perform: ({ stage, chance }) => bringHotfix(stage, chance),
  },
  { name: 'an environment goes back', weight: 2, perform: ({ stage, chance }) => goBack(stage, chance) },
  {
    name: 'a slot dies, and an environment goes back',
    weight: 2,
    perform: ({ stage, chance }) => goBackBehindDeadSlot(stage, chance),
  },
  {
    name: 'a word of rescue',
    weight: 2,
    perform: onBug(({ stage: { model }, chance }, issue) =>
      say(model, { by: chance.one(SPEAKERS), issue, wording: anyRescue(subjectOf(model), chance) }),
    ),
  },
  {
    name: 'something happens before a hotfix is deployed',
    weight: 2,
    perform: async ({ stage, chance }) => {
      const run = stage.model.runs.find(
        ({ kind, jobs, process }) => kind === 'hotfix' && jobs.includes('prod') && process === null,
      );
      if (run !== undefined) await disturb(stage, run, chance);
    },
  },
];
