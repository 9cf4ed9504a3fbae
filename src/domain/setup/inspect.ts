import type { SetupFacts } from './facts.ts';
import { FINDING_SEVERITIES, SETUP_CHECKS, type Finding } from './finding.ts';
import { inspectApp } from './inspect-app.ts';
import { inspectBranches } from './inspect-branch.ts';
import { inspectConfiguration } from './inspect-configuration.ts';
import { inspectEnvironments } from './inspect-environment.ts';
import { inspectOwnBranches } from './inspect-ledger.ts';
import { inspectPeople } from './inspect-people.ts';
import { inspectSwitches } from './inspect-switch.ts';
import { inspectFiles } from './inspect-workflow.ts';
import type { WantedSetup } from './wanted-setup.ts';

/**
 * Holds what is set up on GitHub against what has to be. What was not seen is told as `unknown`, never as right. The
 * worst comes first.
 */
export function inspectSetup(facts: SetupFacts, wanted: WantedSetup): readonly Finding[] {
  const look = { facts, wanted };
  const findings = [
    ...inspectConfiguration(look),
    ...inspectPeople(look),
    ...inspectBranches(look),
    ...inspectOwnBranches(look),
    ...inspectEnvironments(look),
    ...inspectApp(look),
    ...inspectFiles(look),
    ...inspectSwitches(look),
  ];
  return findings.toSorted((left, right) => rankOf(left) - rankOf(right));
}

const CODES = Object.keys(SETUP_CHECKS);

/** By severity, and within one as the checks are listed. */
function rankOf({ severity, code }: Finding): number {
  return FINDING_SEVERITIES.indexOf(severity) * CODES.length + CODES.indexOf(code);
}
