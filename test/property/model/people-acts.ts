import { issueIn, personIn } from '../../support/fake-world.ts';
import { bugsOf, onBug, onPull, PEOPLE, SPEAKERS, subjectOf, type Act } from './act.ts';
import type { Chance } from './chance.ts';
import { tell, type Model } from './model.ts';
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
import { hasPermission } from './oracle/book.ts';
import { thinkAgain } from './slot-moment.ts';
import { anyCommand, anyTrap, command } from './wording.ts';

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

function telling(model: Model, line: string | null): void {
  if (line !== null) tell(model, line);
}

/** What people do, helpful, careless or hostile. */
export const PEOPLE_ACTS: readonly Act[] = [
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
