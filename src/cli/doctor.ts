import { processVariables } from '../config/env.ts';
import { blocking } from '../domain/setup/finding.ts';
import { inspectRepository } from '../usecases/setup/inspect-repository.ts';
import { DOCTOR_USAGE, parseDoctorArguments } from './setup/arguments.ts';
import { openNamed } from './setup/open.ts';
import { findingsAsJson, renderFindings, renderVerdict } from './setup/render.ts';
import { createPaint } from './story/paint.ts';

/**
 * `tonic doctor`: tells what is wrong with the set-up. Gives the exit code: 1 when something would let code reach PROD
 * unapproved.
 *
 * @throws CannotLook and GitHubFailure when it could not look.
 */
export async function doctor(args: readonly string[]): Promise<number> {
  const wish = parseDoctorArguments(args);
  if (wish.kind === 'help') {
    console.log(DOCTOR_USAGE);
    return 0;
  }
  if (wish.kind === 'refused') {
    console.error(`${wish.message}\n\n${DOCTOR_USAGE}`);
    return 2;
  }
  const { context, title } = await openNamed(wish);
  const findings = await inspectRepository(context);
  const code = blocking(findings).length === 0 ? 0 : 1;
  if (wish.json) {
    const result = {
      schema_version: 1,
      repository: title,
      safe: code === 0,
      findings: findingsAsJson(findings),
    };
    console.log(JSON.stringify(result, null, 2));
    return code;
  }
  const paint = createPaint({ isTerminal: process.stdout.isTTY, variables: processVariables() });
  const shown = wish.all ? findings : findings.filter(({ severity }) => severity !== 'ok');
  console.log([`${title}\n`, ...renderFindings(shown, paint), ''].join('\n'));
  console.log(renderVerdict(findings, paint));
  return code;
}
