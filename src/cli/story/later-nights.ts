import { approves, labels, offersFix, reports, says, together } from './deed.ts';
import { offersFeature, settlesConflict } from './feature.ts';
import type { Chapter } from './step.ts';

const UAT_BEFORE = '08:30  NT$1000 - coupon NT$200 + shipping NT$0 + VAT NT$40 = NT$840';
const UAT_WITH_FEATURE = `${UAT_BEFORE} (about US$26)`;
const PROD_BEFORE = '08:30  NT$1000 - coupon NT$200 + shipping NT$60 + VAT NT$40 = NT$900';
const PROD_FIXED = '16:30  NT$1,000 - coupon NT$200 + shipping NT$60 + VAT NT$40 = NT$900';
const UAT_WITH_TIME = '16:30  NT$1000 - coupon NT$200 + shipping NT$0 + VAT NT$40 = NT$840 (about US$26)';
const UAT_WITH_BOTH = '16:30  NT$1,000 - coupon NT$200 + shipping NT$0 + VAT NT$40 = NT$840 (about US$26)';

/** UAT is ahead with a feature: two bugs of PROD go Flow 2. */
export const secondNight: Chapter = {
  title: 'Day 2 · UAT moves ahead with a feature: Flow 2, PROD first',
  steps: [
    {
      who: 'eve',
      at: [2, '09:30'],
      what: 'merges the feature {dollars} “Show prices in US dollars too” into uat, where it goes live',
      act: offersFeature('eve', 'dollars', 'dan'),
      expect: { serves: { uat: UAT_WITH_FEATURE, prod: PROD_BEFORE } },
    },
    {
      who: 'ada',
      at: [2, '10:00'],
      what: 'says /approve-prod on {shipping}: its flow is not safe any more, refused with the evidence',
      act: says('ada', ['shipping'], '/approve-prod'),
      expect: { status: { shipping: 'deployed_uat' }, answer: /UAT is ahead of PROD by 1 commit/u },
    },
    {
      who: 'ada',
      at: [2, '10:15'],
      what: 'closes {refund} by hand: the payment provider refuses such orders now',
      act: says('ada', ['refund'], '/close the payment provider refuses orders below zero now'),
      expect: { status: { refund: 'closed' } },
    },
    {
      who: 'rita',
      at: [2, '10:30'],
      what: 'reports {time} and {commas}, both seen on PROD',
      act: together(
        reports('rita', 'time', {
          title: 'Receipts show the time of another country',
          body: 'Ordered at half past four, the receipt says 08:30. src/order-time.js:3',
        }),
        reports('rita', 'commas', {
          title: 'NT$1000 should be NT$1,000',
          body: 'Large amounts are hard to read. src/money.js:3',
        }),
        labels('dan', {
          time: ['bug', 'severity:medium', 'found-in:prod'],
          commas: ['bug', 'severity:low', 'found-in:prod'],
        }),
      ),
      expect: { status: { time: 'submitted', commas: 'submitted' } },
    },
    {
      who: 'ada',
      at: [2, '11:00'],
      what: 'says /confirm on both: UAT is ahead, so PROD comes first',
      act: says('ada', ['time', 'commas'], '/confirm'),
      expect: {
        status: { time: 'confirmed', commas: 'confirmed' },
        labels: { time: ['flow:2'], commas: ['flow:2'] },
        answer: /Flow 2.*UAT is ahead of PROD by 1 commit/u,
      },
    },
    {
      who: 'dan',
      at: [2, '14:00'],
      what: 'offers {time.fix} against main, Eve offers {commas.fix}',
      act: together(
        offersFix('dan', 'time', {
          base: 'main',
          title: 'Print the local time',
          changes: [
            {
              path: 'src/order-time.js',
              find: 'placedAt.toISOString().slice(11, 16)',
              put: "placedAt.toLocaleTimeString('en-GB', { timeZone: 'Asia/Taipei', timeStyle: 'short' })",
            },
          ],
        }),
        offersFix('eve', 'commas', {
          base: 'main',
          title: 'Group the digits of large amounts',
          changes: [
            { path: 'src/money.js', find: '`NT$${amount}`', put: "`NT$${amount.toLocaleString('en-US')}`" },
          ],
        }),
      ),
    },
    {
      who: 'ada',
      at: [2, '15:00'],
      what: 'approves {time.fix} and {commas.fix} in reviews: her sign-off for PROD',
      act: approves('ada', ['time.fix', 'commas.fix']),
    },
    {
      who: 'T1',
      at: [2, '20:00'],
      what: 'analyses both and queues them; UAT is skipped',
      expect: {
        status: { time: 'pending_prod', commas: 'pending_prod' },
        newCommits: { uat: 0, prod: 0 },
        serves: { uat: UAT_WITH_FEATURE, prod: PROD_BEFORE },
      },
    },
    {
      who: 'T2',
      at: [2, '22:00'],
      what: 'merges both into main, deploys PROD and verifies it',
      expect: {
        status: { time: 'deployed_prod', commas: 'deployed_prod', shipping: 'deployed_uat' },
        newCommits: { uat: 0 },
        serves: { uat: UAT_WITH_FEATURE, prod: PROD_FIXED },
      },
    },
  ],
};

/** The fixes go back to UAT: one by itself, one with a conflict that a person settles. */
export const thirdAndFourthNight: Chapter = {
  title: 'Days 3 and 4 · The fixes go back to UAT, one of them with a conflict',
  steps: [
    {
      who: 'ada',
      at: [3, '10:00'],
      what: 'says /approve-uat-merge {time} {commas}',
      act: says('ada', ['time'], '/approve-uat-merge {time} {commas}'),
      expect: { status: { time: 'pending_uat_merge', commas: 'pending_uat_merge' } },
    },
    {
      who: 'T2',
      at: [3, '22:00'],
      what: 'picks the fix of {time} onto UAT; the one of {commas} conflicts and becomes a pull request',
      expect: {
        status: { time: 'uat_merged', commas: 'pending_uat_merge' },
        newCommits: { uat: 1, prod: 0 },
        serves: { uat: UAT_WITH_TIME, prod: PROD_FIXED },
        answer: /src\/money\.js/u,
      },
    },
    {
      who: 'eve',
      at: [4, '10:00'],
      what: 'settles the conflict in {conflict} and merges it',
      act: settlesConflict('eve', 'ada', {
        name: 'conflict',
        path: 'src/money.js',
        text: `/** An amount as people read it. */
export function money(amount, currency = 'NT$') {
  return \`\${currency}\${amount.toLocaleString('en-US')}\`;
}
`,
      }),
      expect: { status: { commas: 'pending_uat_merge' }, serves: { uat: UAT_WITH_BOTH } },
    },
    {
      who: 'T2',
      at: [4, '22:00'],
      what: 'finds the fix of {commas} on UAT and ends its way',
      expect: {
        status: { commas: 'uat_merged', refund: 'closed', shipping: 'deployed_uat' },
        newCommits: { prod: 0 },
        serves: { uat: UAT_WITH_BOTH, prod: PROD_FIXED },
      },
    },
  ],
};
