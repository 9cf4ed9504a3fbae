import { schema as published } from '@octokit/graphql-schema';
import { Octokit } from '@octokit/rest';
import { buildSchema, parse, validate } from 'graphql';
import { beforeAll, expect, test } from 'vitest';
import { createGitHub } from '../../../src/adapters/github/github.ts';
import { FRAGMENTS } from '../../../src/adapters/github/graphql/selection.ts';
import { renderMutations } from '../../../src/adapters/github/graphql/mutation.ts';
import { renderLabelChanges } from '../../../src/adapters/github/label.ts';
import { bugOf } from './support.ts';

// The published schema is valid; checking that takes seconds.
const schema = buildSchema(published.idl, { assumeValid: true });
const documents: string[] = [];

/** A GitHub that has nothing, and keeps what it was asked. */
async function answer(_: unknown, request: { readonly body?: string }): Promise<Response> {
  const { query }: { query?: string } = JSON.parse(request.body ?? '{}');
  if (query === undefined) return Response.json({ message: 'no REST here' }, { status: 422 });
  documents.push(query);
  return Response.json({ data: query.includes('createCommitOnBranch') ? COMMITTED : ANSWER });
}
const COMMITTED = { createCommitOnBranch: { commit: { oid: 'a' } } };
const PAGE = { pageInfo: { hasNextPage: false, endCursor: null }, nodes: [] };
const ANSWER = { repository: { q0: { target: { oid: 'a', history: PAGE, tree: { entries: [] } } } } };

beforeAll(async () => {
  const { ledger } = open();
  await ledger.load();
  await ledger.update(() => ({ writes: { bugs: [bugOf(1)] }, message: 'x', result: null }));
  const { observer, deployments, issues, workflows, checks } = open();
  await Promise.allSettled([
    observer.issues([1]),
    observer.issuesSince(0, 'bug'),
    observer.changedSince(0),
    observer.commentsSince(1, 0),
    observer.talkSince(0, ['main']),
    observer.mergedSince(0, ['main']),
    observer.pulls([1]),
    observer.openPulls(['main']),
    observer.changedFiles([1]),
    observer.contributors([1]),
    observer.labels([1]),
    observer.labelEvents(1),
    observer.lastDeployment('UAT'),
    observer.defaultBranchFile('a'),
    deployments.find('UAT', 'a', 'b'),
    issues.syncLabels([{ name: 'bug', color: 'ffffff', description: '' }]),
    workflows.dispatch('a.yml', {}),
    checks.on('a'),
    checks.required('main'),
    issues.prepare({ labels: ['a'], issues: [2], changedSinceMs: 0 }),
  ]);
  documents.push(
    renderMutations([
      { name: 'addLabelsToLabelable', input: {} },
      { name: 'removeLabelsFromLabelable', input: {} },
      { name: 'addComment', input: {} },
      { name: 'updateIssueComment', input: {} },
      { name: 'closeIssue', input: {} },
      { name: 'reopenIssue', input: {} },
      { name: 'createCheckRun', input: {} },
      { name: 'updateCheckRun', input: {} },
    ]).query,
    renderLabelChanges([
      { name: 'createLabel', input: {} },
      { name: 'updateLabel', input: {} },
    ]).query,
  );
});

function silent(): void {}

function open() {
  return createGitHub({
    octokit: new Octokit({ request: { fetch: answer } }),
    owner: 'acme',
    repo: 'shop',
    botLogins: ['tonic[bot]'],
    ledgerBranch: 'tonic-ledger',
    log: { info: silent, warn: silent, error: silent },
    clock: { nowMs: () => 0 },
  });
}

test('every document that is sent is valid by GitHub’s published schema', () => {
  expect(documents.length).toBeGreaterThanOrEqual(6);
  for (const document of documents) {
    expect({ document, errors: validate(schema, parse(document)).map(({ message }) => message) }).toEqual({
      document,
      errors: [],
    });
  }
});

test('every selection that is defined is sent', () => {
  for (const [name, text] of FRAGMENTS)
    expect([name, documents.some((each) => each.includes(text))]).toEqual([name, true]);
});
