import { describe, expect, it } from 'vitest';
import { renderAnalysis } from '../../../src/domain/text/analysis.ts';
import { anAnalysis } from '../../support/an-analysis.ts';

describe('the analysis as a comment', () => {
  it('shows cause, places, commits, plan and what it rests on', () => {
    expect(renderAnalysis(anAnalysis())).toBe(`### Analysis

**Probable cause:** Commit abc is the likely cause.

**Suspect files**

- \`src/a.ts:3\`: stack trace

**Suspect commits**

- \`aaaaaaa\` Change, Mona: wrote line 3

**Plan**

1. First
1. Second

**Risk:** low · **Confidence:** 70 % · **Services:** \`billing\` · **Modules:** \`tax\` · **Owners:** \`@acme/team\` · **Similar bugs:** #4, #5

**Based on**

- a stack trace

<sub>Held against the deployed commit \`ccccccc\`. An analysis decides nothing: people do.</sub>`);
  });

  it('leaves out what is not known', () => {
    const text = renderAnalysis(
      anAnalysis({ files: [], commits: [], plan: [], basedOn: [], owners: [], similarBugs: [] }),
    );
    expect(text).not.toContain('Suspect');
    expect(text).not.toContain('Owners');
  });
});
