import { ALERT_LABEL } from '../../../src/domain/alert.ts';
import { issueIn, personIn, type FakePull } from '../../support/fake-world.ts';
import type { Chance } from './chance.ts';
import { count, tell, type Model } from './model.ts';
import { help } from './helpful-act.ts';
import {
  changeIssueState,
  changeLabel,
  changeRole,
  changeRules,
  closePull,
  deleteComment,
  editComment,
  mergeByHand,
  openPull,
  pressButton,
  pushByHand,
  pushToPull,
  report,
  reportInstead,
  review,
  say,
} from './people.ts';
import { askAgain, beat, deliver, restart } from './app-replica.ts';
import { hasPermission } from './oracle/book.ts';
import { deployOneself } from './protection.ts';
import type { Stage } from './stage.ts';
import { passTime, tomorrowOf, untilSlot } from './time.ts';
import { beginSlot, thinkAgain } from './slot-moment.ts';
import { anyCommand, anyTrap, command, type Subject } from './wording.ts';
import { begin, enlistDispatched, nextJob, noticeDeadRuns, rerun, schedule } from './workflow-run.ts';

/** What an act may draw on. */
interface Cast {
  readonly stage: Stage;
  readonly chance: Chance;
}

/** One kind of thing that can happen. Does nothing where it makes no sense at the moment. */
export interface Act {
  readonly name: string;
  /** How often it is chosen. */
  readonly weight: number;
  readonly perform: (cast: Cast) => void | Promise<void>;
}

const PEOPLE = ['ada', 'amy', 'max', 'wes', 'tia', 'rea', 'out'] as const;
/** Who commands: mostly those who may. */
const SPEAKERS = ['ada', 'ada', 'ada', 'amy', 'amy', ...PEOPLE];
const PERMISSIONS = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;
/** Who may change others' comments. */
const WRITERS = ['ada', 'max', 'wes'] as const;
const BASES = ['uat', 'main'] as const;
const LABELS = [
  'severity:low',
  'severity:medium',
  'severity:high',
  'severity:critical',
  'severity:dreadful',
  'found-in:uat',
  'found-in:prod',
  'status:deployed_prod',
  'status:pending_prod',
  'flow:1',
  'flow:2',
  'service:billing',
  'bug',
  'question',
];
const MOST_BUGS = 6;

const bugsOf = ({ world }: Model): number[] =>
  [...world.issues.values()]
    .filter(({ labels }) => !labels.includes(ALERT_LABEL))
    .map(({ number }) => number);
const openPulls = ({ world }: Model): FakePull[] =>
  [...world.pulls.values()].filter((pull) => pull.state === 'open');

/** Acts on some bug; none, none. */
function onBug(act: (cast: Cast, bug: number) => void): Act['perform'] {
  return (cast) => {
    const bugs = bugsOf(cast.stage.model);
    if (bugs.length > 0) act(cast, cast.chance.one(bugs));
  };
}

/** Acts on some open pull request; none, none. */
function onPull(act: (cast: Cast, pull: FakePull) => void): Act['perform'] {
  return (cast) => {
    const pulls = openPulls(cast.stage.model);
    if (pulls.length > 0) act(cast, cast.chance.one(pulls));
  };
}

function telling(model: Model, line: string | null): void {
  if (line !== null) tell(model, line);
}

const subjectOf = (model: Model): Subject => ({
  bugs: bugsOf(model),
  pulls: [...model.world.pulls.keys()],
  tomorrow: tomorrowOf(model),
});

const PEOPLE_ACTS: readonly Act[] = [
  {
    name: 'somebody does what is next for a bug',
    weight: 60,
    perform: ({ stage, chance }) => help(stage.model, chance),
  },
  {
    name: 'report',
    weight: 2,
    perform: ({ stage: { model }, chance }) => {
      if (bugsOf(model).length >= MOST_BUGS) return;
      const severity = chance.one(['medium', 'low', 'high', '']);
      const labels = severity === '' ? [] : [`severity:${severity}`];
      report(model, { by: chance.one(PEOPLE), labels });
    },
  },
  {
    name: 'command',
    weight: 8,
    perform: onBug(({ stage: { model }, chance }, issue) =>
      say(model, { by: chance.one(SPEAKERS), issue, wording: anyCommand(subjectOf(model), chance) }),
    ),
  },
  {
    name: 'trap',
    weight: 2,
    perform: onBug(({ stage: { model }, chance }, issue) => {
      const by = chance.one(SPEAKERS);
      const id = say(model, { by, issue, wording: anyTrap(subjectOf(model), chance) });
      // What was harmless when it was written is no command afterwards.
      if (chance.below(3) === 0)
        editComment(model, {
          by: 'ada',
          issue,
          id,
          wording: command(chance.one(['/confirm', '/reject no'])),
        });
    }),
  },
  {
    name: 'an admin thinks better of what was planned',
    weight: 8,
    perform: ({ stage, chance }) => thinkAgain(stage, chance),
  },
  {
    name: 'edit',
    weight: 3,
    perform: onBug(({ stage: { model }, chance }, issue) => {
      const { comments } = issueIn(model.world, issue);
      if (comments.length === 0) return;
      const wording = chance.one([anyCommand(subjectOf(model), chance), command('/approve-prod')]);
      const { id } = chance.one(comments.slice(-6));
      editComment(model, { by: chance.one(WRITERS), issue, id, wording });
    }),
  },
  {
    name: 'an approving comment is edited or deleted',
    weight: 4,
    perform: ({ stage: { model }, chance }) => {
      const words = [...model.book.comments.values()].filter(
        ({ means, endedAtMs, pressedOn }) =>
          endedAtMs === null && pressedOn === null && means?.command.startsWith('approve') === true,
      );
      if (words.length === 0) return;
      const { id, issue } = chance.one(words.slice(-3));
      const by = chance.one(WRITERS);
      if (chance.below(2) === 0) deleteComment(model, { by, issue, id });
      else editComment(model, { by, issue, id, wording: command('/approve-prod') });
    },
  },
  {
    name: 'delete',
    weight: 2,
    perform: onBug(({ stage: { model }, chance }, issue) => {
      const { comments } = issueIn(model.world, issue);
      if (comments.length === 0) return;
      deleteComment(model, { by: chance.one(WRITERS), issue, id: chance.one(comments.slice(-6)).id });
    }),
  },
  {
    name: 'label',
    weight: 4,
    perform: onBug(({ stage: { model }, chance }, issue) => {
      const action = chance.one(['labeled', 'unlabeled'] as const);
      const label = chance.one([...LABELS, ...issueIn(model.world, issue).labels]);
      telling(model, changeLabel(model, { by: chance.one(PEOPLE), issue, action, label }));
    }),
  },
  {
    name: 'pull request',
    weight: 2,
    perform: onBug(({ stage: { model }, chance }, bug) => {
      const pull = openPull(model, { by: chance.one(['wes', 'ada']), base: chance.one(BASES), bugs: [bug] });
      if (chance.below(2) === 0) review(model, { by: chance.one(PEOPLE), pull, state: 'approved' });
    }),
  },
  {
    name: 'push to a pull request',
    weight: 2,
    perform: onPull(({ stage: { model } }, { number }) => pushToPull(model, number)),
  },
  {
    name: 'review',
    weight: 4,
    perform: onPull(({ stage: { model }, chance }, { number }) =>
      review(model, {
        by: chance.one(PEOPLE),
        pull: number,
        state: chance.one(['approved', 'approved', 'changes_requested']),
      }),
    ),
  },
  {
    name: 'check',
    weight: 1,
    perform: onPull(({ stage: { model }, chance }, { number }) => {
      const state = chance.one(['green', 'green', 'red', 'pending'] as const);
      model.people.check({ pull: number, name: 'unit', state });
      tell(model, `the check of #${number} is ${state}`);
    }),
  },
  {
    name: 'a report in the place of the check',
    weight: 1,
    perform: onPull(({ stage: { model }, chance }, { number }) =>
      reportInstead(model, number, chance.below(2) === 0),
    ),
  },
  {
    name: 'button',
    weight: 4,
    perform: ({ stage: { model }, chance }) => {
      const pulls = [...model.world.pulls.values()].filter(({ state }) => state !== 'closed');
      if (pulls.length > 0)
        pressButton(model, { by: chance.one(SPEAKERS), pull: chance.one(pulls.slice(-6)) }, chance);
    },
  },
  {
    name: 'a word on a release',
    weight: 2,
    perform: ({ stage: { model }, chance }) => {
      const releases = [...model.book.pulls.values()].filter(({ isRelease }) => isRelease);
      if (releases.length === 0) return;
      const wording = command(chance.one(['/approve-release', '/approve-release', '/unapprove', '/confirm']));
      say(model, { by: chance.one(SPEAKERS), issue: chance.one(releases).number, wording });
    },
  },
  {
    name: 'the configuration changes',
    weight: 1,
    perform: ({ stage: { model }, chance }) =>
      changeRules(model, { allowAuthor: chance.below(2) === 0, required: chance.one([1, 1, 2]) }),
  },
  {
    name: 'merge by hand',
    weight: 1,
    perform: onPull(({ stage: { model } }, { number }) => mergeByHand(model, number)),
  },
  {
    name: 'close a pull request',
    weight: 1,
    perform: onPull(({ stage: { model } }, { number }) => closePull(model, number)),
  },
  {
    name: 'push by hand',
    weight: 1,
    perform: ({ stage: { model }, chance }) => pushByHand(model, chance.one(BASES), chance),
  },
  {
    name: 'role',
    weight: 2,
    perform: ({ stage: { model }, chance }) => {
      // Whoever lost a role mostly gets it back, or else nobody is left to go on.
      const login = chance.one(['ada', 'amy', 'max'] as const);
      const usual = login === 'max' ? 'maintain' : 'admin';
      const isUsual = hasPermission(model.book, personIn(model.world, login), usual);
      changeRole(model, login, isUsual ? chance.one(PERMISSIONS) : usual);
    },
  },
  {
    name: 'issue state',
    weight: 1,
    perform: onBug(({ stage: { model }, chance }, issue) =>
      telling(
        model,
        changeIssueState(model, {
          by: chance.one(PEOPLE),
          number: issue,
          to: chance.one(['open', 'closed']),
        }),
      ),
    ),
  },
  {
    name: 'a change that does not apply',
    weight: 1,
    perform: ({ stage: { model }, chance }) => toggleRefusal(model, chance),
  },
];

function toggleRefusal(model: Model, chance: Chance): void {
  const landings = [...model.ledger.state().bugs.values()].flatMap((bug) =>
    bug.fixes.map(({ pull }) => `${bug.number}:${pull}`),
  );
  if (landings.length === 0) return;
  const key = chance.one(landings);
  if (chance.below(2) === 0) {
    model.git.accept(key);
    tell(model, `${key} applies again`);
    return;
  }
  const files = [{ path: 'a.ts', type: 'contents' }];
  const tip = model.git.branches.get('uat') ?? '';
  const outcome = chance.one([
    { kind: 'conflict', key, source: tip, files, conflicted: tip, prerequisites: [] } as const,
    { kind: 'depends', key, prerequisites: [] } as const,
    { kind: 'touches_workflows', key, files: ['.github/workflows/ci.yml'] } as const,
  ]);
  model.git.refuse(outcome);
  tell(model, `${key} does not apply: ${outcome.kind}`);
}

const SYSTEM_ACTS: readonly Act[] = [
  {
    name: 'time',
    weight: 8,
    perform: async ({ stage, chance }) => {
      const ms = chance.one([200, 900, 20_000, 60_000, 11 * 60_000, 3_600_000]);
      await passTime(stage, ms, chance);
    },
  },
  { name: 'time until around a slot', weight: 10, perform: ({ stage, chance }) => untilSlot(stage, chance) },
  { name: 'a slot comes and begins', weight: 16, perform: ({ stage, chance }) => beginSlot(stage, chance) },
  {
    name: 'tick',
    weight: 4,
    perform: ({ stage, chance }) => void beat(stage, chance.one(stage.model.replicas), 'tick'),
  },
  {
    name: 'reconcile',
    weight: 6,
    perform: ({ stage, chance }) => {
      const replica = chance.one(stage.model.replicas);
      if (beat(stage, replica, 'reconcile')) tell(stage.model, `${replica.name} reconciles`);
    },
  },
  {
    name: 'the App answers what waits',
    weight: 6,
    perform: ({ stage, chance }) => void beat(stage, chance.one(stage.model.replicas), 'answer'),
  },
  {
    name: 'a run of somebody’s own waits before an environment',
    weight: 1,
    perform: ({ stage: { model }, chance }) => deployOneself(model, chance.one(['uat', 'prod'])),
  },
  {
    name: 'a webhook arrives late',
    weight: 4,
    perform: ({ stage, chance }) => {
      const { pending, replicas } = stage.model;
      if (pending.length > 0) deliver(stage, chance.one(replicas), chance.one(pending.slice(-20)));
    },
  },
  {
    name: 'a webhook comes twice',
    weight: 2,
    perform: ({ stage, chance }) => {
      const { arrived, replicas } = stage.model;
      if (arrived.length > 0) deliver(stage, chance.one(replicas), chance.one(arrived.slice(-20)));
    },
  },
  {
    name: 'webhooks are lost',
    weight: 2,
    perform: ({ stage: { model } }) => {
      if (model.pending.length > 0) tell(model, `${model.pending.length} webhooks are lost`);
      model.pending = [];
    },
  },
  {
    name: 'schedule',
    weight: 3,
    perform: ({ stage, chance }) => void schedule(stage, chance.one(['T1', 'T2'])),
  },
  {
    name: 'a run begins',
    weight: 14,
    perform: ({ stage, chance }) => {
      enlistDispatched(stage);
      const queued = stage.model.runs.filter(({ state }) => state === 'queued');
      if (queued.length === 0) return;
      const run = chance.one(queued);
      tell(stage.model, `run ${run.id} of ${run.kind} ${run.slot ?? ''} begins`);
      begin(stage, run, chance.one(['whole', 'plan']));
    },
  },
  {
    name: 'a job begins',
    weight: 10,
    perform: ({ stage, chance }) => {
      const waiting = stage.model.runs.filter(({ jobs, process }) => jobs.length > 0 && process === null);
      if (waiting.length > 0) nextJob(stage, chance.one(waiting));
    },
  },
  {
    name: 'a run is run again',
    weight: 2,
    perform: ({ stage, chance }) => {
      const ended = stage.model.runs.filter(({ state }) => state === 'ended').slice(-3);
      if (ended.length > 0) rerun(stage, chance.one(ended));
    },
  },
  {
    name: 'deploys fail or work again',
    weight: 2,
    perform: ({ stage: { model }, chance }) => {
      const environment = chance.one(['uat', 'prod'] as const);
      if (!model.failing.delete(environment) && chance.below(2) === 0) model.failing.add(environment);
      tell(model, `deploys to ${environment} ${model.failing.has(environment) ? 'fail' : 'work again'}`);
    },
  },
  {
    name: 'the freeze variable is set or not',
    weight: 1,
    perform: ({ stage: { model } }) => {
      const isOn = model.variables.freeze === 'true';
      model.variables = { ...model.variables, freeze: isOn ? null : 'true' };
      tell(model, `DEPLOY_FREEZE is ${isOn ? 'not set any more' : 'true'}`);
    },
  },
  {
    name: 'a replica is killed and starts again',
    weight: 2,
    perform: ({ stage, chance }) => {
      const replica = chance.one(stage.model.replicas);
      stage.scheduler.kill(replica.process);
      count(stage.model, 'replicas killed');
      askAgain(stage);
      restart(stage, replica);
    },
  },
  { name: 'GitHub notices dead runs', weight: 4, perform: ({ stage }) => noticeDeadRuns(stage) },
];

/** All that can happen. A new command is a row of `wording.ts`, a new event one of `webhook.ts`. */
export const ACTS: readonly Act[] = [...PEOPLE_ACTS, ...SYSTEM_ACTS];
