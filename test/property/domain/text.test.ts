import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseComment } from '../../../src/domain/commands/parse.ts';
import { parseFixMentions } from '../../../src/domain/fix.ts';
import { code, nameOf, plain } from '../../../src/domain/text/markdown.ts';
import { ownLines } from '../../../src/domain/text/own-lines.ts';

/** Pieces from which attacks on Markdown, HTML and GitHub's own references are made. */
const PIECES = [
  '@wes',
  '@acme/leads',
  '#12',
  'GH-12',
  'acme/shop#3',
  'http://evil.example',
  'www.evil.example',
  '[x](y)',
  '![x](y)',
  '<img src=x onerror=alert(1)>',
  '<!--',
  '-->',
  '</details>',
  '&#64;',
  '&commat;',
  '`',
  '``',
  '```',
  '~~~',
  '\\',
  '|',
  '**',
  '$$',
  '\n',
  '\r\n',
  '\r',
  '\u2028',
  '\u0000',
  '\u200B',
  '\u200D',
  '\u202E',
  '\u2066',
  '\uFEFF',
  '\u00AD',
  '\u{E0041}',
  '\uD83D',
  '\uDE00',
  '> ',
  '- ',
  '10. ',
  '    ',
  '\t',
  '/confirm',
  '/approve-prod',
  ' flow2',
  ' #12',
  'fixes ',
  '<pre>',
  '</pre>',
  '<blockquote>',
  'a',
  ' ',
];

const hostile = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc
    .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'grapheme', maxLength: 5 })), {
      maxLength: 30,
    })
    .map((pieces) => pieces.join('')),
);

/** All but the zero-width spaces that `plain` itself puts in. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029]/u;
const UNSEEN_ALL = new RegExp(UNSEEN, 'gu');

/** What a browser makes of character references, which is where GitHub looks for mentions and references. */
function rendered(markdown: string): string {
  return markdown.replaceAll(/&#(\d+);/gu, (_, digits: string) => String.fromCodePoint(Number(digits)));
}

/** As `http://name:password@host`: taken for a secret, and left out. */
const ADDRESS_WITH_PASSWORD = /:\/\/\S*@/u;

function lettersOf(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]|\p{Default_Ignorable_Code_Point}/gu, '');
}

describe('plain, given any text', () => {
  it('is one line without a character that has a meaning in Markdown or HTML', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const bare = plain(text).replaceAll(/&#\d+;/gu, '');
        expect(bare).not.toMatch(/[\\`*_{}[\]()<>#+!|~&$-]/u);
        expect(bare).not.toMatch(/[\r\n\t]/u);
      }),
      { numRuns: 400 },
    );
  });

  it('shows nothing unseen but the spaces that keep it dead', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(plain(text).replaceAll(/(?<=@|:|www|&#35;|gh&#45;)\u200B/giu, '')).not.toMatch(UNSEEN);
      }),
      { numRuns: 400 },
    );
  });

  it('calls nobody, links nowhere and refers to nothing, also once it is rendered', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = rendered(plain(text));
        expect(shown).not.toMatch(/@[^\u200B]/u);
        expect(shown).not.toMatch(/:\/\/|www\.|#\d|\bgh-\d/iu);
      }),
      { numRuns: 400 },
    );
  });

  it('keeps every visible letter of a text that fits and holds no secret', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        fc.pre(!ADDRESS_WITH_PASSWORD.test(text.replaceAll(UNSEEN_ALL, '')));
        expect(lettersOf(rendered(plain(text, 10_000)))).toBe(lettersOf(text));
      }),
      { numRuns: 200 },
    );
  });

  it('is no longer than it may be before it is escaped', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 50 }), (text, maxLength) => {
        expect(rendered(plain(text, maxLength)).replaceAll('\u200B', '').length).toBeLessThanOrEqual(
          maxLength,
        );
      }),
      { numRuns: 200 },
    );
  });
});

describe('code, given any text', () => {
  it('is one code span from its first character to its last', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const span = code(text);
        const [fence = ''] = /^`+/u.exec(span) ?? [];
        expect(span.endsWith(fence)).toBe(true);
        const inner = span.slice(fence.length, -fence.length);
        for (const run of inner.match(/`+/gu) ?? []) expect(run.length).not.toBe(fence.length);
        expect(inner).not.toBe('');
        expect(inner.startsWith('`') || inner.endsWith('`')).toBe(false);
        expect(span).not.toMatch(/[\r\n]/u);
        expect(span).not.toMatch(UNSEEN);
      }),
      { numRuns: 400 },
    );
  });
});

describe('nameOf, given any login', () => {
  it('is bold and calls nobody', () => {
    fc.assert(
      fc.property(hostile, (login) => {
        const name = nameOf({ login });
        expect(name).toMatch(/^\*\*[^*\n]*\*\*$/u);
        expect(rendered(name)).not.toMatch(/@[^\u200B]/u);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a comment of any text', () => {
  it('is read without an error, the same way each time', () => {
    fc.assert(
      fc.property(hostile, (body) => {
        const [first, second] = [parseComment(body), parseComment(body)];
        expect(first.kind).toBe(second.kind);
        const pull = { title: body, body };
        expect(parseFixMentions(pull)).toEqual(parseFixMentions(pull));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['quoted', (body: string) => body.replaceAll(/^/gmu, '> ')],
    ['indented', (body: string) => body.replaceAll(/^/gmu, '    ')],
    [
      'in a fence longer than any of its own',
      (body: string) => `${'`'.repeat(200)}\n${body}\n${'`'.repeat(200)}`,
    ],
    ['in tildes', (body: string) => `${'~'.repeat(200)}\n${body}`],
    ['in an HTML comment', (body: string) => `<!--\n${body.replaceAll('-->', '')}\n-->`],
    ['preformatted', (body: string) => `<pre>\n${body.replaceAll('</pre>', '')}\n</pre>`],
  ])('has no command once it is %s', (_how, hide) => {
    fc.assert(
      fc.property(hostile, (text) => {
        // A lone carriage return begins a line on GitHub as well.
        const body = text.replaceAll(/\r\n?/gu, '\n');
        expect(parseComment(hide(body)).kind).toBe('none');
      }),
      { numRuns: 200 },
    );
  });

  it('has its command whatever quotes and finished code stand before it', () => {
    const before = fc.array(
      fc.constantFrom(
        '> /reject no\n',
        '```\n/reject no\n```\n',
        '    /reject no\n',
        '<!-- /reject no -->\n',
        'Hello\n',
      ),
      {
        maxLength: 6,
      },
    );
    fc.assert(
      fc.property(before, (blocks) => {
        expect(parseComment(`${blocks.join('\n')}\n\n/approve-prod`)).toMatchObject({
          kind: 'command',
          command: { name: 'approve-prod' },
        });
      }),
    );
  });

  it('reads the same with whatever line ends', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const body = text.replaceAll(/\r\n?/gu, '\n');
        expect(ownLines(body.replaceAll('\n', '\r\n'))).toEqual(ownLines(body));
        expect(ownLines(body.replaceAll('\n', '\r'))).toEqual(ownLines(body));
      }),
      { numRuns: 200 },
    );
  });

  it('takes time in proportion to its length', () => {
    const piece = fc
      .array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 6 })
      .map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(piece, (part) => {
        const body = part.repeat(Math.ceil(100_000 / part.length));
        const startedMs = performance.now();
        parseComment(body);
        parseFixMentions({ title: body, body });
        plain(body);
        code(body);
        expect(performance.now() - startedMs).toBeLessThan(1_000);
      }),
      { numRuns: 60 },
    );
  });
});
