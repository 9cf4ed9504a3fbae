import { describe, expect, it } from 'vitest';
import { createFileIndex } from '../../../src/adapters/analysis/file-index.ts';
import { findMentions } from '../../../src/adapters/analysis/mention.ts';
import { cpuMs } from '../../support/cpu-time.ts';

/** `folder/name:line kind`, one a mention. */
function mentionsOf(text: string): string[] {
  return findMentions(text).map(({ segments, line, kind }) => `${segments.join('/')}:${line ?? '-'} ${kind}`);
}

describe('a stack trace', () => {
  it.each([
    ['Node', '    at total (/app/src/billing/invoice.ts:42:17)', 'app/src/billing/invoice.ts:42 stack_trace'],
    [
      'Node, async, file address',
      'at async file:///app/src/invoice.mjs:7:3',
      'app/src/invoice.mjs:7 stack_trace',
    ],
    [
      'webpack',
      'at Page (webpack-internal:///./src/pages/cart.tsx:10:5)',
      'src/pages/cart.tsx:10 stack_trace',
    ],
    ['Windows', String.raw`at total (C:\app\src\invoice.js:42:17)`, 'app/src/invoice.js:42 stack_trace'],
    [
      'a development server',
      '  at http://localhost:3000/src/cart.ts?t=1690000000:10:5',
      'localhost:3000/src/cart.ts:10 stack_trace',
    ],
    [
      'Python',
      '  File "/srv/app/billing/invoice.py", line 42, in total',
      'srv/app/billing/invoice.py:42 stack_trace',
    ],
    [
      'Java',
      '\tat com.acme.billing.Invoice.total(Invoice.java:42)',
      'com/acme/billing/Invoice.java:42 stack_trace',
    ],
    [
      'Java modules',
      '  at app//com.acme.billing.Invoice$Line.total(Invoice.java:42)',
      'com/acme/billing/Invoice.java:42 stack_trace',
    ],
    ['Kotlin', '\tat com.acme.MainKt.main(Main.kt:7)', 'com/acme/Main.kt:7 stack_trace'],
    ['Go', '\t/go/src/acme/internal/invoice.go:42 +0x1d', 'go/src/acme/internal/invoice.go:42 stack_trace'],
    ['Ruby', "\tfrom app/models/invoice.rb:42:in `total'", 'app/models/invoice.rb:42 stack_trace'],
    [
      'Ruby, first line',
      "app/models/invoice.rb:42:in 'Invoice#total': undefined",
      'app/models/invoice.rb:42 stack_trace',
    ],
    [
      '.NET',
      String.raw`   at Acme.Invoice.Total() in C:\src\Billing\Invoice.cs:line 42`,
      'src/Billing/Invoice.cs:42 stack_trace',
    ],
    [
      'PHP',
      '#0 /var/www/src/Invoice.php(42): Acme\\Invoice->total()',
      'var/www/src/Invoice.php:42 stack_trace',
    ],
    [
      'PHP, first line',
      'PHP Fatal error:  Uncaught Error in /var/www/src/Invoice.php:42',
      'var/www/src/Invoice.php:42 stack_trace',
    ],
    ['Rust', '             at ./src/invoice.rs:42:5', 'src/invoice.rs:42 stack_trace'],
    ['Rust, first line', "thread 'main' panicked at src/invoice.rs:42:5:", 'src/invoice.rs:42 stack_trace'],
    ['Rust, compiler', '  --> src/invoice.rs:42:5', 'src/invoice.rs:42 stack_trace'],
    ['a quote', '> ```\n>     at total (/app/src/a.ts:1:2)', 'app/src/a.ts:1 stack_trace'],
  ])('of %s is read', (_, text, mention) => {
    expect(mentionsOf(text)).toContain(mention);
  });
});

describe('a name', () => {
  it.each([
    ['see `src/billing/invoice.ts`.', 'src/billing/invoice.ts:- named'],
    ['in invoice.ts, I think', 'invoice.ts:- named'],
    ['invoice.ts line 42', 'invoice.ts:42 named'],
    ['src/invoice.ts:42', 'src/invoice.ts:42 named'],
    ['invoice.ts(42,5): error TS2322', 'invoice.ts:42 named'],
    ['[the code](src/invoice.ts#L42)', 'src/invoice.ts:42 named'],
    [
      'https://github.com/acme/shop/blob/abc123/src/invoice.ts#L42-L50',
      'github.com/acme/shop/blob/abc123/src/invoice.ts:42 named',
    ],
    ['./scripts/deploy', 'scripts/deploy:- named'],
    ['the Dockerfile is wrong', 'Dockerfile:- named'],
    ['../../etc/passwd', 'etc/passwd:- named'],
    ['src/größe/maß.ts', 'src/größe/maß.ts:- named'],
  ])('is found in %j', (text, mention) => {
    expect(mentionsOf(text)).toContain(mention);
  });

  it('is not found in ordinary words', () => {
    expect(mentionsOf('It fails. Really? Yes: 3 times, see #12 and @mona (v2).')).toEqual([]);
  });
});

it('reading takes bounded time, whatever the text is', () => {
  const hostile = [
    'a/'.repeat(33_000),
    'a.'.repeat(33_000),
    '(a.java '.repeat(8_200),
    'x.a(b.java:1'.repeat(5_500),
    'at '.repeat(22_000),
    '\\:@~+$#[]'.repeat(7_000),
    '[['.repeat(33_000),
    '> '.repeat(33_000),
    'a.ts"\'`,? line '.repeat(4_400),
    'a.ts?'.repeat(13_000),
    `${' '.repeat(65_000)}x.ts:1`,
    'a.ts\n'.repeat(13_000),
    '../'.repeat(21_000),
    '.. '.repeat(21_000),
    'a '.repeat(33_000),
    'a/b '.repeat(16_000),
    'ä'.repeat(66_000),
    'at (/app/src/x.ts:1:1)\n'.repeat(2_900),
  ];
  const index = createFileIndex(Array.from({ length: 5_000 }, (_, number) => `src/d${number}/x.ts`));
  for (const text of hostile) {
    // The best of three: the first may be spent on compiling.
    expect(Math.min(...[1, 2, 3].map(() => cpuMs(() => findMentions(text))))).toBeLessThan(50);
    const mentions = findMentions(text);
    expect(mentions.length).toBeLessThanOrEqual(200);
    for (const mention of mentions) index.resolve(mention);
  }
});
