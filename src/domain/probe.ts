import type { HttpTarget } from './metric.ts';
import type { CommandPolicy } from './owner-command.ts';

/** What a value that was found has to be. */
export type Rule =
  | { readonly kind: 'min' | 'max'; readonly value: number }
  | { readonly kind: 'equals'; readonly value: string | number | boolean }
  /** It is a moment, and no longer ago than this. */
  | { readonly kind: 'max_age'; readonly ms: number };

/** How an item is looked at. */
export type Probe =
  /** Passes when it exits 0. */
  | { readonly kind: 'command'; readonly command: CommandPolicy }
  /** The answer has the status and, with a path, a value there that keeps the rule. */
  | {
      readonly kind: 'http';
      readonly at: HttpTarget;
      readonly status: number;
      readonly value: { readonly path: string; readonly rule: Rule } | null;
    }
  | { readonly kind: 'prometheus'; readonly at: HttpTarget; readonly query: string; readonly rule: Rule }
  /** No open issue has the label. */
  | { readonly kind: 'no_open_issue'; readonly label: string }
  /** The slot before did not fail. */
  | { readonly kind: 'previous_slot' }
  /** Somebody has said `/oncall` on the day. */
  | { readonly kind: 'on_call' };

/** One item of an environment's pre-deploy checklist. */
export interface ChecklistItem {
  readonly name: string;
  readonly probe: Probe;
}

/** How an item was found. */
export interface ItemResult {
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'unknown' | 'not_configured';
  /** What was seen, and what it has to be; untrusted text, cut. */
  readonly value: string;
  readonly atMs: number;
}
