import type { SlotCalendar } from '../domain/calendar.ts';
import type { Policy } from '../domain/policy.ts';

/** The repository's rules, and its calendar. */
export interface Setting {
  readonly policy: Policy;
  readonly calendar: SlotCalendar;
  /** SHA-256 of the file's content, hexadecimal; `null`: there is no file, so the defaults hold. */
  readonly version: string | null;
}

/** `.github/tonic.yml` of the default branch. */
export interface Configuration {
  /** @throws ConfigurationBroken when the file is not understood: nothing is done on guessed rules. */
  load(): Promise<Setting>;
}

/** The configuration file is not understood. `message` lists each problem with file, line, column and remedy. */
export class ConfigurationBroken extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigurationBroken';
  }
}
