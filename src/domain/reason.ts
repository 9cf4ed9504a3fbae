/**
 * Why something was refused or held back: public strings, in the action's output and in the ledger.
 * Its sentence stands beside the rule that refuses.
 */
export const REASON_CODES = [
  'not_a_bug',
  'not_allowed',
  'wrong_status',
  'wrong_flow',
  'unknown_command',
  'bad_arguments',
  'already_handled',
  'overtaken',
  'severity_needs_hotfix',
  'severity_missing',
  'versions_differ',
  'version_unknown',
  'flow_unsafe_now',
  'uat_only',
  'no_fix',
  'no_bug',
  'fix_not_found',
  'fix_wrong_branch',
  'fix_not_reviewed',
  'fix_not_green',
  'fix_is_draft',
  'fix_closed',
  'fix_changed',
  'fix_touches_workflows',
  'plan_changed',
  'own_fix',
  'not_approved',
  'comment_deleted',
  'comment_edited',
  'approver_lost_role',
  'after_cut_off',
  'conflict',
  'depends_on_unapproved',
  'already_queued',
  'nothing_to_withdraw',
  'nothing_to_retry',
  'frozen',
  'locked',
  'migration_unsafe',
  'checklist_failed',
  'build_failed',
  'deploy_failed',
  'health_failed',
  'watch_breached',
  'watch_inconclusive',
  'smoke_failed',
  'verify_failed',
  'push_refused',
  'restore_required',
  'no_way_back',
  'rollback_running',
  'rollback_unfinished',
  'rolled_back',
  'not_a_hotfix',
  'hotfix_running',
  'nobody_to_tell',
  'note_missing',
  'branch_rewound',
  'unsigned_commits',
  'setup_unsafe',
  'slot_taken',
  'slot_done',
  'slot_not_due',
  'slot_too_late',
  'nothing_to_do',
  'checks_red',
  'checks_late',
  'foreign_run',
  'foreign_environment',
  'ledger_unreadable',
  'config_broken',
  'label_not_yours',
] as const;

export type ReasonCode = (typeof REASON_CODES)[number];

/** The rules say no. A value, never thrown. */
export interface Refusal {
  readonly kind: 'refused';
  readonly reason: ReasonCode;
  /** What was asked, why not, and what to do instead; Markdown, trusted text with escaped data. */
  readonly message: string;
}

/** A refusal with its words. */
export function refuse(reason: ReasonCode, message: string): Refusal {
  return { kind: 'refused', reason, message };
}
