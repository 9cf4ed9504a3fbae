import { renderDuration, renderLocal } from '../time.ts';
import type { Wording } from './wording.ts';

/** Messages in English. */
export const EN: Wording = {
  templates: {
    t1_done_flow1: `
🚀 **{slot}: on UAT, waiting for validation**
{bugs}
Held back: {held}
What works goes to PROD with {next}, {at}, once an admin says \`/approve-prod\`.`,
    t1_done_flow2: `
⏳ **{slot}: queued for PROD**
{bugs}
UAT and PROD differ, so these go to PROD first, with {next}, {at}.`,
    t2_done_flow1: `
✅ **{slot}: on PROD, done**
{bugs}
Held back: {held}
UAT had them before: both run the fix now. PROD is at \`{commit}\`.`,
    t2_done_flow2: `
🚀 **{slot}: on PROD, waiting for validation**
{bugs}
Held back: {held}
What works comes to UAT with {next}, {at}, once an admin says \`/approve-uat-merge\`.`,
    t2_merged_uat: `
✅ **{slot}: merged to UAT, done**
{bugs}
Held back: {held}
PROD had them before: both run the fix now. UAT is at \`{commit}\`.`,
    slot_skipped: `
⏭ **{slot} was skipped: {reason}**
Nothing was deployed. Still waiting:
{bugs}`,
    slot_failed: `
❌ **{slot} failed on {environment}**
{reason}
They stay where they are:
{bugs}`,
    approval_queued: `
🗳 **Queued for {environment} with {slot}**
{bugs}
Approved by {who}. It begins {at}, in {left}; until then \`/unapprove\` takes it back.`,
    cutoff_reminder: `
⏰ **{left} to {slot}: approvals are still open**
On UAT, waiting for \`/approve-prod\`: {validate}
On PROD, waiting for \`/approve-uat-merge\`: {merge}
What is said after {at} counts for the next one.`,
    rollback: `
⏪ **Rollback of {environment}: {state}**
To: \`{target}\`
Why: {reason}
Who: {who}
When: {at}
Next: {todo}`,
    hotfix: `
🚑 **Hotfix, {priority}: {state}**
{bugs}
Who: {who}
When: {at}
Next: {todo}`,
    sla_breach: `
⏰ **{priority}: not on PROD in time**
{bugs}
Known since {at}. There is an issue for the admins.`,
    freeze_on: `
🧊 **Frozen: {what}**
{level}, until {until}.
Why: {reason}
Said by {who}`,
    freeze_off: `
🌤 **No longer frozen: {what}**
It was frozen because: {reason}
Lifted by {who}`,
    alert: `
🚨 **{title}**
There is an issue for the admins.`,
    digest: `
📋 **{day}: what waits for whom**
Waiting for an admin to confirm them: {reported}
Up for the next slots: {planned}
On UAT, waiting for validation: {validate}
On PROD, waiting for validation: {merge}
Queued: {queued}
Held back: {held}
Next: {next}, {at}`,
  },
  words: {
    automatic: 'a check of the release itself',
    done: 'done',
    everything: 'everything',
    failed: 'failed',
    frozen: 'there is a freeze',
    full: 'Slots do nothing, and of hotfixes only the most urgent go on',
    lifted: 'somebody lifts it',
    ordered: 'ordered',
    suspend: 'Slots do nothing',
    todo_again: 'the issue says what runs where; re-run its workflow, or say /rollback again',
    todo_hotfix: 'the issue says why; mend it and say /hotfix again',
    todo_mend: 'mend what was wrong; the environment is locked until an admin says /unlock',
    todo_note: 'look at PROD, and write down why it was needed: /incident-note',
    todo_sign: 'it waits for the word of a second person: /approve-hotfix',
    todo_wait: 'wait for it to end',
    slot_too_late: 'it could not start in time',
    run_died: 'Its run ended before the slot did.',
  },
  comma: ', ',
  moment: renderLocal,
  duration: renderDuration,
};
