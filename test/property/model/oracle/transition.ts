import type { Permission } from './book.ts';

/** A way from a status to another, as PRODUCT.md sections 2, 4 and 5 tell it; the least permission of who takes it. */
interface Way {
  readonly event: string;
  readonly from: readonly string[];
  readonly to: string;
  readonly flow: 1 | 2 | null;
  /** `null`: nobody, it is the system's. */
  readonly least: Permission | null;
}

function way(line: string, least: Way['least'], flow: Way['flow'] = null): Way {
  const [event = '', from = '', to = ''] = line.split(/ *: *| *> */u);
  return { event, from: from.split(' '), to, least, flow };
}

const WAYS: readonly Way[] = [
  way('confirm: submitted confirmed planned deployed_uat pending_prod > confirmed', 'admin'),
  way('reject: submitted confirmed analyzing planned > rejected', 'admin'),
  way('start_analysis: confirmed planned > analyzing', 'write'),
  way('record_plan: confirmed analyzing > planned', null),
  way('deploy_uat: planned > deployed_uat', null, 1),
  way('approve_prod: deployed_uat > pending_prod', 'admin', 1),
  way('withdraw_prod: pending_prod > deployed_uat', 'triage', 1),
  way('queue_for_prod: planned > pending_prod', null, 2),
  way('withdraw_prod: pending_prod > planned', 'triage', 2),
  way('deploy_prod: pending_prod > deployed_prod', null),
  way('approve_uat_merge: deployed_prod > pending_uat_merge', 'admin', 2),
  way('withdraw_uat_merge: pending_uat_merge > deployed_prod', 'admin', 2),
  way('merge_uat: pending_uat_merge > uat_merged', null, 2),
  way('deploy_hotfix: confirmed analyzing planned pending_prod > deployed_prod', null, 2),
  // Whoever ordered the rollback, or a check of the release itself.
  way(
    'roll_back: planned deployed_uat pending_prod deployed_prod pending_uat_merge uat_merged > confirmed',
    'admin',
  ),
  way(
    'close: submitted confirmed analyzing planned deployed_uat pending_prod deployed_prod pending_uat_merge uat_merged > closed',
    'admin',
  ),
];

/** What the system may do by itself: its slots, and taking back what is void. */
const BY_SYSTEM: readonly string[] = [
  'start_analysis',
  'record_plan',
  'deploy_uat',
  'queue_for_prod',
  'deploy_prod',
  'deploy_hotfix',
  'roll_back',
  'merge_uat',
  'withdraw_prod',
  'withdraw_uat_merge',
];

/** The least permission that a move needs; `system` where a person has no part in it; `null` for a way there is not. */
export function permissionFor(move: {
  readonly event: string;
  readonly from: string | null;
  readonly to: string;
  readonly flow: 1 | 2 | null;
}): Permission | 'system' | null {
  const found = WAYS.find(
    (each) =>
      each.event === move.event &&
      each.to === move.to &&
      each.from.includes(move.from ?? '') &&
      (each.flow === null || each.flow === move.flow),
  );
  return found === undefined ? null : (found.least ?? 'system');
}

/** Whether the system may move a bug so without anybody's word. */
export function isSystemEvent(event: string): boolean {
  return BY_SYSTEM.includes(event);
}

/** The least permission of a command (PRODUCT.md section 6, with the roles' defaults). */
export const COMMAND_PERMISSION: Readonly<Record<string, Permission>> = {
  confirm: 'admin',
  reject: 'admin',
  severity: 'triage',
  plan: 'write',
  fix: 'write',
  'approve-prod': 'admin',
  'approve-uat-merge': 'admin',
  'approve-release': 'admin',
  hotfix: 'admin',
  'approve-hotfix': 'maintain',
  'incident-note': 'write',
  rollback: 'admin',
  unapprove: 'admin',
  close: 'admin',
  retry: 'admin',
  freeze: 'admin',
  unfreeze: 'admin',
  lock: 'write',
  unlock: 'write',
  oncall: 'write',
  status: 'none',
  help: 'none',
};
