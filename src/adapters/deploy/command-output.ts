import { open } from 'node:fs/promises';

/** What is read of the file; the rest is passed over. */
const READ_BYTES = 64 * 1024;
const LONGEST_VALUE = 1_000;
const MOST_VALUES = 100;

const LINE = /^([a-z][a-z0-9_.-]{0,79})=(.*)$/u;

/**
 * Reads what a command wrote to `TONIC_OUTPUT`, one `name=value` a line; a later line wins, other lines are passed over.
 *
 * Bounds: the first 64 kB, 100 names, 1,000 characters a value. No file is no outputs.
 */
export async function readOutputs(path: string): Promise<Readonly<Record<string, string>>> {
  const outputs = new Map<string, string>();
  for (const line of (await readStart(path)).split('\n')) {
    const [, name, value] = LINE.exec(line.replace(/\r$/u, '')) ?? [];
    if (name === undefined || value === undefined) continue;
    if (outputs.has(name) || outputs.size < MOST_VALUES)
      outputs.set(name, value.trim().slice(0, LONGEST_VALUE));
  }
  return Object.fromEntries(outputs);
}

async function readStart(path: string): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(READ_BYTES), 0, READ_BYTES, 0);
      return buffer.subarray(0, bytesRead).toString('utf8');
    } finally {
      await file.close();
    }
  } catch {
    // The command has taken the file away, or it is no file any more: it says nothing.
    return '';
  }
}
