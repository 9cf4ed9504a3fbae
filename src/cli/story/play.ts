import type { Demo } from '../../compose-demo.ts';
import { canaryNight, hotfixDay } from './bad-days.ts';
import { firstNight } from './first-night.ts';
import { secondNight, thirdAndFourthNight } from './later-nights.ts';
import type { Paint } from './paint.ts';
import { renderCosts } from './render.ts';
import type { Chapter } from './step.ts';
import { createScene, tellStory, type Telling } from './tell.ts';

/** The story of the corner shop, from the first report to the last slot. */
export const STORY: readonly Chapter[] = [
  firstNight,
  secondNight,
  thirdAndFourthNight,
  hotfixDay,
  canaryNight,
];

/**
 * Tells the story of the corner shop on a demo that has just begun, and at its end what each step took.
 *
 * @throws StoryFailure at the first step that does not end as told.
 */
export async function playStory(demo: Demo, telling: Telling): Promise<void> {
  const { write, paint } = telling;
  for (const line of renderOpening(demo, paint)) write(line);
  const costs = await tellStory(createScene(demo), STORY, telling);
  write('');
  write(renderCosts(costs));
}

function renderOpening(demo: Demo, paint: Paint): string[] {
  return [
    `${paint.bold('Tonic Deploy')}: six days at a corner shop, on a GitHub on this machine`,
    '',
    `  ${paint.dim('repository')}  ${demo.sandbox.url}/${demo.owner}/${demo.name}`,
    `  ${paint.dim('UAT')}         ${demo.places.uat.url}  from the branch ${demo.branches.uat}`,
    `  ${paint.dim('PROD')}        ${demo.places.prod.url}  from the branch ${demo.branches.prod}`,
    ...(demo.channel === null
      ? []
      : [`  ${paint.dim('messages')}    ${demo.channel.url}  what is told on a channel`]),
    `  ${paint.dim('people')}      ${Object.entries(demo.people)
      .map(([login, { role }]) => `${login} (${role})`)
      .join(', ')}`,
    `  ${paint.dim('below')}       what each step changed: labels (#1), commits (uat +), the receipt that the shop prints (UAT serves);`,
    `              » what Tonic said in a comment, ✉ on the channel`,
  ];
}
