import { beforeAll, expect, test } from 'vitest';
import { silentLog } from '../../src/cli/process-end.ts';
import { createPaint } from '../../src/cli/story/paint.ts';
import { STORY } from '../../src/cli/story/play.ts';
import { createScene, tellStory } from '../../src/cli/story/tell.ts';
import { startDemo, type Demo } from '../../src/compose-demo.ts';
import { endOf, type StoryEnd } from '../support/story-end.ts';

const telling = { write: () => undefined, paint: createPaint({ isTerminal: false, variables: {} }) };

/** Tells the whole story of the demo, which fails at a step that does not go as told; gives how it ended. */
async function tell(arrange: (demo: Demo) => Demo): Promise<StoryEnd> {
  const demo = await startDemo({ log: silentLog });
  try {
    const scene = createScene(arrange(demo));
    await tellStory(scene, STORY, telling);
    await demo.running()?.reconcile();
    await demo.settle();
    return await endOf(scene);
  } finally {
    await demo.close();
  }
}

/** No webhook ever arrives; the App looks by itself instead, as it does every few minutes. */
function withoutWebhooks(demo: Demo): Demo {
  demo.sandbox.faults.failDelivery({ times: Infinity, effect: { kind: 'drop' } });
  const look = async (): Promise<void> => {
    await demo.running()?.reconcile();
    await demo.settle();
  };
  return {
    ...demo,
    async settle() {
      await demo.settle();
      await look();
    },
    async moveTo(atMs) {
      await demo.moveTo(atMs);
      await look();
    },
  };
}

/** Every webhook arrives twice, and those that are near each other in the wrong order. */
function withWildWebhooks(demo: Demo): Demo {
  demo.sandbox.faults.failDelivery({ times: Infinity, effect: { kind: 'duplicate' } });
  demo.sandbox.faults.failDelivery({ times: Infinity, effect: { kind: 'reorder' } });
  return demo;
}

let undisturbed: StoryEnd;
let lost: StoryEnd;
let wild: StoryEnd;
beforeAll(async () => {
  [undisturbed, lost, wild] = await Promise.all([
    tell((demo) => demo),
    tell(withoutWebhooks),
    tell(withWildWebhooks),
  ]);
}, 280_000);

test('the story goes and ends the same when every webhook is lost', () => {
  expect(lost).toEqual(undisturbed);
});

test('the story goes and ends the same when every webhook comes twice and out of order', () => {
  expect(wild).toEqual(undisturbed);
});
