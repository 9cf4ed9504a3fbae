import { accessSync, constants, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const IN_MEMORY = '/dev/shm';
/** More than twenty times what all tests together have at one time. */
const NEEDED_BYTES = 2 * 1024 ** 3;

/** A folder for the files of this run of tests; it is gone when this process ends, with whatever is left in it. */
export function createTestFolder(): string {
  const folder = mkdtempSync(join(isMemoryFit() ? IN_MEMORY : tmpdir(), 'tonic-tests-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/**
 * Files of tests live for seconds: in memory they cost less, where this machine has room for them there and lets programs
 * be started from it, and nobody has said where temporary files are to be kept.
 */
function isMemoryFit(): boolean {
  if (process.env['TMPDIR'] !== undefined || process.platform !== 'linux') return false;
  try {
    accessSync(IN_MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
    const mount = mounts.find((line) => line.split(' ')[1] === IN_MEMORY);
    return mount !== undefined && !mount.includes('noexec') && bavail * bsize > NEEDED_BYTES;
  } catch {
    return false;
  }
}
