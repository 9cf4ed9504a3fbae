import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { createTestFolder } from './test/support/test-folder.ts';
import { createTierReporter } from './test/support/tier-reporter.ts';

/**
 * GitHub's workflow packages import JSON without an attribute, so vitest has to transform them. For every tier: the
 * projects of one run share what they know of a package.
 */
const INLINED = [/@actions\//];

const TEST_FOLDER = createTestFolder();

/** One project a tier: the folder under `test/` is the tier (docs/extend.md has the table). */
function tier(name: string, testTimeout: number) {
  return {
    logLevel: 'error' as const,
    test: {
      name,
      include: [`test/${name}/**/*.test.ts`],
      testTimeout,
      hookTimeout: 30_000,
      server: { deps: { inline: INLINED } },
      // Nothing of ours that is loaded has a state, but for caches: files that follow each other may share it, warm.
      isolate: false,
      // The action is compiled once, not once a sandbox.
      env: { TMPDIR: TEST_FOLDER, NODE_COMPILE_CACHE: join(TEST_FOLDER, 'compiled') },
    },
  };
}

export default defineConfig({
  // Packages that come without the sources which their maps name are no news.
  logLevel: 'error',
  test: {
    projects: [
      tier('unit', 5_000),
      tier('property', 20_000),
      tier('contract', 20_000),
      tier('integration', 30_000),
      tier('e2e', 60_000),
    ],
    // Three on two cores: a third of the time a test waits for a clock or for another process.
    maxWorkers: 3,
    reporters: [process.stdout.isTTY ? 'default' : 'dot', createTierReporter()],
  },
});
