import { beforeAll, expect, test } from 'vitest';
import { silentLog } from '../../src/cli/process-end.ts';
import { createPaint } from '../../src/cli/story/paint.ts';
import { STORY } from '../../src/cli/story/play.ts';
import { createScene, tellStory } from '../../src/cli/story/tell.ts';
import { startDemo, type Demo } from '../../src/compose-demo.ts';
import { runsOf } from '../../src/sandbox/actions/model.ts';
import { endOf, type StoryEnd } from '../support/story-end.ts';

const telling = { write: () => undefined, paint: createPaint({ isTerminal: false, variables: {} }) };

/** Tells the whole story of the demo, which fails at a step that does not go as told; gives how it ended. */
async function tell(arrange: (demo: Demo) => Demo, idsAfter: number): Promise<StoryEnd> {
  const demo = await startDemo({ log: silentLog, idsAfter });
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

/** A run that the App begins when it looks asks for its answers, which come when it looks again, and so on. */
const MOST_LOOKS = 4;

/** No webhook ever arrives; the App looks by itself instead, as it does every few minutes. */
function withoutWebhooks(demo: Demo): Demo {
  demo.sandbox.faults.failDelivery({ times: Infinity, effect: { kind: 'drop' } });
  const isAsked = (): boolean => runsOf(demo.repository).some(({ status }) => status === 'waiting');
  const look = async (): Promise<void> => {
    for (let looks = 0; looks === 0 || (looks < MOST_LOOKS && isAsked()); looks += 1) {
      await demo.running()?.reconcile();
      await demo.settle();
    }
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

/** Every webhook arrives twice, and those that are near each other in the wrong order; time alone brings a look. */
function withWildWebhooks(demo: Demo): Demo {
  demo.sandbox.faults.failDelivery({ times: Infinity, effect: { kind: 'duplicate' } });
  demo.sandbox.faults.failDelivery({ times: Infinity, effect: { kind: 'reorder' } });
  return {
    ...demo,
    async moveTo(atMs) {
      await demo.moveTo(atMs);
      await demo.running()?.reconcile();
      await demo.settle();
    },
  };
}

let lost: StoryEnd;
let wild: StoryEnd;
beforeAll(async () => {
  [lost, wild] = await Promise.all([tell(withoutWebhooks, 1_000), tell(withWildWebhooks, 500_000)]);
}, 280_000);

test('the story goes as told, and ends the same, when every webhook is lost and when every one comes twice and out of order', () => {
  expect(lost).toEqual(wild);
});
