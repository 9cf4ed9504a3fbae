import type { FreezeSwitches } from '../domain/freeze.ts';

/** The repository variables `DEPLOY_FREEZE…`. */
export interface FreezeVariables {
  /** As they were read last; never a call. */
  known(): FreezeSwitches;
  /** Reads them now. Never throws: what cannot be read stays as it is known. */
  refresh(): Promise<void>;
}
