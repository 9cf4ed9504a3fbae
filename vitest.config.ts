import { defineConfig } from 'vitest/config';

/** GitHub's workflow packages import JSON without an attribute, so vitest has to transform them. */
const inlined = [/@actions\//];

/** One project a tier: the folder under `test/` is the tier (docs/extend.md has the table). */
function tier(name: string, testTimeout: number) {
  return {
    test: {
      name,
      include: [`test/${name}/**/*.test.ts`],
      testTimeout,
      hookTimeout: 30_000,
      server: { deps: { inline: inlined } },
    },
  };
}

export default defineConfig({
  test: {
    projects: [
      tier('unit', 5_000),
      tier('property', 20_000),
      tier('contract', 20_000),
      tier('integration', 30_000),
      tier('e2e', 60_000),
    ],
    maxWorkers: 2,
  },
});
