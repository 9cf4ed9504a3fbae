import { readNumber } from '../../domain/metric.ts';
import type { CommandPolicy } from '../../domain/owner-command.ts';
import type { Deployer, DeployRequest } from '../../ports/deployer.ts';
import { noData, type Looked } from './looked.ts';

/** Lets a command of the owner's measure: `value=<number>` in `TONIC_OUTPUT`, else its last line. */
export async function askCommand(
  deployer: Deployer,
  command: CommandPolicy,
  about: DeployRequest,
): Promise<Looked> {
  const { ok, timedOut, exitCode, output, outputs } = await deployer.run(command, about);
  if (timedOut) return noData(`the command did not end within ${command.timeoutMinutes} minutes`);
  if (!ok) return noData(`the command ended with ${exitCode ?? 'a signal'}`);
  const value = readNumber(outputs['value'] ?? output.trim().split('\n').at(-1));
  return value === null ? noData('the command says no number') : { kind: 'value', value };
}
