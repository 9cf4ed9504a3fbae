import type { SlotKind } from '../calendar.ts';
import { check, type Finding } from './finding.ts';
import type { Look } from './look.ts';
import { fitsSlot, scheduleOf } from './schedule.ts';
import type { WantedWorkflow } from './wanted-setup.ts';
import { differences, scheduleLines, unpinnedActions } from './workflow.ts';

/** What has to be committed. */
const WRITE = 'tonic init --force, and commit what it writes';
const MOST_NAMED = 5;

const NAMES: Readonly<Record<WantedWorkflow['kind'], string>> = {
  T1: 'T1',
  T2: 'T2',
  rollback: 'A rollback',
  hotfix: 'A hotfix',
};

/** Looks at the files on the default branch that make slots run and bugs come in. */
export function inspectFiles(look: Look): readonly Finding[] {
  const { files } = look.facts;
  const { workflows, issueForm } = look.wanted;
  if (files === null) {
    return [check('workflow_present', 'workflows').unknown('The files were not looked at.', 'tonic doctor')];
  }
  const form = check('issue_form', issueForm);
  return [
    ...workflows.flatMap((workflow) => inspectWorkflow(look, workflow, files.get(workflow.path) ?? null)),
    files.get(issueForm) === null
      ? form.trouble({
          what: 'Reports have no form to fill in.',
          mend: 'tonic init, and commit what it writes',
        })
      : form.ok('Reports have a form to fill in.'),
  ];
}

function inspectWorkflow(
  look: Look,
  { path, kind, content }: WantedWorkflow,
  found: unknown,
): readonly Finding[] {
  const present = check('workflow_present', path);
  if (found === null) {
    const mend = 'tonic init, and commit what it writes';
    return [present.trouble({ what: `Without it ${NAMES[kind]} never runs.`, mend })];
  }
  const current = check('workflow_current', path);
  const apart = differences(content, found);
  return [
    present.ok(`${NAMES[kind]} can run.`),
    apart.length === 0
      ? current.ok('It is that of this version.')
      : current.trouble({ what: `It differs from that of this version at ${shorten(apart)}.`, mend: WRITE }),
    ...(kind === 'rollback' || kind === 'hotfix' ? [] : [inspectSchedule(look, { path, kind }, found)]),
    inspectPins(path, found),
  ];
}

function inspectSchedule(
  { wanted }: Look,
  { path, kind }: { readonly path: string; readonly kind: SlotKind },
  found: unknown,
): Finding {
  const fits = check('workflow_schedule', path);
  const { slots } = wanted.policy;
  const lines = scheduleLines(found);
  const meant = scheduleOf(slots, kind).map(({ cron }) => `"${cron}"`);
  const mend = `cron ${meant.join(' and ')}, timezone ${slots.timeZone}; or ${WRITE}`;
  if (lines.length === 0) {
    return fits.trouble({ what: `${kind} has no backup when the App is down.`, mend });
  }
  const wrong = lines.filter((line) => !fitsSlot(line, slots, kind));
  if (wrong.length === 0) return fits.ok(`Its schedule fires within ${kind}.`);
  const named = wrong.map(({ cron, timezone }) => `"${cron}" ${timezone}`).join(', ');
  const time = kind === 'T1' ? slots.t1 : slots.t2;
  return fits.trouble({ what: `${named} does not fire within ${kind}, ${time} ${slots.timeZone}.`, mend });
}

function inspectPins(path: string, found: unknown): Finding {
  const pinned = check('workflow_pinned', path);
  const loose = unpinnedActions(found);
  if (loose.length === 0) return pinned.ok('Every action is named by its commit.');
  return pinned.trouble({
    what: `${loose.join(', ')} can change under you.`,
    mend: 'name the full commit, with its version in a comment',
  });
}

function shorten(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMED).map((name) => name || 'the top');
  const more = names.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} places more` : ''}`;
}
