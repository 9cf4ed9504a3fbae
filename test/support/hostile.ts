import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const FOLDER = join(import.meta.dirname, '..', '..', 'fixtures', 'hostile');

const Piece = z.union([z.string(), z.strictObject({ repeat: z.string(), times: z.int().positive() })]);
const Text = z.union([z.string(), z.array(Piece)]);
type Text = z.infer<typeof Text>;

const named = { name: z.string().min(1), tries: z.string().min(1) };
const FILES = {
  titles: z.strictObject({ ...named, text: Text }),
  bodies: z.strictObject({ ...named, text: Text }),
  branches: z.strictObject({ ...named, text: Text }),
  commands: z.strictObject({ ...named, text: Text }),
  commits: z.strictObject({ ...named, text: Text, path: Text, content: z.string().optional() }),
  configs: z.strictObject({ ...named, text: Text, reads: z.enum(['policy', 'broken']) }),
  payloads: z.strictObject({
    ...named,
    event: z.string(),
    text: Text.optional(),
    set: z.record(z.string(), z.unknown()).optional(),
  }),
} as const;

type Files = typeof FILES;
/** A kind of hostile input: a file in `fixtures/hostile`. */
export type HostileKind = keyof Files;
export const HOSTILE_KINDS: readonly HostileKind[] = [
  'titles',
  'bodies',
  'branches',
  'commands',
  'commits',
  'configs',
  'payloads',
];

/** A text as it is sent, and how it grows: what is repeated in it can be repeated more often. */
export type HostileEntry<K extends HostileKind> = z.infer<Files[K]>;

/** What stands in for `{{canary}}` and `{{url}}`: what must never be there, and never be asked for. */
export interface Traps {
  readonly canary: string;
  readonly url: string;
}

const NO_TRAPS: Traps = { canary: '/tmp/tonic-canary', url: 'https://evil.example/x' };

/** The hostile inputs of a kind, in the order of the file. */
export function hostile<K extends HostileKind>(kind: K): readonly HostileEntry<K>[] {
  const entries: unknown = parse(readFileSync(join(FOLDER, `${kind}.yml`), 'utf8'));
  return z.array<Files[K]>(FILES[kind]).parse(entries);
}

/** Writes a text out; `scale` repeats what is repeated in it more often or less. */
export function writeOut(text: Text, traps: Traps = NO_TRAPS, scale = 1): string {
  const pieces = typeof text === 'string' ? [text] : text;
  return pieces
    .map((piece) => (typeof piece === 'string' ? piece : piece.repeat.repeat(Math.ceil(piece.times * scale))))
    .join('')
    .replaceAll('{{canary}}', traps.canary)
    .replaceAll('{{url}}', traps.url);
}
