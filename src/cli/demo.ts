import { processVariables } from '../config/env.ts';
import { withoutSecrets } from '../domain/redact.ts';
import { DEMO_USAGE, parseDemoArguments, type DemoWish } from './demo-arguments.ts';
import { endOnSignals, silentLog } from './process-end.ts';
import { createPaint } from './story/paint.ts';
import { playStory } from './story/play.ts';
import { basename } from 'node:path';
import { checkOwnRepository, writeClone } from '../compose-demo-clone.ts';
import { startDemo, type DemoOptions } from '../compose-demo.ts';
import { playOnOwnRepository } from './story/own-repository.ts';

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
  const demo = await startDemo({ log: silentLog, ...(await siteOf(wish)) });
  const forget = endOnSignals(() => demo.close());
  try {
    await (wish.kind === 'story' ? playStory(demo, telling) : playOnOwnRepository(demo, telling));
    telling.write(`From start to end it took ${((performance.now() - beganAtMs) / 1000).toFixed(1)} s.`);
    return 0;
  } finally {
    forget();
    await demo.close();
  }
}

/** @throws UnfitRepository with a sentence for whoever typed the command. */
async function siteOf(wish: DemoWish): Promise<Partial<DemoOptions>> {
  if (wish.kind !== 'own_repository') return { hasChannel: true };
  await checkOwnRepository(wish);
  const name = basename(wish.repo.replace(/\/+$/u, ''), '.git').replaceAll(/[^\w.-]+/gu, '-');
  return {
    name: /^[\w-]/u.test(name) ? name : 'repository',
    branches: { uat: wish.uat, prod: wish.prod },
    isSetUp: false,
    write: (site) => writeClone(site, wish),
  };
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(
    withoutSecrets(`\nThis went wrong: ${error instanceof Error ? error.message : String(error)}`),
  );
  process.exitCode = 1;
}
