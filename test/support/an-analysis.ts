import type { Analysis } from '../../src/domain/analysis.ts';

/** An analysis that found something of everything. */
export function anAnalysis(changes: Partial<Analysis> = {}): Analysis {
  return {
    atMs: 0,
    commit: 'c'.repeat(40),
    probableCause: 'Commit abc is the likely cause.',
    files: [{ path: 'src/a.ts', line: 3, because: 'stack trace' }],
    commits: [{ oid: 'a'.repeat(40), title: 'Change', authorName: 'Mona', because: 'wrote line 3' }],
    plan: ['First', 'Second'],
    risk: 'low',
    services: ['billing'],
    modules: ['tax'],
    owners: ['@acme/team'],
    similarBugs: [4, 5],
    confidence: 0.7,
    basedOn: ['a stack trace'],
    ...changes,
  };
}
