import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRedaction } from '../../../src/domain/redact.ts';
import { createCommandDeployer } from '../../../src/adapters/deploy/command-deployer.ts';
import { parsePolicy } from '../../../src/config/parse-policy.ts';
import { createOrigin, type Origin } from '../../support/git-origin.ts';
import { aDeployRequest } from '../../support/builders.ts';

const EXAMPLES = 'docs/examples';
const names = readdirSync(EXAMPLES);
const scriptsOf = (name: string) => readdirSync(join(EXAMPLES, name)).filter((file) => file.endsWith('.sh'));

const script = (file: string) => ({ script: readFileSync(join(EXAMPLES, 'static', file), 'utf8') });

describe.each(names)('the example %s', (name) => {
  it('has a configuration that is understood', () => {
    const text = readFileSync(join(EXAMPLES, name, 'tonic.yml'), 'utf8');
    expect(parsePolicy(text, 'tonic.yml')).toMatchObject({ kind: 'policy', warnings: [] });
  });

  it.each(scriptsOf(name))('has a script %s that bash can read', (script) => {
    execFileSync('bash', ['-n', join(EXAMPLES, name, script)]);
  });

  it('runs scripts that are there', () => {
    const text = readFileSync(join(EXAMPLES, name, 'tonic.yml'), 'utf8');
    for (const [, path] of text.matchAll(/\.\/(docs\/examples\/\S+\.sh)/gu))
      expect(existsSync(path ?? '')).toBe(true);
  });
});

describe('the static example, run', () => {
  let origin: Origin;
  let place: string;
  beforeEach(() => {
    origin = createOrigin();
    place = mkdtempSync(join(tmpdir(), 'tonic-static-'));
  });
  afterEach(() => {
    origin.dispose();
    rmSync(place, { recursive: true, force: true });
  });

  function commit(page: string): string {
    return origin.commit({
      'index.html': page,
      'deploy.sh': script('deploy.sh'),
      'verify.sh': script('verify.sh'),
    });
  }

  it('puts exactly the candidate live, again without a change, and goes back to what was live before', async () => {
    const [first, second] = [commit('one'), commit('two')];
    origin.publish();
    const deployer = createCommandDeployer({
      repository: origin.open(),
      variables: { PATH: process.env['PATH'] },
      log: { info() {}, warn() {}, error() {} },
      redaction: createRedaction([]),
    });
    const run = async (script: string, candidate: string) =>
      deployer.run({ run: `./${script} '${place}'`, timeoutMinutes: 1 }, aDeployRequest({ candidate }));
    const page = () => readFileSync(join(place, 'live', 'index.html'), 'utf8');

    expect(await run('deploy.sh', first)).toMatchObject({ ok: true, outputs: { version: first } });
    expect(page()).toBe('one');
    expect(await run('verify.sh', first)).toMatchObject({ ok: true });
    expect(await run('verify.sh', second)).toMatchObject({ ok: false });
    expect(await run('deploy.sh', second)).toMatchObject({ ok: true });
    expect(await run('deploy.sh', second)).toMatchObject({ ok: true });
    expect(page()).toBe('two');
    expect(await run('deploy.sh', first)).toMatchObject({ ok: true });
    expect(page()).toBe('one');
    expect(readdirSync(join(place, 'releases'))).toHaveLength(2);
  });
});
