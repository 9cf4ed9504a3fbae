import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const Manifest = z.object({
  default_permissions: z.record(z.string(), z.enum(['read', 'write'])),
  default_events: z.array(z.string()),
});
const manifest = Manifest.parse(parse(readFileSync('app.yml', 'utf8')));

test('the manifest asks for the permissions that the documentation explains, and no others', () => {
  const rows = readFileSync('docs/operate.md', 'utf8').matchAll(/^ +\| `(\w+)` \| (read|write) \| .+ \|$/gmu);
  const documented = Object.fromEntries([...rows].map(([, name, access]) => [name, access]));
  expect(manifest.default_permissions).toEqual(documented);
});

test('the manifest never asks to write workflow files', () => {
  expect(manifest.default_permissions).not.toHaveProperty('workflows');
});

test('the manifest asks for the events that the App handles', () => {
  const registered = readFileSync('src/app/app.ts', 'utf8').split('probot.on(').slice(1).join('');
  const handled = registered.matchAll(/'([a-z_]+)(?:\.[a-z_]+)?'/gu);
  // GitHub sends the installation events to every App.
  const events = new Set(
    [...handled].map(([, name]) => name).filter((name) => !name?.startsWith('installation')),
  );
  expect(new Set(manifest.default_events)).toEqual(events);
});
