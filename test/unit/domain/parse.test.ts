import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../src/domain/commands/index.ts';
import { parseComment } from '../../../src/domain/commands/parse.ts';
import { renderHelp } from '../../../src/domain/text/help.ts';
import { ownLines } from '../../../src/domain/text/own-lines.ts';

/** What a comment is read as, in one word: the command, the reason of a refusal, or `nothing`. */
function read(body: string): string {
  const parsed = parseComment(body);
  if (parsed.kind === 'command') return parsed.command.name;
  return parsed.kind === 'refused' ? parsed.refusal.reason : 'nothing';
}

function targets(body: string): unknown {
  const parsed = parseComment(body);
  return parsed.kind === 'command' ? parsed.prepared.targets : parsed.kind;
}

describe('the commands', () => {
  it('are those of the flows, of freezes, locks, rollbacks and hotfixes, each once', () => {
    expect(COMMANDS.map(({ name }) => name)).toEqual([
      'confirm',
      'reject',
      'severity',
      'plan',
      'plan-slot',
      'fix',
      'approve-prod',
      'approve-uat-merge',
      'approve-release',
      'unapprove',
      'hotfix',
      'approve-hotfix',
      'incident-note',
      'freeze',
      'unfreeze',
      'lock',
      'unlock',
      'rollback',
      'oncall',
      'close',
      'retry',
      'status',
      'help',
    ]);
  });

  it.each(COMMANDS.flatMap(({ name, examples }) => examples.map((example) => ({ name, example }))))(
    'have an example that parses: $example',
    ({ name, example }) => {
      expect(read(example)).toBe(name);
    },
  );

  it.each(COMMANDS)(
    '/$name has a usage that begins with its name, a sentence of help and an example',
    (command) => {
      expect(command.usage.split(' ')[0]).toBe(`/${command.name}`);
      expect(command.help).toMatch(/^[A-Z].*\.$/u);
      expect(command.examples.length).toBeGreaterThan(0);
    },
  );

  it('stand in the help, each with who may use it, in a table that its own pipes do not break', () => {
    const rows = renderHelp(COMMANDS).split('\n').slice(2);
    expect(rows).toHaveLength(COMMANDS.length);
    for (const [index, command] of COMMANDS.entries()) {
      const row = rows[index] ?? '';
      expect(row).toContain(`/${command.name}`);
      expect(row).toContain(command.help);
      expect(row.replaceAll('\\|', '').split('|')).toHaveLength(5);
    }
    expect(rows.find((row) => row.includes('/approve-prod'))).toMatch(/\| admin \|$/u);
    expect(rows.find((row) => row.includes('/status'))).toMatch(/\| anyone \|$/u);
  });
});

describe('a comment', () => {
  it.each([
    ['/confirm', 'confirm'],
    ['Looks right to me.\n\n/confirm\n\nThanks!', 'confirm'],
    ['/CONFIRM', 'confirm'],
    ['/Approve-Prod', 'approve-prod'],
    ['/confirm   ', 'confirm'],
    ['   /confirm', 'confirm'],
    ['\n\n/confirm', 'confirm'],
    ['/confirm\r\n', 'confirm'],
    ['Hello\r\n/confirm\r\nBye\r\n', 'confirm'],
    ['Hello\r/confirm\rBye', 'confirm'],
    ['/reject\tas designed', 'reject'],
    ['/confirm\u3000flow2', 'confirm'],
    ['- looks fine\n\n/confirm', 'confirm'],
    ['<!-- a note -->\n/confirm', 'confirm'],
    ['<!-- a note --> /confirm', 'confirm'],
    ['/confirm <!-- as agreed -->', 'confirm'],
    ['/confirm <!-- as\nagreed -->', 'confirm'],
    ['<!-->\n/confirm', 'confirm'],
    ['```\nlog\n```\n/confirm', 'confirm'],
    ['````\n```\nlog\n```\n````\n/confirm', 'confirm'],
    ['~~~\n```\n~~~\n/confirm', 'confirm'],
    ['```log```\n/confirm', 'confirm'],
    ['```js\nlog\n```   \n/confirm', 'confirm'],
    ['> quoted\n\n/confirm', 'confirm'],
    ['> quoted\n>\n/confirm', 'confirm'],
    ['> ```\n> code\n\n/confirm', 'confirm'],
    ['- ```\n  log\n  ```\n\n/confirm', 'confirm'],
    ['- ```\n  log\n/confirm', 'confirm'],
    ['Use `<!--` to hide.\n\n/confirm', 'confirm'],
    ['a <!-- b\n\n/confirm', 'confirm'],
    ['<pre>log</pre>\n/confirm', 'confirm'],
  ])('%j has the command /%s', (body, command) => {
    expect(read(body)).toBe(command);
  });

  it.each([
    ['', 'empty'],
    [' \n\t\n', 'blank'],
    ['Could an admin /confirm this?', 'in the middle of a line'],
    ['> /confirm', 'quoted'],
    ['   > /confirm', 'quoted with spaces'],
    ['> as Ada said:\n/confirm', 'in the quoted paragraph, without its mark'],
    ['- > as Ada said:\n/confirm', 'in a quote in a list'],
    ['    /confirm', 'indented code'],
    ['\t/confirm', 'code after a tab'],
    ['  \t/confirm', 'code after spaces and a tab'],
    ['```\n/confirm\n```', 'fenced'],
    ['```bash\n/confirm\n```', 'fenced with a language'],
    ['```\n/confirm', 'in a fence that is never closed'],
    ['~~~\n/confirm\n~~~', 'fenced by tildes'],
    ['~~~\n```\n/confirm\n```\n~~~', 'in a fence in a fence'],
    ['````\n```\n/confirm\n```\n````', 'in a shorter fence in a longer one'],
    ['```\n~~~\n/confirm\n```', 'after the other kind of fence'],
    ['```\n``` no end\n/confirm\n```', 'after what looks like the end of the fence'],
    ['```\n    ```\n/confirm\n```', 'after an indented end of the fence'],
    ['- ```\n  /confirm\n  ```', 'fenced in a list'],
    ['10. ```\n    log\n    ```\n\n```\n/confirm\n```', 'fenced after a fence in a list'],
    ['<!--\n/confirm\n-->', 'in an HTML comment'],
    ['<!-- /confirm -->', 'in an HTML comment of one line'],
    ['<!--\n\n/confirm', 'in an HTML comment that is never closed'],
    ['note <!-- hidden\n/confirm\n--> shown', 'in an HTML comment in a paragraph'],
    ['`<!--`\n```\n-->\n/confirm\n```', 'in a fence that holds the end of a comment'],
    ['a <!-- b\n\n```\n-->\n/confirm\n```', 'in a fence after what is no comment'],
    ['```\n<!--\n```\n```\n-->\n/confirm\n```', 'in a fence after a fence with the start of a comment'],
    ['--> <!--\n\n<!-- a --> <!-- b\n\n/confirm', 'after the second comment of a line'],
    ['<pre>\n/confirm\n</pre>', 'in a preformatted block'],
    ['<PRE>\n/confirm\n</PRE>', 'in a preformatted block in capitals'],
    ['<blockquote>\n\n/confirm\n\n</blockquote>', 'in a quote by HTML'],
    ['`/confirm`', 'a code span'],
    ['\\/confirm', 'escaped'],
    ['/ confirm', 'after a space'],
    ['//confirm', 'after two slashes'],
    ['／confirm', 'after a full-width slash'],
    ['/соnfirm', 'with Cyrillic letters'],
    ['/re\u{17F}ect', 'with a long s'],
    ['/\u200Bconfirm', 'with a zero-width space'],
    ['/usr/bin/env node', 'a path'],
    ['/var/log/app.log says:\nboom', 'a path in the first line'],
    ['/approve-prod#12', 'a command without a space'],
    ['/confirm.', 'a command with a full stop'],
    ['See below\n/nonsense', 'an unknown word that is not in the first line'],
    [`/${'a'.repeat(41)}`, 'a word of 41 letters'],
  ])('%j asks for nothing (%s)', (body) => {
    expect(read(body)).toBe('nothing');
  });

  it.each(['/nonsense', '\n\n  /nonsense now please', '/deploy', '> quoted\n\n/deploy'])(
    '%j in the first line is answered: there is no such command',
    (body) => {
      expect(read(body)).toBe('unknown_command');
    },
  );

  it('with an unknown command gets the list of those there are, its own words harmless', () => {
    const parsed = parseComment('/rm-rf');
    if (parsed.kind !== 'refused') throw new Error('it was understood');
    expect(parsed.command).toBe('rm-rf');
    for (const { name } of COMMANDS) expect(parsed.refusal.message).toContain(`\`/${name}\``);
  });

  it.each([
    ['/aprove-prod', '/approve-prod'],
    ['/approveprod #12', '/approve-prod'],
    ['/Unfrezee', '/unfreeze'],
    ['/stauts', '/status'],
    ['/lokc prod', '/lock'],
    ['/lan', '/plan'],
  ])('%j is asked whether it means %s', (body, meant) => {
    const parsed = parseComment(body);
    expect(parsed).toMatchObject({ kind: 'refused', refusal: { reason: 'unknown_command' } });
    expect(parsed.kind === 'refused' && parsed.refusal.message).toContain(`; did you mean \`${meant}\`?`);
  });

  it.each(['/ok', '/yes', '/lgtm', '/done', '/x', '/test'])('%j is no misspelling of any', (body) => {
    const parsed = parseComment(body);
    expect(parsed.kind === 'refused' && parsed.refusal.message).not.toContain('did you mean');
  });

  it('with two commands is refused as a whole, also when it is twice the same', () => {
    expect(read('/confirm\n/approve-prod')).toBe('bad_arguments');
    expect(read('/confirm\n\n/confirm')).toBe('bad_arguments');
    expect(parseComment('/confirm\n/approve-prod')).toMatchObject({ kind: 'refused', command: 'confirm' });
  });

  it('with one command of its own and one that it quotes has one command', () => {
    expect(read('> /approve-prod\n\n/confirm')).toBe('confirm');
    expect(read('```\n/approve-prod\n```\n/status')).toBe('status');
  });

  it('takes a known command after an unknown line', () => {
    expect(read('/nonsense\n/confirm')).toBe('confirm');
  });

  it('of 300 kB with a command is refused, and read no further than GitHub keeps', () => {
    expect(read(`/confirm\n${'x'.repeat(300_000)}`)).toBe('bad_arguments');
    expect(read(`${'x\n'.repeat(150_000)}/confirm`)).toBe('nothing');
    expect(read(`/confirm\n${'x'.repeat(65_536 - 9)}`)).toBe('confirm');
    expect(read(`/confirm\n${'x'.repeat(65_536 - 8)}`)).toBe('bad_arguments');
  });

  it.each([
    ['opened comments', '<!--'.repeat(75_000)],
    ['opened comments, a line each', 'a <!--\n'.repeat(45_000)],
    ['fences', '```\n'.repeat(75_000)],
    ['backticks', '`'.repeat(300_000)],
    ['list markers', '- '.repeat(150_000)],
    ['numbered list markers', '1. '.repeat(100_000)],
    ['quotes', '> a\n'.repeat(75_000)],
    ['slashes', '/'.repeat(300_000)],
    ['spaces', `/confirm${' '.repeat(65_000)}x`],
    ['lines of spaces', `${' '.repeat(300)}\n`.repeat(1_000)],
    ['unknown commands', '/a\n'.repeat(100_000)],
    ['known commands', '/confirm\n'.repeat(35_000)],
    ['tags', '<pre'.repeat(75_000)],
  ])('of 300 kB of %s is read in the blink of an eye', (_what, body) => {
    const startedMs = performance.now();
    parseComment(body);
    expect(performance.now() - startedMs).toBeLessThan(400);
  });
});

describe('the arguments', () => {
  it.each([
    ['/approve-prod', 'this'],
    ['/approve-prod all', 'all'],
    ['/approve-prod ALL', 'all'],
    ['/approve-prod #12 #15', [12, 15]],
    ['/approve-prod 12, 15', [12, 15]],
    ['/approve-prod #12 #12', [12]],
    ['/approve-prod #0', 'refused'],
    ['/approve-prod #-1', 'refused'],
    ['/approve-prod #1234567890', 'refused'],
    ['/approve-prod all #12', 'refused'],
    ['/approve-prod now', 'refused'],
    ['/approve-prod #12 please', 'refused'],
    ['/approve-prod #１２', 'refused'],
    ['/approve-uat-merge all', 'all'],
    ['/approve-uat-merge #12', [12]],
    ['/approve-uat-merge soon', 'refused'],
  ])('of %j name %j', (body, expected) => {
    expect(targets(body)).toEqual(expected);
  });

  it.each([
    '/confirm flow3',
    '/confirm flow',
    '/confirm please',
    '/confirm flow1 flow2',
    '/reject',
    '/reject   ',
    '/reject \u200B',
    '/close',
    '/severity',
    '/severity huge',
    '/severity low high',
    '/fix',
    '/fix abc',
    '/fix #34 #35',
    '/fix https://example.com/pull/34',
  ])('of %j are refused, with how to say it', (body) => {
    const parsed = parseComment(body);
    expect(parsed).toMatchObject({ kind: 'refused', refusal: { reason: 'bad_arguments' } });
    if (parsed.kind === 'refused') expect(parsed.refusal.message).toMatch(/`\/[a-z-]+/u);
  });

  it.each(['/confirm flow2', '/confirm FLOW2', '/confirm flow 2', '/confirm 2'])(
    'of %j choose a flow',
    (body) => {
      expect(read(body)).toBe('confirm');
    },
  );

  it('of /fix are the pull request to read', () => {
    const parsed = parseComment('/fix 34');
    if (parsed.kind !== 'command') throw new Error('it was not understood');
    expect(parsed.prepared.pulls).toEqual([34]);
  });
});

describe('ownLines', () => {
  it('keeps the author’s own words in order, trimmed', () => {
    expect(ownLines('  one\n> two\nthree\n\nfour <!-- five -->\n```\nsix\n```\nseven')).toEqual([
      'one',
      '',
      'four',
      'seven',
    ]);
  });
});
