import { expect, test } from 'vitest';
import { renderMarkdown } from '../../../src/sandbox/web/markdown/render.ts';

const links = {
  issue: (number: number) => (number < 100 ? `/acme/shop/issues/${number}` : null),
  person: (login: string) => (login === 'ada' ? '/ada' : null),
};
const render = (text: string): string => renderMarkdown(text, links);

test('what a bot writes is shown: headings, tables, lists, details, code', () => {
  expect(render('## Status\n\n| step | who |\n| --- | ---: |\n| `a|b` | **ada** |\n| x |')).toBe(
    '<h2>Status</h2>\n<div class="table"><table>\n<thead><tr><th>step</th><th class="right">who</th></tr></thead>\n' +
      '<tbody><tr><td><code>a|b</code></td><td class="right"><strong>ada</strong></td></tr>\n' +
      '<tr><td>x</td><td class="right"></td></tr></tbody>\n</table></div>',
  );
  expect(render('<details><summary>Evidence</summary>\n\n- one\n- two\n\n</details>\nafter')).toBe(
    '<details>\n<summary>Evidence</summary>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n</details>\n<p>after</p>',
  );
  expect(render('```ts\nconst a = "<b>";\n```')).toBe(
    '<pre><code class="language-ts">const a = &quot;&lt;b&gt;&quot;;\n</code></pre>',
  );
});

test('lists hold lists, tasks and further lines', () => {
  expect(render('1. one\n   more\n2. two\n   - [x] done\n   - [ ] open')).toBe(
    '<ol>\n<li>one<br>\nmore</li>\n<li>two\n<ul>\n<li class="task"><input type="checkbox" disabled checked> done</li>\n' +
      '<li class="task"><input type="checkbox" disabled> open</li>\n</ul></li>\n</ol>',
  );
});

test('quotes hold blocks, and the five alerts have their name', () => {
  expect(render('> a\n> - b')).toBe('<blockquote><p>a</p>\n<ul>\n<li>b</li>\n</ul></blockquote>');
  expect(render('> [!WARNING]\n> Frozen')).toBe(
    '<blockquote class="alert warning"><p><strong>Warning</strong></p><p>Frozen</p></blockquote>',
  );
});

test('a character that is written by its number or its name is shown, and names nobody', () => {
  expect(render('&#35;12 &amp; &#64;ada &lt;b&gt; &#60;i&#62; &#0; &#55296; `&#35;`')).toBe(
    '<p>#12 &amp; @ada &lt;b&gt; &lt;i&gt; \uFFFD \uFFFD <code>&amp;#35;</code></p>',
  );
});

test('people and issues that exist are links, others stay text, and so does everything in code', () => {
  expect(render('@ada fixed #12, not @bob or #100 or `#12`')).toBe(
    '<p><a href="/ada">@ada</a> fixed <a href="/acme/shop/issues/12">#12</a>, not @bob or #100 or <code>#12</code></p>',
  );
});

test('addresses become links; only harmless ones', () => {
  expect(render('[a](https://x.org/a?b=1&c=2) https://x.org/b.')).toBe(
    '<p><a href="https://x.org/a?b=1&amp;c=2" rel="nofollow noopener">a</a> ' +
      '<a href="https://x.org/b" rel="nofollow noopener">https://x.org/b</a>.</p>',
  );
  expect(render('[a](javascript:alert(1)) [b](data:text/html,x) [c](//evil.org)')).not.toContain('<a');
});

test('hidden comments are not shown, unless code shows them', () => {
  expect(render('a <!-- tonic:card {"bug":12} --> b')).toBe('<p>a  b</p>');
  expect(render('<!-- more\n\nlines -->\ntext')).toBe('<p>text</p>');
  expect(render('<!-- never ends')).toBe('');
  expect(render('`<!-- shown -->`')).toBe('<p><code>&lt;!-- shown --&gt;</code></p>');
  expect(render('```\n<!-- shown -->\n```')).toContain('&lt;!-- shown --&gt;');
});

test('HTML is text, but for the few tags of writing', () => {
  expect(render('<script>alert(1)</script><img src=x onerror=alert(1)>')).toBe(
    '<p>&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;</p>',
  );
  expect(render('H<sub>2</sub>O<br>press <kbd>x</kbd> <b onclick="x">y</b>')).toBe(
    '<p>H<sub>2</sub>O<br>press <kbd>x</kbd> &lt;b onclick=&quot;x&quot;&gt;y&lt;/b&gt;</p>',
  );
});

test('details that are not closed, or closed too often, do not break the page', () => {
  expect(render('<details>\n<summary>a</summary>\nb')).toBe(
    '<details>\n<summary>a</summary>\n<p>b</p>\n</details>',
  );
  expect(render('a\n</details>\nb')).toBe('<p>a</p>\n<p>b</p>');
});
