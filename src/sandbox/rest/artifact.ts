import { artifactsOf, serialiseArtifact } from '../actions/artifact.ts';
import { findRun } from '../actions/find.ts';
import type { RepositoryNeed } from '../auth/permission.ts';
import { numberFrom } from '../body.ts';
import { notFound } from '../error.ts';
import { paginate } from '../page.ts';
import { ok, route } from '../route.ts';

const READ: RepositoryNeed = { app: { actions: 'read' }, user: 'read' };

/** What runs have kept. Downloads are not there: its page shows the files. */
export const artifactRoutes = [
  route({
    on: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts',
    needs: READ,
    answer: (call) => {
      const { kernel, repository, params, query } = call;
      const run = findRun(repository, params.run_id);
      const name = query.get('name');
      const artifacts = artifactsOf(repository)
        .filter((one) => one.runId === run.id && (name === null || one.name === name))
        .toReversed();
      const { items, headers } = paginate(call, artifacts);
      return ok(
        {
          total_count: artifacts.length,
          artifacts: items.map((one) => serialiseArtifact(kernel, repository, one)),
        },
        headers,
      );
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}',
    needs: READ,
    answer: ({ kernel, repository, params }) => {
      const wanted = numberFrom(params.artifact_id);
      const artifact = artifactsOf(repository).find(({ id }) => id === wanted);
      if (!artifact) throw notFound();
      return ok(serialiseArtifact(kernel, repository, artifact));
    },
  }),
];
