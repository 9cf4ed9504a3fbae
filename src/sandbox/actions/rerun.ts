import { forbidden, notFound } from '../error.ts';
import type { Kernel } from '../sandbox.ts';
import { needsOf, readForRun, type WorkflowDefinition } from './definition.ts';
import type { RunPlace } from './find.ts';
import { latestJobs, type WorkflowJob, type WorkflowRun } from './model.ts';
import { readWorkflowText } from './registry.ts';
import { runnerOf } from './runner.ts';

/**
 * Starts a completed run again as its next attempt, with the workflow file of its commit; `failed` keeps what succeeded.
 *
 * @throws ApiError 403 for a run under way, for a file that cannot be run, and where nothing failed.
 */
export async function rerun(
  kernel: Kernel,
  { repository, run }: RunPlace,
  by: { actorId: number; which: 'all' | 'failed' },
): Promise<void> {
  if (run.status !== 'completed') throw forbidden('This workflow is already running');
  const file = await readWorkflowText(kernel, repository, { sha: run.sha, path: run.path });
  if (!file) throw notFound();
  const definition = await readForRun(file);
  if ('problem' in definition) throw forbidden(`The workflow run cannot be rerun: ${definition.problem}`);
  const kept = by.which === 'all' ? new Map<string, WorkflowJob[]>() : jobsToKeep(run, definition);
  if (by.which === 'failed' && kept.size === Object.keys(definition.jobs).length)
    throw forbidden('This workflow run has no failed jobs.');
  runnerOf(kernel).rerun({ repository, run, definition, actorId: by.actorId, kept });
}

/** The jobs by key that neither failed nor need, however far back, one that did. */
function jobsToKeep(run: WorkflowRun, definition: WorkflowDefinition): Map<string, WorkflowJob[]> {
  const ofKey = (key: string): WorkflowJob[] => latestJobs(run).filter((job) => job.key === key);
  const isGood = (key: string): boolean => {
    const jobs = ofKey(key);
    const ended = jobs.every((job) => job.conclusion === 'success' || job.conclusion === 'skipped');
    const job = definition.jobs[key];
    return ended && jobs.length > 0 && job !== undefined && needsOf(job).every(isGood);
  };
  return new Map(
    Object.keys(definition.jobs)
      .filter(isGood)
      .map((key) => [key, ofKey(key)]),
  );
}
