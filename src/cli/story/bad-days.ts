import { approves, freezes, labels, offersFix, reports, says, together } from './deed.ts';
import { offersWatch } from './feature.ts';
import type { Chapter, Step } from './step.ts';

const PROD_BEFORE = '16:30  NT$1,000 - coupon NT$200 + shipping NT$60 + VAT NT$40 = NT$900';
const PROD_HOTFIXED = '16:30  NT$1,100 - coupon NT$220 + shipping NT$0 + VAT NT$44 = NT$924';

/** A bug that cannot wait, in a freeze: two people bring its fix to PROD, and take it back by hand. */
export const hotfixDay: Chapter = {
  title: 'Day 5 · A freeze, a hotfix by two people, and a rollback by hand',
  steps: [
    {
      who: 'ada',
      at: [5, '09:00'],
      what: 'says /freeze on {shipping}: the tax office is in the house',
      act: freezes('ada', { on: 'shipping', untilDay: 7, reason: 'the tax office is in the house' }),
      expect: { answer: /freeze/iu },
    },
    {
      who: 'rita',
      at: [5, '09:30'],
      what: 'reports {price}, seen on PROD; Dan labels it critical: at most an hour from now on',
      act: together(
        reports('rita', 'price', {
          title: 'Strainers are sold at last year’s price',
          body: 'NT$140 it is, and we lose money with each. src/product.js:3',
        }),
        labels('dan', { price: ['bug', 'severity:critical', 'found-in:prod'] }),
      ),
      expect: { status: { price: 'submitted' } },
    },
    {
      who: 'dan',
      at: [5, '09:40'],
      what: 'offers {price.fix} against main',
      act: offersFix('dan', 'price', {
        base: 'main',
        title: 'Sell strainers at NT$140',
        changes: [
          { path: 'src/product.js', find: 'price: 40 }', put: 'price: 140 }' },
          { path: 'test/cart.test.js', find: '1000', put: '1100' },
        ],
      }),
    },
    {
      who: 'ada',
      at: [5, '09:50'],
      what: 'says /hotfix: in a freeze it takes two people, so nothing is deployed yet',
      act: says('ada', ['price'], '/hotfix'),
      expect: { serves: { prod: PROD_BEFORE }, answer: /Hotfix, P1[\s\S]*another one/u },
    },
    {
      who: 'eve',
      at: [5, '10:00'],
      what: 'is a senior by the configuration; she has looked at it and says /approve-hotfix: it goes live at once',
      act: says('eve', ['price'], '/approve-hotfix'),
      expect: {
        status: { price: 'pending_uat_merge' },
        serves: { prod: PROD_HOTFIXED },
        answer: /On PROD.*in time/su,
      },
    },
    {
      who: 'ada',
      at: [5, '11:00'],
      what: 'hears that the new price begins in January and says /rollback prod',
      act: says('ada', ['price'], '/rollback prod the new price begins in January'),
      expect: {
        status: { price: 'confirmed' },
        newCommits: { prod: 1 },
        serves: { prod: PROD_BEFORE },
        answer: /PROD is back on/u,
      },
    },
    {
      who: 'ada',
      at: [5, '11:30'],
      what: 'wants to close {price}: not without its note, which she writes; and lifts the freeze and the lock',
      act: together(
        says('ada', ['price'], '/close it is no bug before January'),
        says(
          'ada',
          ['price'],
          '/incident-note root cause: a price list read too early fix: none before January',
        ),
        says('ada', ['price'], '/close it is no bug before January'),
        says('ada', ['price'], '/unfreeze'),
        says('ada', ['price'], '/unlock prod'),
      ),
      expect: { status: { price: 'closed' }, answer: /incident-note/u },
    },
  ],
};

function queued(name: string, day: number): Step {
  return {
    who: 'T1',
    at: [day, '20:00'],
    what: 'analyses and queues it',
    expect: { status: { [name]: 'pending_prod' } },
  };
}

/** A fix that no test stops reaches a tenth of PROD, and the watch takes it back. */
export const canaryNight: Chapter = {
  title: 'Days 5 and 6 · PROD gets canaries and a watch; the first canary goes bad',
  steps: [
    {
      who: 'eve',
      at: [5, '15:00'],
      what: 'reports {blind} and offers a watch of PROD as {blind.fix}; Ada says /confirm and approves it',
      act: together(
        reports('eve', 'blind', {
          title: 'Nobody sees when the till cannot read our receipts',
          body: 'PROD is not watched. .github/tonic.yml',
        }),
        labels('eve', { blind: ['bug', 'severity:low', 'found-in:prod'] }),
        says('ada', ['blind'], '/confirm'),
        offersWatch('eve', 'blind'),
        approves('ada', ['blind.fix']),
      ),
      expect: { status: { blind: 'confirmed' }, labels: { blind: ['flow:2'] } },
    },
    queued('blind', 5),
    {
      who: 'T2',
      at: [5, '22:00'],
      what: 'brings the watch to PROD',
      expect: { status: { blind: 'deployed_prod' }, serves: { prod: PROD_BEFORE } },
    },
    {
      who: 'rita',
      at: [6, '09:00'],
      what: 'reports {currency}; Ada says /confirm and approves {currency.fix} by Dan: its tests are green',
      act: together(
        reports('rita', 'currency', {
          title: 'Amounts are not written as the locale says',
          body: 'See src/money.js:3',
        }),
        labels('dan', { currency: ['bug', 'severity:low', 'found-in:prod'] }),
        says('ada', ['currency'], '/confirm'),
        offersFix('dan', 'currency', {
          base: 'main',
          title: 'Write amounts as the locale says',
          changes: [
            {
              path: 'src/money.js',
              find: "`NT$${amount.toLocaleString('en-US')}`",
              put: "new Intl.NumberFormat('zh-TW', { style: 'currency', currency: 'TWD' }).format(amount)",
            },
          ],
        }),
        approves('ada', ['currency.fix']),
      ),
      expect: { status: { currency: 'confirmed' }, labels: { currency: ['flow:2'] } },
    },
    queued('currency', 6),
    {
      who: 'T2',
      at: [6, '22:00'],
      what: 'gives a tenth of PROD to the fix; the till cannot read its amounts, so the watch takes it back',
      expect: {
        status: { currency: 'confirmed' },
        serves: { prod: PROD_BEFORE },
        answer: /unreadable_percent/u,
      },
    },
  ],
};
