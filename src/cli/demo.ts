import { processVariables } from '../config/env.ts';
import { DEMO_USAGE, parseDemoArguments } from './demo-arguments.ts';
import { endOnSignals, silentLog } from './process-end.ts';
import { createPaint } from './story/paint.ts';
import { playStory } from './story/play.ts';
import { startDemo } from '../compose-demo.ts';

/** `npm run demo`: tells the story and ends with 0, or with 1 and the step that failed. */
async function main(): Promise<number> {
  const wish = parseDemoArguments(process.argv.slice(2));
  if (wish.kind === 'help') {
    console.log(DEMO_USAGE);
    return 0;
  }
  if (wish.kind === 'refused') {
    console.error(`${wish.message}\n\n${DEMO_USAGE}`);
    return 1;
  }
  const telling = {
    write: (line: string) => console.log(line),
    paint: createPaint({ isTerminal: process.stdout.isTTY, variables: processVariables() }),
  };
  const beganAtMs = performance.now();
  const demo = await startDemo({ log: silentLog });
  const forget = endOnSignals(() => demo.close());
  try {
    await playStory(demo, telling);
    telling.write(`\nThe whole story took ${((performance.now() - beganAtMs) / 1000).toFixed(1)} s.`);
    return 0;
  } finally {
    forget();
    await demo.close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`\nThis went wrong: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
