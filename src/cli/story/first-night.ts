import { approves, labels, offersFix, reports, says, together } from './deed.ts';
import { checkExactly } from './exactly.ts';
import type { Chapter } from './step.ts';

const AT_FIRST = '08:30  NT$1000 - coupon NT$20 + shipping NT$60 + VAT NT$50 = NT$1090';
const ALL_THREE = '08:30  NT$1000 - coupon NT$200 + shipping NT$0 + VAT NT$40 = NT$840';
const TWO_OF_THREE = '08:30  NT$1000 - coupon NT$200 + shipping NT$60 + VAT NT$40 = NT$900';

const VAT_REPORT = `A receipt with a coupon charges VAT on the full price.

    at vat (src/vat.js:5:15)
    at settle (src/receipt.js:11:65)
`;

/** Versions are aligned: three bugs go Flow 1, two of their fixes are approved. */
export const firstNight: Chapter = {
  title: 'Day 1 · UAT and PROD run the same version: Flow 1, UAT first',
  steps: [
    {
      who: 'rita',
      at: [1, '09:10'],
      what: 'reports {vat} “VAT is charged on the full price, coupon or not”',
      act: reports('rita', 'vat', {
        title: 'VAT is charged on the full price, coupon or not',
        body: VAT_REPORT,
      }),
      expect: { serves: { uat: AT_FIRST, prod: AT_FIRST } },
    },
    {
      who: 'dan',
      at: [1, '09:20'],
      what: 'labels it as a bug of medium severity',
      act: labels('dan', { vat: ['bug', 'severity:medium'] }),
      expect: { status: { vat: 'submitted' } },
    },
    {
      who: 'ada',
      at: [1, '09:30'],
      what: 'says /confirm: the versions decide the flow',
      act: says('ada', ['vat'], '/confirm'),
      expect: { status: { vat: 'confirmed' }, labels: { vat: ['flow:1'] }, answer: /Flow 1.*same version/u },
    },
    {
      who: 'rita',
      at: [1, '10:00'],
      what: 'reports {coupon} and {shipping}',
      act: together(
        reports('rita', 'coupon', {
          title: 'A coupon of 20 % takes off NT$20',
          body: 'Seen with `WELCOME`, see src/coupon.js.',
        }),
        reports('rita', 'shipping', {
          title: 'An order of exactly NT$1,000 pays for shipping',
          body: 'It should be free from NT$1,000 on. src/shipping.js:6',
        }),
        labels('dan', { coupon: ['bug', 'severity:low'], shipping: ['bug', 'severity:low'] }),
      ),
      expect: { status: { coupon: 'submitted', shipping: 'submitted' } },
    },
    {
      who: 'ada',
      at: [1, '10:20'],
      what: 'confirms both',
      act: says('ada', ['coupon', 'shipping'], '/confirm'),
      expect: { status: { coupon: 'confirmed', shipping: 'confirmed' } },
    },
    {
      who: 'eve',
      at: [1, '14:00'],
      what: 'offers a fix of {vat} as pull request {vat.fix}, “Fixes {vat}”; its tests run',
      act: offersFix('eve', 'vat', {
        base: 'uat',
        title: 'Charge VAT on the price after the coupon',
        changes: [
          {
            path: 'src/vat.js',
            find: '(order.subtotal * RATE_PERCENT)',
            put: '((order.subtotal - order.discount) * RATE_PERCENT)',
          },
          {
            path: 'test/vat.test.js',
            find: "test('VAT is 5 %'",
            put: "test('VAT is on the price after the coupon', () => {\n  assert.equal(vat({ subtotal: 1000, discount: 200 }), 40);\n});\n\ntest('VAT is 5 %'",
          },
        ],
      }),
    },
    {
      who: 'dan',
      at: [1, '15:00'],
      what: 'reviews it, and offers {coupon.fix} and {shipping.fix}, which Eve reviews',
      act: together(
        approves('dan', ['vat.fix']),
        offersFix('dan', 'coupon', {
          base: 'uat',
          title: 'Take a percentage off, not its number',
          changes: [
            {
              path: 'src/coupon.js',
              find: 'coupon.percent;',
              put: 'Math.round((order.subtotal * coupon.percent) / 100);',
            },
          ],
        }),
        offersFix('dan', 'shipping', {
          base: 'uat',
          title: 'Send orders of exactly NT$1,000 for free',
          changes: [{ path: 'src/shipping.js', find: '> FREE_FROM', put: '>= FREE_FROM' }],
        }),
        approves('eve', ['coupon.fix', 'shipping.fix']),
      ),
    },
    {
      who: 'dan',
      at: [1, '16:00'],
      what: 'puts the label status:deployed_prod on {vat}: it is put back',
      act: labels('dan', { vat: ['status:deployed_prod'] }),
      expect: { status: { vat: 'confirmed' }, answer: /put back/u },
    },
    {
      who: 'rita',
      at: [1, '16:30'],
      what: 'reports {refund}; Ada confirms it: it is too severe for a slot, and has four hours',
      act: together(
        reports('rita', 'refund', {
          title: 'A negative quantity pays money out',
          body: 'A cart with -2 teapots has a total below zero. src/cart.js:8',
        }),
        labels('dan', { refund: ['bug', 'severity:high'] }),
        says('ada', ['refund'], '/confirm'),
      ),
      expect: { status: { refund: 'confirmed' }, answer: /hotfix path/u },
    },
    {
      who: 'T1',
      at: [1, '20:00'],
      what: 'analyses, merges the three fixes into UAT, deploys and verifies it',
      expect: {
        status: { vat: 'deployed_uat', coupon: 'deployed_uat', shipping: 'deployed_uat', refund: 'planned' },
        serves: { uat: ALL_THREE, prod: AT_FIRST },
        newCommits: { prod: 0 },
      },
    },
    {
      who: 'dan',
      at: [1, '20:40'],
      what: 'says /approve-prod on {vat} and is no admin: refused; the time of {refund} is over',
      act: says('dan', ['vat'], '/approve-prod'),
      expect: { status: { vat: 'deployed_uat' }, answer: /for admins/u },
    },
    {
      who: 'ada',
      at: [1, '21:15'],
      what: 'has looked at UAT and says /approve-prod {vat} {coupon}; {shipping} has to wait',
      act: says('ada', ['vat'], '/approve-prod {vat} {coupon}'),
      expect: { status: { vat: 'pending_prod', coupon: 'pending_prod', shipping: 'deployed_uat' } },
    },
    {
      who: 'T2',
      at: [1, '22:00'],
      what: 'brings exactly the two approved fixes to PROD',
      expect: {
        status: { vat: 'deployed_prod', coupon: 'deployed_prod', shipping: 'deployed_uat' },
        serves: { uat: ALL_THREE, prod: TWO_OF_THREE },
        newCommits: { uat: 0, prod: 2 },
        check: checkExactly('prod', ['vat.fix', 'coupon.fix']),
      },
    },
  ],
};
