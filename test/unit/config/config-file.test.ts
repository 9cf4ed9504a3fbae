import { describe, expect, it } from 'vitest';
import { renderConfigFile } from '../../../src/config/config-file.ts';
import { configKeys } from '../../../src/config/generate.ts';
import { parsePolicy } from '../../../src/config/parse-policy.ts';

const FILE = renderConfigFile();

/** The file with its keys switched on; the words about them and the examples stay comments. */
const SWITCHED_ON = FILE.replaceAll(/^# ( *)(?!#)/gmu, '$1').replaceAll(
  /^.*(?:yaml-language|How bugs|What is).*\n/gmu,
  '',
);

describe('the configuration to begin with', () => {
  it('is the defaults as it is', () => {
    expect(parsePolicy(FILE, 'tonic.yml')).toEqual(parsePolicy(null, 'tonic.yml'));
  });

  it('is the defaults with every key switched on too', () => {
    expect(SWITCHED_ON).toContain('\n    branch: uat\n');
    expect(parsePolicy(SWITCHED_ON, 'tonic.yml')).toEqual(parsePolicy(null, 'tonic.yml'));
  });

  it('names pages by where they are, as no link leads there', () => {
    expect(FILE).toContain('docs/checks.md of');
    expect(FILE).not.toContain('](');
  });

  it('holds every key, and examples that are understood', () => {
    const paths = configKeys().map(({ path }) => path);
    // Names of people's own choice have no default.
    const named = paths.filter((path) => !path.includes('<name>'));
    for (const path of named) expect(FILE).toContain(`${path.split('.').at(-1)}: `);
    const deploying = SWITCHED_ON.replaceAll(
      /# (deploy|verify|watch|smoke): (\{.*\})\n +\1: null/gu,
      '$1: $2',
    );
    const reading = parsePolicy(deploying, 'tonic.yml');
    expect(reading.kind === 'policy' ? reading.policy.environments.prod : reading).toMatchObject({
      deploy: { run: './deploy.sh', timeoutMinutes: 15 },
      verify: { run: './verify.sh', timeoutMinutes: 15 },
      smoke: { kind: 'command', command: { run: './smoke.sh' } },
      watch: { minutes: 10, limits: [{ name: 'memory_percent' }] },
    });
  });

  it('names the schema for editors first', () => {
    expect(FILE.split('\n')[0]).toMatch(
      /^# yaml-language-server: \$schema=https:\/\/.*tonic\.schema\.json$/u,
    );
  });
});
