import { createHash } from 'node:crypto';
import { z } from 'zod';
import { GitHubFailure } from '../../ports/github.ts';
import type { CheckReport, Checks } from '../../ports/checks.ts';
import { checkFacts } from './check-answer.ts';
import type { GraphqlBatch } from './graphql/batch.ts';
import type { Mutation, MutationBatch, MutationOutcome } from './graphql/mutation.ts';
import { allPages } from './graphql/page.ts';
import { fieldFailure } from './graphql/run.ts';
import { CHECK_PAGE, type CheckAnswer, type Page } from './graphql/selection.ts';
import type { KnownChecks, OwnRun } from './known-check.ts';
import { requiredChecks } from './required-check.ts';

/** What checks are read and written with. */
export interface CheckDesk {
  readonly batch: GraphqlBatch;
  readonly mutations: MutationBatch;
  readonly known: KnownChecks;
}

/** Checks on commits, by GraphQL: one call for what is not known, one for all that is said. */
export function createChecks(desk: CheckDesk): Checks {
  let repositoryId: string | null = null;

  async function learnFor(reports: readonly CheckReport[]): Promise<string> {
    const unknown = reports.filter(
      ({ commit, name, isNew }) => isNew !== true && desk.known.own(commit, name) === undefined,
    );
    const [id] = await Promise.all([
      repositoryId ?? desk.batch.repositoryId() ?? desk.batch.ask({ field: 'id', answer: z.string() }),
      ...[...new Set(unknown.map(({ commit }) => commit))].map((commit) => readChecks(desk, commit)),
    ]);
    if (id === null) throw gone('there is no such repository');
    repositoryId = id;
    return id;
  }

  return {
    report: async (reports) => {
      if (reports.length === 0) return;
      const id = await learnFor(reports);
      const sayings = reports
        .map((report) => sayingOf(report))
        .filter((saying) => isNews(desk.known, saying));
      if (sayings.length === 0) return;
      const outcomes = await send(desk, sayings, id);
      const errors = outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? [outcome.error] : []));
      if (errors.length > 0) throw fieldFailure('report checks', errors[0]);
    },
    on: async (commit) => (await readChecks(desk, commit)).map((check) => checkFacts(check)),
    required: (branch) => requiredChecks(desk.batch, branch),
    takeStrange: () => desk.known.takeStrange(),
  };
}

function gone(why: string): GitHubFailure {
  return new GitHubFailure('read checks', `read checks: ${why}`, { status: 404, retryable: false });
}

async function readChecks(
  { batch, known }: Pick<CheckDesk, 'batch' | 'known'>,
  commit: string,
): Promise<CheckAnswer[]> {
  const first = await askChecks(batch, commit, null);
  const checks = await allPages(first, (after) => askChecks(batch, commit, after));
  known.learn(commit, checks);
  return checks;
}

const ROLLUP = z.object({ statusCheckRollup: z.object({ contexts: CHECK_PAGE }).nullish() });

async function askChecks(
  batch: GraphqlBatch,
  commit: string,
  after: string | null,
): Promise<Page<CheckAnswer> | null> {
  const answer = await batch.ask({
    field: `object(oid: $oid) {
      ... on Commit { statusCheckRollup { contexts(first: 100, after: $after) { ...CheckPage } } }
    }`,
    variables: { oid: ['GitObjectID!', commit], after: ['String', after] },
    answer: ROLLUP,
    weight: 4,
  });
  return answer?.statusCheckRollup?.contexts ?? null;
}

/** A report in the words that GitHub takes, and a digest of them. */
interface Saying {
  readonly report: CheckReport;
  readonly externalId: string;
  /** The run that has the words and the first of the remarks already; `null`: nothing is said yet. */
  readonly begun: { readonly runId: string; readonly remarks: number } | null;
}

/** Source: the REST API takes 65,535 characters each of summary and text; counted in bytes it is never too much. */
const LONG_TEXT_BYTES = 65_535;
const TITLE_BYTES = 255;
/** Source: the REST API takes 50 annotations a call; each update of the run adds to those that it has. */
const ANNOTATIONS_A_CALL = 50;

function sayingOf(given: CheckReport): Saying {
  const { isNew: _howItIsSaid, ...words } = given;
  const report: CheckReport = {
    ...words,
    title: cut(given.title, TITLE_BYTES),
    summary: cut(given.summary, LONG_TEXT_BYTES),
    text: given.text === null ? null : cut(given.text, LONG_TEXT_BYTES),
  };
  const externalId = createHash('sha256').update(JSON.stringify(report)).digest('hex');
  return { report, externalId, begun: null };
}

function cut(text: string, bytes: number): string {
  const whole = Buffer.from(text);
  if (whole.length <= bytes) return text;
  const mark = '…';
  const room = whole.subarray(0, bytes - Buffer.byteLength(mark));
  // Half a character at the end becomes a replacement character.
  return `${room.toString('utf8').replace(/�$/u, '')}${mark}`;
}

function isNews(known: KnownChecks, { report, externalId }: Saying): boolean {
  return known.own(report.commit, report.name)?.externalId !== externalId;
}

/** One call for all, and one more for each further 50 remarks of the report that has the most. */
async function send(
  desk: CheckDesk,
  sayings: readonly Saying[],
  repositoryId: string,
): Promise<readonly MutationOutcome[]> {
  const { mutations, known } = desk;
  try {
    const outcomes = await mutations.send(sayings.map((saying) => mutationOf(known, saying, repositoryId)));
    const rest = sayings.flatMap((saying, index) => restAfter(known, saying, outcomes[index]) ?? []);
    return rest.length === 0 ? outcomes : [...outcomes, ...(await send(desk, rest, repositoryId))];
  } catch (error) {
    for (const { report } of sayings) known.forget(report.commit);
    throw error;
  }
}

const SAID = z.object({ checkRun: z.object({ id: z.string() }) });

/** What is left to say after a call; `null`, and the outcome noted, where that was all or it failed. */
function restAfter(known: KnownChecks, saying: Saying, outcome: MutationOutcome | undefined): Saying | null {
  const { report, externalId } = saying;
  const said = outcome?.kind === 'done' ? SAID.safeParse(outcome.answer) : null;
  if (said?.success !== true) {
    known.forget(report.commit);
    return null;
  }
  const { id } = said.data.checkRun;
  if (!isLast(saying)) return { ...saying, begun: { runId: id, remarks: endOf(saying) } };
  known.note(report.commit, report.name, { id, externalId, isAnnotated: report.annotations.length > 0 });
  return null;
}

/** How many remarks a run has after this call. */
function endOf({ begun }: Saying): number {
  return (begun?.remarks ?? 0) + ANNOTATIONS_A_CALL;
}

function isLast(saying: Saying): boolean {
  return endOf(saying) >= saying.report.annotations.length;
}

function mutationOf(known: KnownChecks, saying: Saying, repositoryId: string): Mutation {
  const { report, externalId, begun } = saying;
  const annotations = report.annotations.slice(begun?.remarks ?? 0, endOf(saying));
  // A run whose remarks are not all there has no digest, so it is said anew by whoever comes next.
  const digest = isLast(saying) ? { externalId } : {};
  const words = { repositoryId, ...digest, ...wordsOf({ ...report, annotations }) };
  if (begun !== null) return { name: 'updateCheckRun', input: { ...words, checkRunId: begun.runId } };
  const run = known.own(report.commit, report.name) ?? null;
  if (run !== null && mayRewrite(run, report))
    return { name: 'updateCheckRun', input: { ...words, checkRunId: run.id } };
  return { name: 'createCheckRun', input: { ...words, name: report.name, headSha: report.commit } };
}

/** Source: an update only adds annotations, and a run that has ended does not begin again; the newest run counts. */
function mayRewrite({ isAnnotated }: OwnRun, { annotations, conclusion }: CheckReport): boolean {
  return !isAnnotated && annotations.length === 0 && conclusion !== null;
}

function wordsOf(report: CheckReport): Mutation['input'] {
  const { conclusion, title, summary, text } = report;
  const annotations = report.annotations.map(({ path, startLine, endLine, level, ...each }) => ({
    ...each,
    path,
    location: { startLine, endLine },
    annotationLevel: level.toUpperCase(),
  }));
  return {
    ...(conclusion === null
      ? { status: 'IN_PROGRESS' }
      : { status: 'COMPLETED', conclusion: conclusion.toUpperCase() }),
    output: { title, summary, ...(text === null ? {} : { text }), annotations },
    actions: report.actions.map(({ label, description, identifier }) => ({ label, description, identifier })),
  };
}
