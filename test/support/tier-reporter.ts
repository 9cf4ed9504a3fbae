import type { Reporter, TestModule } from 'vitest/node';

interface Tier {
  passed: number;
  failed: number;
  skipped: number;
  files: number;
  durationMs: number;
}

/** Prints, after everything else, what ran in each tier, and one plain line for all of them. */
export function createTierReporter(): Reporter {
  return {
    onTestRunEnd(modules) {
      const tiers = new Map<string, Tier>();
      for (const module of modules) {
        const name = module.project.name;
        tiers.set(name, add(tiers.get(name) ?? EMPTY, module));
      }
      const rows = [...tiers].toSorted(([left], [right]) => left.localeCompare(right));
      process.stdout.write(`\nWhat ran\n${rows.map(([name, tier]) => renderTier(name, tier)).join('')}`);
      const all = rows.map(([, tier]) => tier);
      const sum = (count: (tier: Tier) => number) => all.reduce((total, tier) => total + count(tier), 0);
      process.stdout.write(`\n${sum((tier) => tier.passed)} passed, ${sum((tier) => tier.failed)} failed\n`);
    },
  };
}

const EMPTY: Tier = { passed: 0, failed: 0, skipped: 0, files: 0, durationMs: 0 };

function add(tier: Tier, module: TestModule): Tier {
  const states = [...module.children.allTests()].map((test) => test.result().state);
  const count = (state: string) => states.filter((each) => each === state).length;
  // A file that cannot even be loaded has no tests, and failed all the same.
  const isBroken = states.length === 0 && module.state() === 'failed';
  return {
    passed: tier.passed + count('passed'),
    failed: tier.failed + count('failed') + (isBroken ? 1 : 0),
    skipped: tier.skipped + count('skipped'),
    files: tier.files + 1,
    durationMs: tier.durationMs + module.diagnostic().duration,
  };
}

function renderTier(name: string, tier: Tier): string {
  const counts = `${tier.passed} passed, ${tier.failed} failed, ${tier.skipped} skipped`;
  const seconds = (tier.durationMs / 1_000).toFixed(1);
  return `  ${name.padEnd(12)} ${counts.padEnd(36)} ${String(tier.files).padStart(3)} files ${seconds.padStart(7)} s\n`;
}
