import { createActor, type Actor } from './actor.ts';
import { observe, type Observation } from './observation.ts';
import type { Paint } from './paint.ts';
import { renderChanges, renderDay, renderHeading, type StepCost } from './render.ts';
import type { Plot, Scene } from './scene.ts';
import type { Chapter, Step } from './step.ts';
import { verify } from './verify.ts';
import type { Demo } from '../../compose-demo.ts';

/** How the story is told. */
export interface Telling {
  readonly write: (line: string) => void;
  readonly paint: Paint;
}

/** Sets the scene: the people of the demo, ready to act. */
export function createScene(demo: Demo): Scene {
  const plot: Plot = new Map();
  const actors = new Map<string, Actor>();
  const workplace = {
    apiUrl: demo.sandbox.apiUrl,
    serverUrl: demo.sandbox.url,
    owner: demo.owner,
    name: demo.name,
    folder: `${demo.folder}/people`,
    nowMs: () => demo.sandbox.clock.nowMs(),
  };
  return {
    demo,
    plot,
    actor(login) {
      const person = demo.people[login];
      if (person === undefined) throw new Error(`nobody is called ${login}`);
      const known = actors.get(login) ?? createActor(workplace, { login, token: person.token });
      actors.set(login, known);
      return known;
    },
    numberOf(name) {
      const number = plot.get(name);
      if (number === undefined) throw new Error(`the story has no ${name} yet`);
      return number;
    },
  };
}

/**
 * Tells chapters: every step is done by its people, shown, and compared with what the story says.
 *
 * @throws StoryFailure at the first step that ends otherwise.
 */
export async function tellStory(
  scene: Scene,
  chapters: readonly Chapter[],
  telling: Telling,
): Promise<StepCost[]> {
  const costs: StepCost[] = [];
  let before = await observe(scene);
  for (const chapter of chapters) {
    telling.write('');
    telling.write(telling.paint.bold(chapter.title));
    let day = chapter.steps[0]?.at[0];
    for (const step of chapter.steps) {
      if (step.at[0] !== day) telling.write(renderDay(telling.paint, step.at[0]));
      [day] = step.at;
      const { after, cost } = await tellStep(scene, telling, { step, before });
      costs.push(cost);
      before = after;
    }
  }
  return costs;
}

async function tellStep(
  scene: Scene,
  telling: Telling,
  { step, before }: { readonly step: Step; readonly before: Observation },
): Promise<{ after: Observation; cost: StepCost }> {
  const { demo } = scene;
  const beganAtMs = performance.now();
  const callsBefore = demo.calls();
  await demo.moveTo(demo.at(...step.at));
  const time = demo.localTime();
  await step.act?.(scene);
  await demo.settle();
  if (demo.channel !== null) await demo.running()?.deliver();
  const callsAfter = demo.calls();
  const after = await observe(scene);
  const told = fillIn(step.what, scene.plot);
  const cost: StepCost = {
    elapsedMs: performance.now() - beganAtMs,
    calls: callsAfter.api - callsBefore.api,
  };
  telling.write(renderHeading(telling.paint, { time, who: step.who, told, cost }));
  for (const line of renderChanges(telling.paint, { before, after, quiet: step.quiet === true }))
    telling.write(line);
  await verify(scene, { ...step, told }, { before, after });
  return { after, cost };
}

function fillIn(text: string, plot: Plot): string {
  return text.replaceAll(/\{([\w.-]+)\}/gu, (whole, name: string) => {
    const number = plot.get(name);
    return number === undefined ? whole : `#${number}`;
  });
}
