import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createGitRepository } from '../../../src/adapters/git/repository.ts';
import { makeBranch, shopPath, startTown, writeFile, type Town } from '../sandbox/support.ts';

const folder = mkdtempSync(join(tmpdir(), 'push-rules-'));
let town: Town;
afterEach(async () => {
  await town.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a push that the rules of the host refuse says that it was they, and which', async () => {
  town = await startTown();
  const before = await writeFile(town, { path: 'README.md', content: 'Shop\n' });
  await makeBranch(town, 'uat');
  const target = await writeFile(town, { path: 'fix.txt', content: 'Fixed\n' });
  await town.as('ada').repos.createRepoRuleset({
    ...shopPath,
    name: 'UAT',
    enforcement: 'active',
    conditions: { ref_name: { include: ['refs/heads/uat'], exclude: [] } },
    rules: [{ type: 'update' }],
  });
  const secret = Buffer.from(`x-access-token:${town.tokens.will}`).toString('base64');
  const repository = createGitRepository({
    directory: folder,
    url: `${town.sandbox.url}/acme/shop.git`,
    authorization: () => Promise.resolve(`basic ${secret}`),
    identity: { name: 'Will', email: 'will@example.com' },
  });
  await repository.fetch({ branches: ['main', 'uat'], history: 'full' });

  expect(await repository.push([{ ref: 'refs/heads/uat', expected: before, target }])).toEqual({
    kind: 'refused',
    ref: 'refs/heads/uat',
    rule: 'ruleset',
    message: expect.stringContaining('Cannot update this protected ref.'),
  });
});
