import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { renderAnalysis } from '../../src/domain/text/analysis.ts';
import { anAnalysis } from '../support/an-analysis.ts';

it('the analysis as a comment brings no mention, command, tag or link to life, whatever is in it', () => {
  const nasty = fc.oneof(
    fc.constantFrom(
      '@mona',
      '</details><script>',
      '\n/approve-prod',
      '[x](http://e.vil)',
      '`; @mona `',
      '<!-- tonic:card -->',
      '#1',
    ),
    fc.string({ unit: 'binary', maxLength: 80 }),
  );
  fc.assert(
    fc.property(fc.array(nasty, { minLength: 8, maxLength: 8 }), (parts) => {
      const [cause = '', path = '', because = '', title = '', author = '', step = '', owner = '', fact = ''] =
        parts;
      const text = renderAnalysis(
        anAnalysis({
          probableCause: cause,
          files: [{ path, line: null, because }],
          commits: [{ oid: 'a'.repeat(40), title, authorName: author, because }],
          plan: [step],
          owners: [owner],
          services: [owner],
          basedOn: [fact],
        }),
      );
      const outsideCode = text.replaceAll(/(?<fence>`+)[^\n]*?\k<fence>(?!`)/gu, '');
      expect(outsideCode).not.toMatch(/@\w/u);
      expect(outsideCode.replaceAll(/<\/?sub>/gu, '')).not.toMatch(/[<>]/u);
      expect(outsideCode).not.toMatch(/^\s*\/\w/mu);
      expect(outsideCode).not.toContain('](');
    }),
    { numRuns: 200, endOnFailure: true },
  );
});
