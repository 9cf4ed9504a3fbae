import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';

const CHECK = '.ci/check-install.mjs';

it('a command typed before npm ci says so in one sentence', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tonic-bare-'));
  copyFileSync(CHECK, join(folder, 'check-install.mjs'));
  const { status, stderr } = spawnSync(process.execPath, ['check-install.mjs'], {
    cwd: folder,
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });
  expect([status, stderr]).toEqual([1, 'The packages are missing: run `npm ci` first.\n']);
});

it('all commands look at that themselves, as npm runs no script before them here', () => {
  expect(readFileSync('.npmrc', 'utf8')).toContain('ignore-scripts=true');
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync('package.json', 'utf8')));
  for (const name of ['start', 'demo', 'tonic', 'sandbox', 'test']) expect(scripts[name]).toContain(CHECK);
  expect(Object.keys(scripts).filter((name) => /^(?:pre|post)/u.test(name))).toEqual([]);
});
