import { array, assert, constantFrom, oneof, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { renderMarkdown } from '../../src/sandbox/web/markdown/render.ts';
import { cpuMs } from '../support/cpu-time.ts';

const links = { issue: (number: number) => `/i/${number}`, person: (login: string) => `/${login}` };

/** Every tag the renderer may write, whole. */
const ALLOWED = new RegExp(
  `^</?(?:${[
    'p|br|hr|h[1-6]|strong|em|del|ins|b|i|code|sub|sup|kbd|pre|summary|ul|li|table|thead|tbody|tr|th|td|blockquote|ol|a|div|details',
    'a href="(?:https?://|mailto:|/|#)[^"<>]*"(?: rel="nofollow noopener")?',
    'code class="language-[\\w+-]+"',
    'ol start="\\d+"',
    'li class="task"|input type="checkbox" disabled(?: checked)?',
    't[hd] class="(?:center|right)"|div class="table"',
    'blockquote class="alert (?:note|tip|important|warning|caution)"',
    'details open',
  ].join('|')})>$`,
);

const piece = oneof(
  string(),
  constantFrom(
    ...'<script>|</script>|<img src=x onerror=alert(1)>|<details>|</details>|<summary>a</summary>|<details open>|<!--|-->|```|~~~|`'.split(
      '|',
    ),
    ...'\n|\n\n|> |- |1. |# |**|__|_|*|~~|[a](|)|javascript:alert(1)|https://x.org/"onclick=1|@ada|#12|<br>|<b>|</b>|<a href="x">|&lt;|\\'.split(
      '|',
    ),
    '| a | b |\n| --- | :-: |\n| c | d |\n',
    '|',
  ),
);

test('no text makes the renderer write a tag or an attribute that it does not know', () => {
  assert(
    property(array(piece, { maxLength: 25 }), (pieces) => {
      const html = renderMarkdown(pieces.join(''), links);
      const tags = html.match(/<[^>]*>?/g) ?? [];
      expect(tags.filter((tag) => !ALLOWED.test(tag))).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});

test('every block that is opened is closed, in order', () => {
  assert(
    property(array(piece, { maxLength: 25 }), (pieces) => {
      const open: string[] = [];
      for (const [, slash, tag = ''] of renderMarkdown(pieces.join(''), links).matchAll(
        /<(\/?)(details|blockquote|ul|ol|li|table|div|pre|p)\b/g,
      )) {
        if (slash) expect(open.pop()).toBe(tag);
        else open.push(tag);
      }
      expect(open).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});

test('long hostile texts are rendered in good time', () => {
  for (const text of [
    '['.repeat(20_000),
    '*a'.repeat(20_000),
    '`'.repeat(20_001),
    '<b>'.repeat(10_000),
    '> '.repeat(10_000),
    '<!--'.repeat(10_000),
    '|-'.repeat(20_000),
    '~~a'.repeat(10_000),
    '__a'.repeat(10_000),
  ]) {
    const took = cpuMs(() => renderMarkdown(text, links));
    expect(took, text.slice(0, 4)).toBeLessThan(3_000);
  }
});
