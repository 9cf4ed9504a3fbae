import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandPolicy } from '../../domain/owner-command.ts';
import { redactAll, type Redaction } from '../../domain/redact.ts';
import type { CommandResult, Deployer, DeployRequest } from '../../ports/deployer.ts';
import type { Log } from '../../ports/log.ts';
import type { Repository } from '../../ports/repository.ts';
import { buildCommandEnvironment, type Variables } from './command-environment.ts';
import { readOutputs } from './command-output.ts';
import { runCommand, type CommandEnd } from './run-command.ts';

const KEPT_CHARACTERS = 4_000;
const LONGEST_SHOWN_LINE = 2_000;

// oxlint-disable-next-line no-control-regex -- it is about control characters
const ANSI = /\u001B(?:\[[\d;?]{0,32}[ -/]?[@-~]|\][^\u0007\u001B]{0,500}(?:\u0007|\u001B\\)?)/gu;

export interface CommandDeployerOptions {
  /** Writes the candidate's files. */
  readonly repository: Pick<Repository, 'checkOut'>;
  readonly log: Log;
  /** The variables of this process; only some are passed on to a command. */
  readonly variables: Variables;
  /** Names of further variables to pass on, such as a cloud account's. */
  readonly passOn?: readonly string[];
  /** Keeps secrets out of what a command writes. */
  readonly redaction: Redaction;
  /** Where the checkouts go; the system's temporary folder by default. */
  readonly scratchFolder?: string;
}

/**
 * Runs deploy commands with `bash -euo pipefail`, each in a fresh folder with exactly the candidate's files.
 *
 * The command text is the owner's and is run as it is; what is told to it comes as `TONIC_…` variables and is never put
 * into the text. See {@link buildCommandEnvironment} for what it sees of this process, {@link runCommand} for how it ends.
 *
 * @throws GitFailure (from `run`) when the candidate's files cannot be written.
 */
export function createCommandDeployer(options: CommandDeployerOptions): Deployer {
  return {
    async run(command, request) {
      const folder = await mkdtemp(join(options.scratchFolder ?? tmpdir(), 'tonic-deploy-'));
      try {
        const tree = join(folder, 'tree');
        await mkdir(tree);
        const outputFile = join(folder, 'output');
        await writeFile(outputFile, '');
        await options.repository.checkOut(request.candidate, tree);
        return await runIn(tree, { command, request, options, outputFile });
      } finally {
        await removeFolder(folder, options.log);
      }
    },
  };
}

/** A folder that a command has locked is left behind: what was deployed is deployed. */
async function removeFolder(folder: string, log: Log): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    log.warn('the folder of a deploy could not be removed', { folder });
  }
}

async function runIn(
  folder: string,
  given: {
    readonly command: CommandPolicy;
    readonly request: DeployRequest;
    readonly options: CommandDeployerOptions;
    readonly outputFile: string;
  },
): Promise<CommandResult> {
  const { command, request, options, outputFile } = given;
  const redact = { stdout: options.redaction.lines(), stderr: options.redaction.lines() };
  let output = '';

  const keep = (line: string) => {
    const shown = line.slice(0, LONGEST_SHOWN_LINE);
    output = `${output}${shown}\n`.slice(-KEPT_CHARACTERS);
    options.log.info(`${request.environment} | ${shown}`);
  };
  const end = await runCommand({
    program: 'bash',
    args: ['--noprofile', '--norc', '-euo', 'pipefail', '-c', command.run],
    folder,
    environment: {
      ...buildCommandEnvironment(options.variables, options.passOn ?? [], request),
      TONIC_OUTPUT: outputFile,
    },
    timeoutMs: command.timeoutMinutes * 60_000,
    onLine: (line, from) => keep(redact[from](withoutControl(line))),
  });
  const ending = describeEnd(end, command);
  if (ending !== null) keep(ending);
  return {
    ok: end.exitCode === 0 && !end.timedOut,
    exitCode: end.timedOut ? null : end.exitCode,
    timedOut: end.timedOut,
    output,
    outputs: redactAll(await readOutputs(outputFile), (value) =>
      options.redaction.text(withoutControl(value)),
    ),
  };
}

function describeEnd(end: CommandEnd, command: CommandPolicy): string | null {
  if (end.cannotStart !== null) return `bash could not be started: ${end.cannotStart}`;
  return end.timedOut ? `ended: it took longer than ${command.timeoutMinutes} minutes` : null;
}

/** Colours go, and so does `##[…]`, which a runner of Actions takes for an order wherever it stands in a line. */
function withoutControl(line: string): string {
  return line
    .replaceAll(ANSI, '')
    .replaceAll(/\p{Cc}/gu, ' ')
    .replaceAll('##[', '## [');
}
