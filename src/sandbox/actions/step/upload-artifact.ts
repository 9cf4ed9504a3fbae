import { globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { timestamp } from '../../clock.ts';
import { nextIdentity } from '../../world.ts';
import { artifactsOf, type Artifact, type ArtifactFile } from '../artifact.ts';
import type { Desk } from '../desk.ts';
import type { StepLog } from '../log.ts';
import { DONE, inputOf, type Perform, type ReadyStep, type StepOutcome } from './perform.ts';

const DAY_MS = 86_400_000;

/** Source: docs.github.com, the default of a repository's setting. */
const KEPT_DAYS = 90;

/**
 * Does `actions/upload-artifact`: keeps the files that `path` names with the run. Names are taken once a run.
 *
 * Source: github.com/actions/upload-artifact, README (v7).
 */
export const performUploadArtifact: Perform = async (desk, step, log) => {
  refuseInputs(step);
  const name = inputOf(step, 'name') || 'artifact';
  const files = findFiles(desk, step);
  if (files.length === 0) return nothingFound(step, log);
  const artifact = keep(desk, step, { name, files });
  log.note(`With the provided path, there will be ${files.length} file(s) uploaded`);
  log.note(`Artifact ${name} has been successfully uploaded! Artifact ID is ${artifact.id}`);
  const { kernel } = desk.live.parts;
  const page = `actions/runs/${artifact.runId}/artifacts/${artifact.id}`;
  const url = kernel.urls.webRepository(desk.live.repository, page);
  return { ...DONE, outputs: { 'artifact-id': String(artifact.id), 'artifact-url': url } };
};

/** Inputs that would change what is kept and that are not done here. */
function refuseInputs(step: ReadyStep): void {
  const odd = Object.entries({ archive: 'false', 'include-hidden-files': 'true' });
  for (const [name, value] of odd) {
    if (inputOf(step, name) === value)
      throw new Error(`The sandbox's actions/upload-artifact does not support \`${name}\``);
  }
}

function nothingFound(step: ReadyStep, log: StepLog): StepOutcome {
  const message = `No files were found with the provided path: ${inputOf(step, 'path')}. No artifacts will be uploaded.`;
  const how = inputOf(step, 'if-no-files-found') || 'warn';
  if (how === 'error') throw new Error(message);
  log.note(how === 'warn' ? `::warning::${message}` : message);
  return DONE;
}

function keep(
  { live }: Desk,
  step: ReadyStep,
  { name, files }: { name: string; files: ArtifactFile[] },
): Artifact {
  const { world, clock } = live.parts.kernel;
  const all = artifactsOf(live.repository);
  const at = all.findIndex((one) => one.runId === live.run.id && one.name === name);
  if (at !== -1 && inputOf(step, 'overwrite') !== 'true') {
    throw new Error(
      'Failed to CreateArtifact: Received non-retryable error: Failed request: (409) Conflict: an artifact with this name already exists on the workflow run',
    );
  }
  if (at !== -1) all.splice(at, 1);
  const days = Number(inputOf(step, 'retention-days')) || KEPT_DAYS;
  const artifact: Artifact = {
    ...nextIdentity(world, 'Artifact'),
    name,
    runId: live.run.id,
    files,
    createdAt: clock.now(),
    expiresAt: timestamp(clock.nowMs() + days * DAY_MS),
  };
  all.push(artifact);
  return artifact;
}

function findFiles({ folders }: Desk, step: ReadyStep): ArtifactFile[] {
  const lines = inputOf(step, 'path')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (lines.length === 0) throw new Error('Input required and not supplied: path');
  const wanted = lines
    .filter((line) => !line.startsWith('!'))
    .map((line) => resolve(folders.workspace, line));
  const unwanted = lines
    .filter((line) => line.startsWith('!'))
    .map((line) => resolve(folders.workspace, line.slice(1)));
  const left = new Set(unwanted.flatMap((pattern) => filesAt(pattern)));
  const root = commonFolder(wanted.map((pattern) => searchFolder(pattern)));
  return [...new Set(wanted.flatMap((pattern) => filesAt(pattern)))]
    .filter((path) => !left.has(path) && !isHidden(relative(root, path)))
    .toSorted()
    .map((path) => ({ path: relative(root, path), content: readFileSync(path).toString('base64') }));
}

function isHidden(path: string): boolean {
  return /(?:^|\/)\./u.test(path);
}

function filesAt(pattern: string): string[] {
  return globSync(pattern).flatMap((path) => {
    if (statSync(path).isFile()) return [path];
    return globSync('**', { cwd: path })
      .map((below) => join(path, below))
      .filter((below) => statSync(below).isFile());
  });
}

/** The folder that a pattern looks through: the artifact holds paths below it. */
function searchFolder(pattern: string): string {
  const parts = pattern.split(sep);
  const glob = parts.findIndex((part) => /[*?[\]]/u.test(part));
  if (glob !== -1) return parts.slice(0, glob).join(sep);
  const isFolder = globSync(pattern).some((path) => statSync(path).isDirectory());
  return isFolder ? pattern : dirname(pattern);
}

function commonFolder(folders: string[]): string {
  const [first = '/', ...rest] = folders;
  return rest.reduce((common, folder) => {
    const parts = folder.split(sep);
    const own = common.split(sep);
    const until = own.findIndex((part, index) => part !== parts[index]);
    return until === -1 ? common : own.slice(0, until).join(sep);
  }, first);
}
