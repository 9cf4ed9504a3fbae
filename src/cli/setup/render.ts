import type { Finding, FindingSeverity } from '../../domain/setup/finding.ts';
import type { Paint } from '../story/paint.ts';

const WORDS: Readonly<Record<FindingSeverity, string>> = {
  blocks_prod: 'blocks PROD',
  warns: 'warns',
  unknown: 'not seen',
  ok: 'ok',
};

const WIDEST_WORD = Math.max(...Object.values(WORDS).map((word) => word.length));

/** Control and direction characters: names that others chose must not move the cursor. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** The findings for people: one block each, aligned, with how to mend it. */
export function renderFindings(findings: readonly Finding[], paint: Paint): readonly string[] {
  return findings.flatMap(({ severity, where, what, mend }) => {
    const mark = COLOURS[severity](paint, WORDS[severity].padEnd(WIDEST_WORD));
    const indent = ' '.repeat(WIDEST_WORD + 4);
    return [
      `  ${mark}  ${paint.bold(clean(where))}`,
      `${indent}${clean(what)}`,
      ...(mend === null ? [] : [`${indent}${paint.dim(`mend: ${clean(mend)}`)}`]),
    ];
  });
}

const COLOURS: Readonly<Record<FindingSeverity, (paint: Paint, text: string) => string>> = {
  blocks_prod: (paint, text) => paint.red(text),
  warns: (paint, text) => paint.yellow(text),
  unknown: (paint, text) => paint.cyan(text),
  ok: (paint, text) => paint.green(text),
};

/** One sentence on all findings together. */
export function renderVerdict(findings: readonly Finding[], paint: Paint): string {
  const count = (severity: FindingSeverity) => findings.filter((each) => each.severity === severity).length;
  const blocks = count('blocks_prod');
  const rest = `${count('warns')} warn, ${count('unknown')} could not be seen, ${count('ok')} are right`;
  if (blocks === 0) return `${paint.green('Nothing here lets code reach PROD unapproved')}; ${rest}.`;
  const told = blocks === 1 ? 'One finding lets' : `${blocks} findings let`;
  return `${paint.red(`${told} code reach PROD unapproved`)}; ${rest}.`;
}

/** What machines read. */
export function findingsAsJson(findings: readonly Finding[]): readonly Readonly<Record<string, unknown>>[] {
  return findings.map(({ code, severity, where, what, mend, change }) => ({
    code,
    severity,
    where,
    what,
    mend,
    applied_by_init: change !== null,
  }));
}

function clean(text: string): string {
  return text.replaceAll(HIDDEN, '');
}
