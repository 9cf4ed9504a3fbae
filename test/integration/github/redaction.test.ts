import nock from 'nock';
import { beforeEach, expect, test } from 'vitest';
import { secretForms } from '../../../src/config/secret.ts';
import { createOctokit } from '../../../src/adapters/github/octokit.ts';
import { createRedaction } from '../../../src/domain/redact.ts';
import { nockNetwork } from '../../support/nocked-network.ts';
import { PLANTED_KEY } from '../../support/planted-secrets.ts';

const API = 'https://api.github.test';
const TOKEN = `ghp_${'a1B2'.repeat(9)}`;
const KEY_LINE = PLANTED_KEY.split('\n')[7] ?? '';
const WORDS = `It says ${TOKEN} and ${KEY_LINE}.`;
const CLEAN = 'It says *** and ***.';
const SHOP = { owner: 'acme', repo: 'shop' };

/** The bodies that were sent. */
let sent: unknown[];
const client = createOctokit({
  token: 'a token',
  baseUrl: API,
  redact: createRedaction(secretForms([PLANTED_KEY])).text,
});

nockNetwork();
beforeEach(() => {
  sent = [];
  nock(API)
    .persist()
    .post(/./u, (body: unknown) => sent.push(body) > 0)
    .reply(200, { data: {} });
});

test('no secret gets into a comment, an issue, a check with its annotations, or a deployment', async () => {
  await client.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
    ...SHOP,
    issue_number: 1,
    body: WORDS,
  });
  await client.request('POST /repos/{owner}/{repo}/issues', { ...SHOP, title: WORDS, body: WORDS });
  const annotation = {
    path: 'a.js',
    start_line: 1,
    end_line: 1,
    annotation_level: 'notice' as const,
    message: WORDS,
  };
  await client.request('POST /repos/{owner}/{repo}/check-runs', {
    ...SHOP,
    name: 'tonic / gate',
    head_sha: 'a'.repeat(40),
    output: { title: WORDS, summary: WORDS, text: WORDS, annotations: [annotation] },
  });
  await client.request('POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses', {
    ...SHOP,
    deployment_id: 1,
    state: 'failure',
    description: WORDS,
  });
  expect(JSON.stringify(sent)).not.toMatch(
    new RegExp(`${TOKEN}|${KEY_LINE.replaceAll('+', String.raw`\+`)}`, 'u'),
  );
  expect(sent[2]).toMatchObject({
    name: 'tonic / gate',
    head_sha: 'a'.repeat(40),
    output: { title: CLEAN, annotations: [{ path: 'a.js', message: CLEAN }] },
  });
});

test('no secret gets into a mutation; names of branches and what is in base64 stay as they are', async () => {
  const input = {
    branch: { branchName: `fix/${TOKEN}`, repositoryNameWithOwner: 'acme/shop' },
    message: { headline: WORDS },
    fileChanges: {
      additions: [{ path: `bugs/${TOKEN}.json`, contents: Buffer.from(TOKEN).toString('base64') }],
    },
  };
  await client.graphql('mutation M($input: CreateCommitOnBranchInput!) { a(input: $input) { b } }', {
    input,
  });
  expect(sent[0]).toMatchObject({ variables: { input: { ...input, message: { headline: CLEAN } } } });
});

test('what is only asked for is asked for as it is', async () => {
  await client.graphql('query Q($name: String!) { label(name: $name) { id } }', { name: `service:${TOKEN}` });
  expect(sent[0]).toMatchObject({ variables: { name: `service:${TOKEN}` } });
});
