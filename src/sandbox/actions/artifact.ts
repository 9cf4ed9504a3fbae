import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import type { Schema } from '../serialise/schema.ts';
import { repositoryStore } from '../world.ts';
import { runsOf, type WorkflowRun } from './model.ts';

/** Files that a step kept with its run. */
export interface Artifact {
  id: number;
  nodeId: string;
  name: string;
  runId: number;
  files: ArtifactFile[];
  createdAt: string;
  expiresAt: string;
}

/** A file of an artifact. */
export interface ArtifactFile {
  /** Below the artifact's own folder. */
  path: string;
  /** Base64, as the world is kept as JSON. */
  content: string;
}

/** The artifacts of a repository, oldest first. */
export const artifactsOf = repositoryStore<Artifact[]>('actions.artifacts', () => []);

/** The text of a file. */
export function textOf({ content }: ArtifactFile): string {
  return Buffer.from(content, 'base64').toString('utf8');
}

/** An artifact as REST shows it. The sandbox packs nothing: its size is that of the files, and it has no digest. */
export function serialiseArtifact(
  kernel: Kernel,
  repository: Repository,
  artifact: Artifact,
): Schema<'artifact'> {
  const url = kernel.urls.apiRepository(repository, `actions/artifacts/${artifact.id}`);
  const run = runsOf(repository).find(({ id }) => id === artifact.runId);
  return {
    id: artifact.id,
    node_id: artifact.nodeId,
    name: artifact.name,
    size_in_bytes: sizeOf(artifact),
    url,
    archive_download_url: `${url}/zip`,
    expired: Date.parse(artifact.expiresAt) <= kernel.clock.nowMs(),
    created_at: artifact.createdAt,
    updated_at: artifact.createdAt,
    expires_at: artifact.expiresAt,
    digest: null,
    workflow_run: run === undefined ? null : runOf(repository, run),
  };
}

function sizeOf({ files }: Artifact): number {
  return files.reduce((sum, { content }) => sum + Buffer.byteLength(content, 'base64'), 0);
}

function runOf(repository: Repository, { id, headBranch, headSha }: WorkflowRun) {
  return {
    id,
    repository_id: repository.id,
    head_repository_id: repository.id,
    head_branch: headBranch,
    head_sha: headSha,
  };
}
