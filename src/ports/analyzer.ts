import type { Analysis } from '../domain/analysis.ts';
import type { Bug } from '../domain/bug.ts';
import type { FixFacts } from '../domain/fix.ts';
import type { IssueFacts } from './github.ts';

/** Looks for the cause of a bug. The report is untrusted text, and the outcome has no authority. */
export interface Analyzer {
  analyze(request: {
    readonly issue: IssueFacts;
    /** The deployed commit of the environment that the bug was found on. */
    readonly deployed: string;
    /** The deployed commit of the other environment, the last known good one where it lacks the bug. */
    readonly lastGood: string | null;
    readonly fixes: readonly FixFacts[];
    /** Bugs to look for similar ones among. */
    readonly known: readonly Bug[];
    readonly nowMs: number;
  }): Promise<Analysis>;
}
