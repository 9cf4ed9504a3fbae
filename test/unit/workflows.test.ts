import { existsSync, globSync, readFileSync } from 'node:fs';
import { validate } from '@actions/languageservice';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

/** What people copy names our own action by a version they may replace; everything else is pinned. */
const OWN_ACTION = /^(\.\/|tonic-deploy\/tonic-deploy\/)/;
const PINNED = /^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;

/** Reading teams: an App can have it, the token of a job cannot. */
const APP_ONLY = 'members';

const Step = z.looseObject({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).default({}),
});
const Job = z.looseObject({
  if: z.string().optional(),
  needs: z.unknown().optional(),
  environment: z.unknown().optional(),
  permissions: z.record(z.string(), z.string()).optional(),
  'timeout-minutes': z.number().optional(),
  steps: z.array(Step),
});
const Workflow = z.looseObject({
  on: z.record(z.string(), z.unknown()),
  permissions: z.record(z.string(), z.string()),
  concurrency: z.unknown(),
  jobs: z.record(z.string(), Job),
});
const Schedule = z.array(z.object({ cron: z.string(), timezone: z.string() }));

const EXAMPLES = globSync('docs/examples/*/*.yml').filter((path) => !path.endsWith('/tonic.yml'));
const WORKFLOWS = [...globSync('.github/workflows/*.yml'), ...EXAMPLES].toSorted();
const COPIED = WORKFLOWS.filter((path) => path.startsWith('.github/workflows/tonic-'));

function load(path: string): { text: string; workflow: z.output<typeof Workflow> } {
  const text = readFileSync(path, 'utf8');
  return { text, workflow: Workflow.parse(parse(text)) };
}

/** The document that the validator wants; it remembers files by address, so each has its own. */
function documentOf(uri: string, text: string): Parameters<typeof validate>[0] {
  const starts = [0, ...[...text.matchAll(/\n/g)].map((match) => match.index + 1)];
  const offsetAt = ({ line, character }: { line: number; character: number }): number =>
    (starts[line] ?? text.length) + character;
  return {
    uri,
    languageId: 'yaml',
    version: 1,
    lineCount: starts.length,
    getText: (range) => (range ? text.slice(offsetAt(range.start), offsetAt(range.end)) : text),
    positionAt: (offset) => {
      const line = starts.findLastIndex((start) => start <= offset);
      return { line, character: offset - (starts[line] ?? 0) };
    },
    offsetAt,
    getLineRange: (line) => ({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } }),
    getEOLCharacters: () => '\n',
  };
}

async function problemsOf(path: string, text: string): Promise<string[]> {
  const found = await validate(documentOf(`file:///${path}`, text));
  return found.map((one) => `${path}:${one.range.start.line + 1} ${JSON.stringify(one.message)}`);
}

it('the validator sees a mistake', async () => {
  expect(
    await problemsOf('.github/workflows/wrong.yml', 'on: push\njobs:\n  a:\n    runs_on: x\n'),
  ).not.toEqual([]);
});

it('action.yml is what GitHub takes', async () => {
  if (existsSync('action/action.yml')) {
    expect(await problemsOf('action/action.yml', readFileSync('action/action.yml', 'utf8'))).toEqual([]);
  }
});

it('the workflows of both slots, of rollbacks and of hotfixes are there', () => {
  const files = ['tonic-hotfix.yml', 'tonic-rollback.yml', 'tonic-t1.yml', 'tonic-t2.yml'];
  expect(COPIED).toEqual(files.map((file) => `.github/workflows/${file}`));
});

describe.each(WORKFLOWS)('%s', (path) => {
  const { text, workflow } = load(path);
  const jobs = Object.values(workflow.jobs);
  const steps = jobs.flatMap((job) => job.steps);

  it("is what GitHub's own validator takes", async () => {
    expect(await problemsOf(path, text)).toEqual([]);
  });

  it('pins every action of others to a full commit with its version beside', () => {
    const lines = text.split('\n').flatMap((line) => /^\s*(?:- )?uses: (.*)$/.exec(line)?.[1] ?? []);
    expect(lines).toHaveLength(steps.filter((step) => step.uses !== undefined).length);
    expect(lines.filter((line) => !OWN_ACTION.test(line) && !PINNED.test(line))).toEqual([]);
  });

  it('lets no whole workflow write, and ends each job in time', () => {
    expect(Object.values(workflow.permissions)).not.toContain('write');
    for (const job of jobs) expect(job['timeout-minutes']).toBeGreaterThan(0);
  });

  it('has no expression inside a script', () => {
    expect(steps.filter((step) => step.run?.includes('${{'))).toEqual([]);
  });

  it('leaves no credentials in a checkout', () => {
    const checkouts = steps.filter((step) => step.uses?.startsWith('actions/checkout@'));
    expect(checkouts.filter((step) => step.with['persist-credentials'] !== false)).toEqual([]);
  });

  it('runs on nothing that strangers control with our permissions', () => {
    expect(
      Object.keys(workflow.on).filter((event) => event === 'pull_request_target' || event === 'workflow_run'),
    ).toEqual([]);
  });
});

describe.each(COPIED)('%s, for people to copy', (path) => {
  const { workflow } = load(path);
  const jobs = Object.entries(workflow.jobs);

  it('is started by the clock where it is a slot’s, and by nobody but who orders it where it is not', () => {
    const isSlot = /tonic-t\d\.yml$/u.test(path);
    expect(Object.keys(workflow.on)).toEqual(['workflow_dispatch', ...(isSlot ? ['schedule'] : [])]);
  });

  it('names the time zone of every cron line and keeps off the full and half hour', () => {
    const schedule = Schedule.parse(workflow.on['schedule'] ?? []);
    for (const { cron } of schedule) expect(['0', '00', '30', '*']).not.toContain(cron.split(' ')[0]);
  });

  it('gives the workflow nothing and each job its own permissions', () => {
    expect(workflow.permissions).toEqual({});
    for (const [name, job] of jobs) expect(job.permissions, name).toBeDefined();
  });

  it('waits in one group with all that deploys but hotfixes, which wait for no slot, and drops none', () => {
    const group = path.endsWith('tonic-hotfix.yml') ? 'tonic-hotfix' : 'tonic-slot';
    expect(workflow.concurrency).toEqual({ group, queue: 'max' });
  });

  it('does nothing before it is switched on', () => {
    for (const [name, job] of jobs) {
      if (job.needs === undefined) expect(job.if, name).toContain("vars.TONIC_ENABLED == 'true'");
      else expect(job.if, name).toMatch(/needs\.plan\.outputs\.\w+ == 'true'/);
    }
  });

  it('has one job for each environment', () => {
    const environments = jobs.flatMap(([, job]) => job.environment ?? []);
    expect(new Set(environments).size).toBe(environments.length);
  });

  it("asks of the App what the job's own token has, and beyond it only to read teams", () => {
    for (const [, job] of jobs) {
      const token = job.steps.find((step) => step.uses?.startsWith('actions/create-github-app-token@'));
      const asked = Object.entries(token?.with ?? {}).flatMap(([input, level]) => {
        const permission = /^permission-(.+)$/.exec(input)?.[1];
        return permission === undefined || permission === APP_ONLY ? [] : [[permission, level] as const];
      });
      expect(Object.fromEntries(asked)).toEqual(job.permissions);
    }
  });
});
