import { startDemo } from '../compose-demo.ts';
import { firstNight } from './story/first-night.ts';
import { secondNight, thirdAndFourthNight } from './story/later-nights.ts';
import { createPaint } from './story/paint.ts';
import { renderCosts } from './story/render.ts';
import { createScene, tellStory } from './story/tell.ts';

const paint = createPaint({ isTerminal: process.stdout.isTTY, variables: process.env });
const silent = (): void => undefined;
const log = process.env['DEBUG']
  ? { info: console.log, warn: console.log, error: console.log }
  : { info: silent, warn: silent, error: silent };
const demo = await startDemo({ log });
try {
  const costs = await tellStory(createScene(demo), [firstNight, secondNight, thirdAndFourthNight], {
    write: (l) => console.log(l),
    paint,
  });
  for (const line of renderCosts(paint, costs)) console.log(line);
} catch (error) {
  console.error(error);
  for (const run of (demo.repository.stores['actions.runs'] as any) ?? []) {
    console.log(run.name, run.event, run.conclusion, run.problem);
    if (run.conclusion !== 'success' && process.env['DEBUG'])
      for (const j of run.jobs) {
        console.log(j.name, j.conclusion, JSON.stringify(j.annotations));
        for (const s of j.steps) console.log(s.name, s.conclusion, '\n', s.log);
      }
  }
  process.exitCode = 1;
} finally {
  await demo.close();
}
