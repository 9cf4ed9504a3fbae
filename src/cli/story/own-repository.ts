import { approves, labels, offersFix, reports, says, together } from './deed.ts';
import { observe } from './observation.ts';
import { renderCosts } from './render.ts';
import type { Scene } from './scene.ts';
import type { Chapter, Step } from './step.ts';
import { createScene, tellStory, type Telling } from './tell.ts';
import type { Demo } from '../../compose-demo.ts';

/**
 * Takes two synthetic bugs through the flows on the real history of a repository of the user's: the first as its
 * versions decide, the second the other way.
 *
 * @throws StoryFailure at the first step that does not end as told.
 */
export async function playOnOwnRepository(demo: Demo, telling: Telling): Promise<void> {
  const scene = createScene(demo);
  const { uat, prod } = demo.branches;
  const costs = await tellStory(scene, [beginning], telling);
  const seen = await observe(scene);
  const isAligned = seen.labels.get(scene.numberOf('first'))?.includes('flow:1') === true;
  const rest: Chapter[] = isAligned
    ? [flowOne('first', uat, 1), { ...flowTwo('second', prod, 2), title: 'Flow 2, because an admin says so' }]
    : [flowTwo('first', prod, 1), ...afterRelease(uat, prod)];
  costs.push(...(await tellStory(scene, rest, telling)));
  telling.write('');
  telling.write(renderCosts(costs));
}

const beginning: Chapter = {
  title: 'A bug on your own history: its versions decide the flow',
  steps: [
    { who: 'rita', at: [1, '09:10'], what: 'reports {first}', act: reported('first') },
    {
      who: 'ada',
      at: [1, '09:30'],
      what: 'says /confirm',
      act: says('ada', ['first'], '/confirm'),
      expect: { status: { first: 'confirmed' } },
    },
  ],
};

function reported(name: string) {
  const report = { title: `A made-up bug, the ${name} one`, body: 'Made up by the demo.' };
  return together(reports('rita', name, report), labels('dan', { [name]: ['bug', 'severity:low'] }));
}

function fix(name: string, base: string) {
  const changes = [{ path: `tonic-demo/${name}.txt`, text: `the ${name} fix is here\n` }];
  return offersFix('dan', name, { base, title: `Mend the ${name} bug`, changes });
}

function flowOne(name: string, branch: string, day: number): Chapter {
  const fixed = `the ${name} fix is here`;
  return {
    title: 'Flow 1, UAT first',
    steps: [
      {
        who: 'dan',
        at: [day, '14:00'],
        what: `offers {${name}.fix} against ${branch}, Eve approves it`,
        act: together(fix(name, branch), approves('eve', [`${name}.fix`])),
      },
      {
        who: 'T1',
        at: [day, '20:00'],
        what: 'brings it to UAT',
        expect: { status: { [name]: 'deployed_uat' } },
      },
      {
        who: 'ada',
        at: [day, '21:00'],
        what: `says /approve-prod`,
        act: says('ada', [name], '/approve-prod'),
        expect: { status: { [name]: 'pending_prod' } },
      },
      {
        who: 'T2',
        at: [day, '22:00'],
        what: 'brings exactly that to PROD',
        expect: {
          status: { [name]: 'deployed_prod' },
          check: (scene) => serves(scene, ['uat', 'prod'], fixed),
        },
      },
    ],
  };
}

function flowTwo(name: string, branch: string, day: number): Chapter {
  const fixed = `the ${name} fix is here`;
  const confirm: Step[] =
    name === 'first'
      ? []
      : [
          { who: 'rita', at: [day, '09:10'], what: `reports {${name}}`, act: reported(name) },
          {
            who: 'ada',
            at: [day, '09:30'],
            what: 'says /confirm flow2',
            act: says('ada', [name], '/confirm flow2'),
            expect: { status: { [name]: 'confirmed' }, labels: { [name]: ['flow:2'] } },
          },
        ];
  return {
    title: 'Flow 2, PROD first',
    steps: [
      ...confirm,
      {
        who: 'dan',
        at: [day, '14:00'],
        what: `offers {${name}.fix} against ${branch}, Ada signs it off in a review`,
        act: together(fix(name, branch), approves('ada', [`${name}.fix`])),
      },
      {
        who: 'T1',
        at: [day, '20:00'],
        what: 'queues it for PROD',
        expect: { status: { [name]: 'pending_prod' } },
      },
      {
        who: 'T2',
        at: [day, '22:00'],
        what: 'brings it to PROD',
        expect: { status: { [name]: 'deployed_prod' }, check: (scene) => serves(scene, ['prod'], fixed) },
      },
      {
        who: 'ada',
        at: [day + 1, '10:00'],
        what: 'says /approve-uat-merge',
        act: says('ada', [name], '/approve-uat-merge'),
        expect: { status: { [name]: 'pending_uat_merge' } },
      },
      {
        who: 'T2',
        at: [day + 1, '22:00'],
        what: 'picks it onto UAT',
        expect: { status: { [name]: 'uat_merged' }, check: (scene) => serves(scene, ['uat', 'prod'], fixed) },
      },
    ],
  };
}

async function serves(scene: Scene, environments: readonly ('uat' | 'prod')[], text: string): Promise<void> {
  const { served } = await observe(scene);
  for (const environment of environments) {
    if (!served[environment].receipt.includes(text)) {
      throw new Error(
        `${environment.toUpperCase()} should serve “${text}” and serves “${served[environment].receipt}”`,
      );
    }
  }
}

/** Flow 1 needs one version on both sides: it is refused first, then a release brings them together, where they merge. */
function afterRelease(uat: string, prod: string): Chapter[] {
  const release: Step = {
    who: 'ada',
    at: [3, '10:00'],
    what: `releases: says /approve-release and merges ${uat} into ${prod}, and back, so that both run the same version`,
    act: async (scene) => {
      await bring(scene, { head: uat, base: prod, word: '/approve-release' });
      await bring(scene, { head: prod, base: uat, word: null });
    },
  };
  return [
    {
      title: 'Flow 1 on mismatched versions is refused; after a release it is safe',
      steps: [
        { who: 'rita', at: [3, '09:10'], what: 'reports {second}', act: reported('second') },
        {
          who: 'ada',
          at: [3, '09:30'],
          what: 'says /confirm flow1: refused with the evidence',
          act: says('ada', ['second'], '/confirm flow1'),
          expect: { status: { second: 'submitted' }, answer: /Flow 1 is not safe now/u },
        },
        release,
        {
          who: 'ada',
          at: [3, '11:00'],
          what: 'says /confirm',
          act: says('ada', ['second'], '/confirm'),
          expect: { status: { second: 'confirmed' }, labels: { second: ['flow:1'] } },
        },
      ],
    },
    flowOne('second', uat, 3),
  ];
}

/** Ada merges one environment's branch into the other's by a pull request, which the gate lets through at her word. */
async function bring(
  scene: Scene,
  { head, base, word }: { readonly head: string; readonly base: string; readonly word: string | null },
): Promise<void> {
  const ada = scene.actor('ada');
  const { octokit, at } = ada;
  const title = `Bring ${head} to ${base}`;
  const { data: pull } = await octokit.rest.pulls.create({ ...at, head, base, title });
  await scene.demo.settle();
  if (word !== null) await ada.say(pull.number, word);
  await scene.demo.settle();
  try {
    await ada.merge(pull.number);
  } catch (error) {
    const { data } = await octokit.rest.pulls.get({ ...at, pull_number: pull.number });
    throw data.mergeable === false
      ? new Error(
          `${head} and ${base} conflict: your versions cannot be released by a merge, so Flow 1 stays unsafe`,
        )
      : error;
  }
  await scene.demo.settle();
}
