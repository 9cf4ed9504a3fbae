import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { describeSandbox } from './seed/describe.ts';
import { SeedError } from './seed/error.ts';
import { readSeed, type Seed } from './seed/format.ts';
import { plantSeed } from './seed/plant.ts';
import type { Sandbox, SandboxOptions } from './sandbox.ts';
import { createSandbox } from './server.ts';

const USAGE = `Usage: npm run sandbox -- [--port N] [--seed file.json] [--data folder]

  --port N          listen on this port of 127.0.0.1 (default: a free one)
  --seed file.json  begin with these users, repositories and Apps (docs/sandbox.md)
  --data folder     keep everything there and come back with it; a seed is used only the first time

Prints one line of JSON with the addresses, tokens and App credentials, and stays up until it is stopped.
`;

/** Ends with a sentence for the person who typed the command. */
class UsageError extends Error {}

async function main(): Promise<void> {
  const { port, seed: seedFile, data, help } = readArguments();
  if (help) {
    process.stdout.write(USAGE);
    return;
  }
  const seed = seedFile === undefined ? null : loadSeed(seedFile);
  const options: SandboxOptions = {
    ...(port === undefined ? {} : { port: readPort(port) }),
    ...(data === undefined ? {} : { dataFolder: resolve(data) }),
  };
  const sandbox = await open(options);
  const end = (): void => {
    void sandbox.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  try {
    if (seed) await plantSeed(sandbox, seed, dirname(resolve(seedFile ?? '')));
  } catch (error) {
    await sandbox.close();
    throw error;
  }
  sandbox.save();
  process.stdout.write(`${JSON.stringify(describeSandbox(sandbox))}\n`);
}

/** @throws UsageError where the port or the folder that somebody named cannot be had. */
async function open(options: SandboxOptions): Promise<Sandbox> {
  try {
    return await createSandbox(options);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'EADDRINUSE')
      throw new UsageError(`--port ${options.port}: taken by another process; choose another one`);
    if (code === 'EACCES' && options.dataFolder === undefined)
      throw new UsageError(`--port ${options.port}: not allowed for this user; choose one above 1023`);
    if (options.dataFolder !== undefined && ['EEXIST', 'ENOTDIR', 'EACCES', 'EROFS'].includes(String(code)))
      throw new UsageError(`--data ${options.dataFolder}: no folder that can be written to`);
    throw error;
  }
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string' },
        seed: { type: 'string' },
        data: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

function readPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageError(`--port ${text}: not a port (0 to 65535)`);
  return port;
}

function loadSeed(file: string): Seed {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--seed ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const read = readSeed(text);
  if (read.kind === 'seed') return read.seed;
  throw new UsageError(`${file}:\n${read.faults.map((fault) => `  ${fault}`).join('\n')}`);
}

function explain(error: unknown): string {
  if (error instanceof UsageError) return error.message;
  if (error instanceof SeedError) return `The seed cannot be used: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
}
