import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fillBlocks } from '../../src/cli/generated-block.ts';
import { loadGeneratedFiles } from '../../src/cli/generated-file.ts';
import { configKeys, renderConfigTable, renderSchema } from '../../src/config/generate.ts';
import { COMMANDS } from '../../src/domain/commands/index.ts';
import { STATUSES } from '../../src/domain/status.ts';

const root = join(import.meta.dirname, '..', '..');

it('generated files are what the source makes: else run npm run gen', async () => {
  const files = await loadGeneratedFiles(root);
  const stale = files.filter(({ current, wanted }) => current !== wanted).map(({ path }) => path);
  expect(stale).toEqual([]);
  expect(files.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['docs/config.md', 'docs/reference.md', 'docs/tonic.schema.json']),
  );
});

it('the README names every command, the reference every status', async () => {
  const files = await loadGeneratedFiles(root);
  const page = (name: string) => files.find(({ path }) => path === name)?.wanted ?? '';
  for (const { name } of COMMANDS) expect(page('README.md')).toContain(`\`/${name}`);
  for (const { name } of STATUSES) expect(page('docs/reference.md')).toContain(`| \`${name}\` |`);
});

describe('a generated block', () => {
  const sources = { a: () => 'new text' };

  it('is filled, and filled again to the same', () => {
    const page = 'before\n<!-- generated:a -->\nold\n<!-- end generated -->\nafter\n';
    const filled = fillBlocks(page, sources);
    expect(filled).toContain('new text');
    expect(filled).not.toContain('old');
    expect(filled.startsWith('before\n') && filled.endsWith('\nafter\n')).toBe(true);
    expect(fillBlocks(filled, sources)).toBe(filled);
  });

  it('with an unknown name is an error', () => {
    const page = '<!-- generated:b -->\n<!-- end generated -->';
    expect(() => fillBlocks(page, sources)).toThrow('nothing generates "b"; known are a');
  });

  it('without an end is an error', () => {
    expect(() => fillBlocks('<!-- generated:a -->\nold', sources)).toThrow('has no end');
  });
});

describe('the description of the configuration', () => {
  it('explains every key', () => {
    expect(configKeys().filter((key) => key.description === '')).toEqual([]);
    expect(configKeys().length).toBeGreaterThan(30);
  });

  it('shows keys, values and defaults', () => {
    expect(renderConfigTable()).toContain('| `slots.latest_start_minutes` | whole number | `60` |');
    expect(renderConfigTable()).toContain(
      '| `environments.<uat or prod>.version_file` | text or `null` | `null` |',
    );
    expect(renderConfigTable()).toContain('| `environments.<uat or prod>.deploy.run` | text | needed |');
    expect(renderConfigTable()).toContain('| `environments.prod.branch` | text | `main` |');
  });

  it('is a schema that refuses unknown keys', () => {
    expect(JSON.parse(renderSchema())).toMatchObject({
      title: 'Tonic Deploy configuration (.github/tonic.yml)',
      additionalProperties: false,
      properties: { slots: { additionalProperties: false, properties: { t1: { default: '20:00' } } } },
    });
  });
});
