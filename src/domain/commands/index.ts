import { approveHotfix } from './approve-hotfix.ts';
import { approveProd } from './approve-prod.ts';
import { approveRelease } from './approve-release.ts';
import { approveUatMerge } from './approve-uat-merge.ts';
import { close } from './close.ts';
import { confirm } from './confirm.ts';
import type { Command } from './define.ts';
import { fix } from './fix.ts';
import { freeze } from './freeze.ts';
import { defineHelp } from './help.ts';
import { hotfix } from './hotfix.ts';
import { incidentNote } from './incident-note.ts';
import { lock } from './lock.ts';
import { oncall } from './oncall.ts';
import { plan } from './plan.ts';
import { planSlot } from './plan-slot.ts';
import { reject } from './reject.ts';
import { retry } from './retry.ts';
import { rollback } from './rollback.ts';
import { severity } from './severity.ts';
import { status } from './status.ts';
import { unapprove } from './unapprove.ts';
import { unfreeze } from './unfreeze.ts';
import { unlock } from './unlock.ts';

/** Every slash command, in the order of the help. Help, docs, buttons and the rules derive from it. */
export const COMMANDS: readonly Command[] = [
  confirm,
  reject,
  severity,
  plan,
  planSlot,
  fix,
  approveProd,
  approveUatMerge,
  approveRelease,
  unapprove,
  hotfix,
  approveHotfix,
  incidentNote,
  freeze,
  unfreeze,
  lock,
  unlock,
  rollback,
  oncall,
  close,
  retry,
  status,
  defineHelp(() => COMMANDS),
];
