import { globSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { setSecret } from '../../../src/sandbox/actions/setting.ts';
import { startHttpStage, type HttpStage } from '../../support/http-stage.ts';
import { AT, openBench, type Bench } from '../sandbox-actions/support.ts';

const EXAMPLE = 'docs/examples/matrix';
const FILES = Object.fromEntries(
  globSync(`${EXAMPLE}/*`).map((path) => {
    const text = readFileSync(path, 'utf8');
    return path.endsWith('deploy-services.yml')
      ? ['.github/workflows/deploy-services.yml', text]
      : [path, path.endsWith('order.mjs') ? text.replace('TRIES ?? 12', 'TRIES ?? 1') : text];
  }),
);

/** Where services are deployed by a hook: each runs what it was told, but for those that are down. */
let hook: HttpStage;
let down: string[];
let deployed: string[];
let bench: Bench;
beforeEach(async () => {
  down = [];
  deployed = [];
  hook = await startHttpStage();
  const live = new Map<string, string>();
  hook.answer = (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', hook.url);
    const [, service = '', what] = pathname.split('/');
    if (what === 'version') {
      response.end(live.get(service));
      return;
    }
    deployed.push(`${service} ${searchParams.get('commit')}`);
    live.set(service, searchParams.get('commit') ?? '');
    response.statusCode = down.includes(service) ? 500 : 200;
    response.end();
  };
  bench = await openBench(FILES);
  const secret = { name: 'DEPLOY_HOOK', value: hook.url, environment: 'prod-services' };
  setSecret(bench.repository, secret, bench.sandbox.clock.now());
});
afterEach(() => hook.close());

/** A release as Tonic opens it, and the push that it makes; gives the pushed commit. */
async function push(services: readonly string[] | null, sha?: string): Promise<string> {
  const { octokit } = bench;
  const { data: main } = await octokit.rest.repos.getBranch({ ...AT, branch: 'main' });
  if (services !== null)
    await octokit.rest.repos.createDeployment({
      ...AT,
      ref: sha ?? main.commit.sha,
      environment: 'prod',
      task: 'tonic',
      auto_merge: false,
      required_contexts: [],
      payload: { release: '2026-11-20-T2-prod', services: services.map((name) => ({ name })) },
    });
  const file = { path: 'a.txt', content: Buffer.from('a').toString('base64'), message: 'Change' };
  const { data } = await octokit.rest.repos.createOrUpdateFileContents({ ...AT, ...file, branch: 'main' });
  await bench.sandbox.idle();
  return data.commit.sha ?? '';
}

const endsOf = () => (bench.runs()[0]?.jobs ?? []).map(({ name, conclusion }) => `${name}: ${conclusion}`);

it('deploys the services of the release in its order, and the commit that it names', async () => {
  const { data: main } = await bench.octokit.rest.repos.getBranch({ ...AT, branch: 'main' });
  await push(['web', 'backend']);
  expect(deployed).toEqual([`web ${main.commit.sha}`, `backend ${main.commit.sha}`]);
  expect(endsOf()).toEqual(['Find the order: success', 'Deploy web: success', 'Deploy backend: success']);
});

it('leaves what depends on a service that failed as it is', async () => {
  down = ['backend'];
  await push(['backend', 'web']);
  expect(deployed.map((line) => line.split(' ')[0])).toEqual(['backend']);
  expect(endsOf()).toEqual(['Find the order: success', 'Deploy backend: failure', 'Deploy web: cancelled']);
  expect(bench.runs()[0]?.conclusion).toBe('failure');
});

it('deploys everything, in the order of the workflow, for a push that was not Tonic’s', async () => {
  const pushed = await push(null);
  expect(deployed).toEqual([`backend ${pushed}`, `web ${pushed}`]);
});
