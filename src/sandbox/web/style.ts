/** The one style sheet: light and dark, from a phone up, without scripts. Colours are close to those people know. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --text: light-dark(#1f2328, #e6edf3);
  --muted: light-dark(#59636e, #9198a1);
  --line: light-dark(#d1d9e0, #3d444d);
  --page: light-dark(#ffffff, #0d1117);
  --raised: light-dark(#f6f8fa, #151b23);
  --link: light-dark(#0969da, #4493f8);
  --good: light-dark(#1a7f37, #3fb950);
  --good-fill: light-dark(#1f883d, #238636);
  --bad: light-dark(#d1242f, #f85149);
  --done: light-dark(#8250df, #ab7df8);
  --done-fill: light-dark(#8250df, #8957e5);
  --wait: light-dark(#9a6700, #d29922);
  --mono: ui-monospace, SFMono-Regular, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace;
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 14px/1.5 -apple-system, BlinkMacSystemFont, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif;
  overflow-wrap: anywhere;
}
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
code, pre, .sha { font-family: var(--mono); font-size: 12px; }
h1 { font-size: 26px; font-weight: 500; line-height: 1.25; margin: 0 0 8px; }
h1 .number { color: var(--muted); font-weight: 300; }
h2 { font-size: 16px; font-weight: 600; margin: 24px 0 8px; }
h3 { font-size: 14px; margin: 16px 0 4px; }
time, .muted { color: var(--muted); }
time { white-space: nowrap; }
main { max-width: 1100px; margin: 0 auto; padding: 24px 16px 64px; }

.top {
  display: flex; flex-wrap: wrap; align-items: center; gap: 4px 16px; padding: 10px 16px;
  background: var(--raised); border-bottom: 1px solid var(--line);
}
.top .home { font-weight: 600; color: var(--text); }
.top .clock { flex: 1; }
.acting { display: flex; align-items: center; gap: 6px; }
nav.repository { background: var(--raised); border-bottom: 1px solid var(--line); padding: 12px 16px 0; }
nav.repository .name { margin: 0 0 8px; font-size: 16px; }
nav.repository ul { display: flex; gap: 4px; margin: 0; padding: 0; list-style: none; overflow-x: auto; }
nav.repository li a {
  display: block; padding: 8px 10px; color: var(--text); white-space: nowrap; border-bottom: 2px solid transparent;
}
nav.repository li a[aria-current] { border-color: light-dark(#fd8c73, #f78166); font-weight: 600; }
.count, .tag {
  display: inline-block; padding: 0 7px; border-radius: 12px; font-size: 12px; line-height: 18px; font-weight: 500;
}
.count { background: light-dark(#818b981f, #656c7633); }
.tag { border: 1px solid var(--line); color: var(--muted); }

button, select, input[type=text], textarea {
  font: inherit; color: var(--text); background: var(--page); border: 1px solid var(--line); border-radius: 6px; padding: 5px 12px;
}
button { background: var(--raised); font-weight: 500; cursor: pointer; }
button:hover { background: light-dark(#eff2f5, #212830); }
button.primary { background: var(--good-fill); border-color: transparent; color: #fff; }
button.primary:hover { filter: brightness(1.08); }
button.danger { color: var(--bad); }
button.plain { border: 0; background: none; padding: 0 4px; color: inherit; line-height: 1; }
button:disabled { opacity: .55; cursor: default; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 1px; }
textarea { display: block; width: 100%; min-height: 110px; padding: 8px 12px; resize: vertical; line-height: 1.5; }
input[type=text] { width: 100%; }
select { padding: 4px 8px; max-width: 100%; }
form.inline { display: inline; }
form .row { display: flex; flex-wrap: wrap; gap: 8px; justify-content: flex-end; align-items: center; margin-top: 8px; }

.state {
  display: inline-block; padding: 0 10px; border-radius: 2em; font-size: 12px; line-height: 22px; font-weight: 500;
  color: var(--muted); border: 1px solid var(--line); white-space: nowrap;
}
.state.open, .state.success, .state.APPROVED { color: #fff; background: var(--good-fill); border-color: transparent; }
.state.merged, .state.closed { color: #fff; background: var(--done-fill); border-color: transparent; }
.state.not_planned, .state.draft { color: #fff; background: light-dark(#59636e, #656c76); border-color: transparent; }
.state.failure, .state.error, .state.timed_out, .state.CHANGES_REQUESTED {
  color: #fff; background: light-dark(#cf222e, #da3633); border-color: transparent;
}
.state.pending, .state.queued, .state.in_progress, .state.action_required { color: var(--wait); border-color: currentColor; }
.state.large { font-size: 14px; line-height: 30px; padding: 0 14px; }
.label {
  display: inline-block; padding: 0 8px; border-radius: 2em; font-size: 12px; line-height: 20px; font-weight: 500;
  background: var(--label); color: var(--on-label); border: 1px solid color-mix(in srgb, var(--label) 80%, #000);
}
@media (prefers-color-scheme: dark) {
  .label {
    background: color-mix(in srgb, var(--label) 20%, transparent);
    color: color-mix(in srgb, var(--label) 55%, #fff);
    border-color: color-mix(in srgb, var(--label) 45%, transparent);
  }
}
.labels { display: flex; flex-wrap: wrap; gap: 4px; margin: 0; padding: 0; list-style: none; }
.person { display: inline-flex; align-items: center; gap: 5px; font-weight: 600; vertical-align: bottom; }
.person a { color: var(--text); }
.person img { display: block; }

.box { border: 1px solid var(--line); border-radius: 6px; margin: 0 0 16px; background: var(--page); }
.box > header {
  display: flex; flex-wrap: wrap; gap: 2px 8px; align-items: center; padding: 8px 16px; background: var(--raised);
  border-bottom: 1px solid var(--line); border-radius: 6px 6px 0 0;
}
.box > header .end { margin-left: auto; }
.box > .content { padding: 16px; }
.box.pinned { border-color: var(--link); }
details.box > summary.content { padding: 8px 16px; cursor: pointer; }
details.box > .diff { border-top: 1px solid var(--line); padding: 0; }
.box ul.rows, ul.rows { list-style: none; margin: 0; padding: 0; }
ul.rows > li { padding: 10px 16px; border-top: 1px solid var(--line); }
ul.rows > li:first-child { border-top: 0; }
.row-title { font-size: 16px; font-weight: 600; }
.row-title a { color: var(--text); }
.empty { padding: 32px 16px; text-align: center; color: var(--muted); margin: 0; }

.headline { border-bottom: 1px solid var(--line); padding-bottom: 12px; margin-bottom: 24px; }
.headline p { margin: 8px 0 0; display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: center; }
.columns { display: grid; grid-template-columns: minmax(0, 1fr) 260px; gap: 24px; }
.columns > aside > section { padding: 12px 0; border-top: 1px solid var(--line); }
.columns > aside > section:first-child { border-top: 0; padding-top: 0; }
aside h2 { font-size: 12px; color: var(--muted); margin: 0 0 8px; }
aside form.add { display: flex; gap: 6px; margin-top: 8px; }
aside form.add select { flex: 1; min-width: 0; }
.timeline { list-style: none; margin: 0; padding: 0; }
.timeline > li.event { padding: 0 0 16px 16px; margin-left: 16px; position: relative; color: var(--muted); }
.timeline > li.event::before {
  content: ""; position: absolute; left: -4px; top: 6px; width: 9px; height: 9px; border-radius: 50%;
  background: var(--line);
}
.timeline > li.event .label { margin: 0 1px; }
.reactions { display: flex; gap: 6px; padding: 0 16px 12px; margin: 0; }
.reactions span { border: 1px solid var(--line); border-radius: 2em; padding: 0 8px; font-size: 12px; line-height: 24px; }
details.edit { padding: 0 16px 12px; }
details.edit > summary { color: var(--muted); cursor: pointer; }
.notice { padding: 12px 16px; border: 1px solid var(--line); border-radius: 6px; background: var(--raised); margin: 0 0 16px; }
.notice.bad { border-color: var(--bad); }

.markdown > :first-child { margin-top: 0; }
.markdown > :last-child { margin-bottom: 0; }
.markdown p, .markdown ul, .markdown ol, .markdown pre, .markdown blockquote, .markdown .table { margin: 0 0 12px; }
.markdown h1, .markdown h2 { border-bottom: 1px solid var(--line); padding-bottom: .3em; margin: 20px 0 12px; }
.markdown h1 { font-size: 22px; font-weight: 600; }
.markdown h2 { font-size: 18px; }
.markdown h3 { font-size: 16px; margin: 16px 0 8px; }
.markdown ul, .markdown ol { padding-left: 24px; }
.markdown li.task { list-style: none; margin-left: -20px; }
.markdown li > ul, .markdown li > ol { margin-bottom: 0; }
.markdown code { background: light-dark(#818b981f, #656c7633); padding: .2em .4em; border-radius: 6px; }
.markdown pre, pre.text { background: var(--raised); padding: 12px; border-radius: 6px; overflow-x: auto; overflow-wrap: normal; }
.markdown pre code { background: none; padding: 0; }
.markdown blockquote { border-left: 4px solid var(--line); padding: 0 12px; color: var(--muted); margin-left: 0; margin-right: 0; }
.markdown blockquote.alert { color: inherit; border-color: var(--link); }
.markdown blockquote.warning { border-color: var(--wait); }
.markdown blockquote.caution { border-color: var(--bad); }
.markdown blockquote.tip { border-color: var(--good); }
.markdown blockquote.important { border-color: var(--done); }
.markdown sub, .markdown sup { line-height: 0; color: var(--muted); }
.markdown kbd { font-family: var(--mono); font-size: 11px; border: 1px solid var(--line); border-bottom-width: 2px; border-radius: 6px; padding: 1px 4px; }
.markdown summary { cursor: pointer; margin-bottom: 8px; font-weight: 500; }
.markdown details { margin: 0 0 12px; }
.markdown hr { border: 0; border-top: 3px solid var(--line); margin: 20px 0; }
.table { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { border: 1px solid var(--line); padding: 5px 12px; text-align: left; overflow-wrap: normal; }
tr:nth-child(2n) td { background: var(--raised); }
th.center, td.center { text-align: center; }
th.right, td.right { text-align: right; }

.diff { margin: 0; padding: 8px 0; overflow-x: auto; overflow-wrap: normal; line-height: 20px; }
.diff span { display: block; padding: 0 16px; min-width: max-content; white-space: pre; }
.diff .plus { background: light-dark(#dafbe1, #12261e); }
.diff .minus { background: light-dark(#ffebe9, #301b1e); }
.diff .at { color: var(--muted); background: light-dark(#ddf4ff, #121d2f); }
.plus-count { color: var(--good); } .minus-count { color: var(--bad); }
.grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr)); gap: 16px; align-items: start; }
.grid .box { margin: 0; }

ul.runs { list-style: none; margin: 0; padding: 0; border: 1px solid var(--line); border-radius: 6px; }
ul.runs > li { padding: 10px 16px; border-top: 1px solid var(--line); }
ul.runs > li:first-child { border-top: 0; }
details.step { border-top: 1px solid var(--line); padding: 6px 0; }
details.step > summary { cursor: pointer; }
pre.log { background: var(--raised); border-radius: 6px; padding: 12px; margin: 8px 0; overflow-x: auto; overflow-wrap: normal; max-height: 60vh; }
.annotation, .problem { border-left: 4px solid var(--wait); padding: 4px 12px; background: var(--raised); }
.annotation.failure, .annotation.error, .problem { border-color: var(--bad); }
.annotation.notice { border-color: var(--link); }
.summary { border: 1px solid var(--line); border-radius: 6px; padding: 12px 16px; margin: 8px 0; }

@media (max-width: 760px) {
  main { padding: 16px 12px 48px; }
  .columns { grid-template-columns: minmax(0, 1fr); }
  h1 { font-size: 22px; }
  .top .clock { font-size: 12px; }
  .acting { width: 100%; }
  .acting select { flex: 1; min-width: 0; }
  .box > header, .box > .content, ul.rows > li { padding-left: 12px; padding-right: 12px; }
}
`;
