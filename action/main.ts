import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as core from '@actions/core';
import { context as workflow } from '@actions/github';
import type { CommandOutcome } from '../src/compose-action-outcome.ts';
import { runCommand } from '../src/compose-action.ts';
import { parseInputs, type ActionInputs } from './inputs.ts';
import { writeRecords } from './records.ts';
import { readRun } from './run.ts';

/** Runs the action: inputs, the command, outputs. Its result is read by machines and by the job summary alike. */
async function main(): Promise<void> {
  const read = parseInputs((name) => core.getInput(name));
  if (read.kind === 'broken') {
    core.setFailed(read.problems.join('\n'));
    return;
  }
  const outcome = await runCommand(read.inputs, {
    owner: workflow.repo.owner,
    repo: workflow.repo.repo,
    apiUrl: workflow.apiUrl,
    serverUrl: workflow.serverUrl,
    facts: readRun({
      runId: workflow.runId,
      runAttempt: workflow.runAttempt,
      eventName: workflow.eventName,
      ref: workflow.ref,
      // `@actions/github` does not read this one.
      workflowRef: process.env['GITHUB_WORKFLOW_REF'] ?? '',
      defaultBranch: workflow.payload.repository?.['default_branch'],
    }),
    mask: (value) => core.setSecret(value),
    log: (line) => core.info(line),
    warn: (line) => core.warning(line),
    error: (line) => core.error(line),
  });
  await report(outcome, read.inputs);
}

async function report(outcome: CommandOutcome, inputs: ActionInputs): Promise<void> {
  core.setOutput('decision', outcome.decision);
  core.setOutput('reason-code', outcome.reasonCode ?? '');
  core.setOutput('slot', outcome.slot ?? '');
  core.setOutput('prod', String(outcome.prod));
  core.setOutput('uat', String(outcome.uat));
  core.setOutput('records', writeRecords(outcome.records, recordFolder()));
  core.setOutput('result', JSON.stringify(outcome.result));
  await core.summary.addRaw(`${outcome.summary}\n`).write();
  core.info(
    `${inputs.command} ${inputs.phase}: ${outcome.decision}${outcome.reasonCode === null ? '' : ` (${outcome.reasonCode})`}`,
  );
  if (outcome.decision === 'failed') core.setFailed(outcome.message);
  else if (outcome.decision === 'refused') core.notice(outcome.message);
}

function recordFolder(): string {
  return join(process.env['RUNNER_TEMP'] ?? tmpdir(), 'tonic-records');
}

try {
  await main();
} catch (error) {
  core.setFailed(error instanceof Error ? error.message : String(error));
}
