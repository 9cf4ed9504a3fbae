import { renderLocal } from '../time.ts';
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
  },
  words: {
    frozen: 'there is a freeze',
    slot_too_late: 'it could not start in time',
    run_died: 'Its run ended before the slot did.',
  },
  comma: ', ',
  moment: renderLocal,
};
