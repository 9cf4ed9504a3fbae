import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { personOf, typeTonic } from '../support/e2e-cli.ts';
import { FIX, startShop, type Shop } from '../support/e2e-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
  await shop.confirmed('vat');
  await shop.fixed('vat', FIX.vat);
  await shop.confirmed('coupon');
  await shop.to('20:00');
  await shop.say('ada', 'vat', '/approve-prod');
});
afterAll(() => shop.demo.close());

const Planned = z.object({
  slots: z.array(
    z.object({ slot: z.string(), stages: z.array(z.object({ base: z.string(), candidate: z.string() })) }),
  ),
});

const plan = (...args: string[]) =>
  typeTonic(tmpdir(), ['plan', '--repo', 'acme/shop', ...args], personOf(shop, 'dan'));

it('tonic plan and /plan-slot tell the same, and change nothing', async () => {
  const before = await shop.git('for-each-ref', '--format=%(refname) %(objectname)', 'refs/remotes');
  const { code, out, err } = await plan();
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/^T2: \w{3} \d{4}-\d\d-\d\d 22:00 \(Asia\/Taipei\), in 1 h 5\d min$/mu);
  expect(out).toMatch(/^PROD \w{7} → \w{7}, with #1, as \d{4}-\d\d-\d\d-T2-prod$/mu);
  expect(out).toMatch(/^1\. deploy 100 \(direct: it changes code only\)\n1\. verify$/mu);
  expect(out).toMatch(/^- ➡️ #1 .*: would go to PROD$/mu);
  expect(await shop.git('for-each-ref', '--format=%(refname) %(objectname)', 'refs/remotes')).toBe(before);

  await shop.say('dan', 'vat', '/plan-slot');
  const posted = (await shop.answers('vat')).at(-1) ?? '';
  for (const line of ['with #1', '1. verify', 'would go to PROD']) expect(posted).toContain(line);
});

it('what it shows is what T2 then deploys', async () => {
  const { out } = await plan('--json');
  const [, t2] = Planned.parse(JSON.parse(out)).slots;
  expect(t2?.stages).toHaveLength(1);
  await shop.to('22:00');
  expect(await shop.head('main')).toBe(t2?.stages[0]?.candidate);
  expect(await shop.statusOf('vat')).toBe('deployed_prod');
});
