import { accessSync, constants, readFileSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

const IN_MEMORY = '/dev/shm';
/** More than twice what all tests together have at one time. */
const NEEDED_BYTES = 2 * 1024 ** 3;

/**
 * Where tests keep their files, which live for seconds: in memory, where this machine has room for them there and lets
 * programs be started from it; else where temporary files are kept.
 */
export function memoryFolder(): string {
  if (process.env['TMPDIR'] !== undefined || process.platform !== 'linux') return tmpdir();
  try {
    accessSync(IN_MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    const mount = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .find((line) => line.split(' ')[1] === IN_MEMORY);
    const isFit = mount !== undefined && !mount.includes('noexec') && bavail * bsize > NEEDED_BYTES;
    return isFit ? IN_MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}
