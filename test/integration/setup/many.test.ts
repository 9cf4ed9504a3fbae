import { afterEach, beforeEach, expect, it } from 'vitest';
import { createGitHub } from '../../../src/adapters/github/github.ts';
import { createOctokit } from '../../../src/adapters/github/octokit.ts';
import { listRulesets } from '../../../src/adapters/github/setup/read-ruleset.ts';
import { readVariables } from '../../../src/adapters/github/setup/read-secret.ts';
import { withoutSecrets } from '../../../src/domain/redact.ts';
import { setVariable } from '../../../src/sandbox/actions/setting.ts';
import { rulesetsOf } from '../../../src/sandbox/rule/store.ts';
import { startWorld, type SandboxWorld } from '../../support/sandbox-world.ts';

const SHOP = { owner: 'acme', repo: 'shop' };
const silent = (): void => undefined;
const LOG = { info: silent, warn: silent, error: silent };

let world: SandboxWorld;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

function contextFor(token: string) {
  const client = createOctokit({ token, baseUrl: world.sandbox.apiUrl });
  const clock = world.sandbox.clock;
  return { client, ...SHOP, botLogins: ['tonic[bot]'], log: LOG, clock, redact: withoutSecrets };
}

function addVariables(names: readonly string[]): void {
  for (const name of names) setVariable(world.repository, { name, value: 'true' }, world.sandbox.clock.now());
}

const OTHERS = Array.from({ length: 45 }, (_, index) => `A_${index}`);

it('a variable beyond the first page is seen', async () => {
  addVariables([...OTHERS, 'TONIC_CLIENT_ID']);
  expect((await readVariables(contextFor(world.tokenOf('ada'))))?.get('TONIC_CLIENT_ID')).toBe('true');
});

it('a freeze by a variable beyond the first page is one', async () => {
  addVariables([...OTHERS, 'DEPLOY_FREEZE']);
  const { client: octokit, redact: _, ...rest } = contextFor(world.tokenOf('ada'));
  const { freezeVariables } = createGitHub({ octokit, ...rest, ledgerBranch: 'tonic-ledger' });
  await freezeVariables.refresh();
  expect(freezeVariables.known().freeze).toBe('true');
});

it('a ruleset beyond the first page is seen, and a short list is one call', async () => {
  const context = contextFor(world.tokenOf('ada'));
  const listed = async () => {
    const before = world.sandbox.requests.length;
    const { length } = await listRulesets(context);
    return { length, calls: world.sandbox.requests.length - before };
  };
  await world.as('ada').request('POST /repos/{owner}/{repo}/rulesets', {
    ...SHOP,
    name: 'one',
    target: 'branch',
    enforcement: 'disabled',
  });
  expect(await listed()).toEqual({ length: 1, calls: 1 });
  const rulesets = rulesetsOf(world.repository);
  rulesets.push(
    ...rulesets.flatMap((one) => Array.from({ length: 104 }, (_, n) => ({ ...one, id: one.id + 1 + n }))),
  );
  expect(await listed()).toEqual({ length: 105, calls: 2 });
});
