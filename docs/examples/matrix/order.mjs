// Finds out what to deploy, and in which order: the release that Tonic has opened as a GitHub Deployment for this push
// names its commit and its services, each after those that it depends on; in a rollback the other way round. A push that
// was not Tonic's brings everything, in the order of ALL_SERVICES.
import { appendFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

const { ALL_SERVICES, ENVIRONMENT, GITHUB_API_URL, GITHUB_OUTPUT, GITHUB_REPOSITORY, GITHUB_SHA, GITHUB_TOKEN } =
  process.env;
const TRIES = Number(process.env.TRIES ?? 12);

async function read(path) {
  const response = await fetch(`${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}/deployments${path}`, {
    headers: { accept: 'application/vnd.github+json', authorization: `Bearer ${GITHUB_TOKEN}` },
  });
  if (!response.ok) throw new Error(`GitHub answers ${response.status} to deployments${path}`);
  return response.json();
}

/** The newest release of the environment, as long as it has not come to its end. */
async function findRelease() {
  const [deployment] = await read(`?environment=${ENVIRONMENT}&task=tonic&per_page=1`);
  if (deployment === undefined) return null;
  const [status] = await read(`/${deployment.id}/statuses?per_page=1`);
  const isOver = ['success', 'failure', 'error', 'inactive'].includes(status?.state);
  return isOver ? null : deployment;
}

async function waitForRelease() {
  for (let left = TRIES; left > 0; left -= 1) {
    const found = await findRelease();
    if (found !== null) return found;
    if (left > 1) await setTimeout(5000);
  }
  return null;
}

const release = await waitForRelease();
const payload = typeof release?.payload === 'string' ? JSON.parse(release.payload) : release?.payload;
const named = (payload?.services ?? []).map(({ name }) => name).filter((name) => name !== null);
const services = named.length > 0 ? named : JSON.parse(ALL_SERVICES);
const commit = release?.sha ?? GITHUB_SHA;
console.log(`${payload?.release ?? 'No release of Tonic'}: ${services.join(', then ')} at ${commit}`);
appendFileSync(GITHUB_OUTPUT, `services=${JSON.stringify(services)}\ncommit=${commit}\n`);
