import type { Wording } from './wording.ts';

const WEEKDAYS = ['一', '二', '三', '四', '五', '六', '日'];

/** Messages in Traditional Chinese, as written in Taiwan. */
export const ZH_HANT: Wording = {
  templates: {
    t1_done_flow1: `
🚀 **{slot}：已部署到 UAT，等待驗證**
{bugs}
本次未部署：{held}
驗證沒問題後，請管理員留言 \`/approve-prod\`，就會在 {next}（{at}）部署到 PROD。`,
    t1_done_flow2: `
⏳ **{slot}：已排入 PROD 部署**
{bugs}
UAT 與 PROD 版本不一致，因此會先在 {next}（{at}）部署到 PROD。`,
    t2_done_flow1: `
✅ **{slot}：已部署到 PROD，全部完成**
{bugs}
本次未部署：{held}
UAT 先前已有這些修正，現在兩個環境一致。PROD 目前版本：\`{commit}\`。`,
    t2_done_flow2: `
🚀 **{slot}：已部署到 PROD，等待驗證**
{bugs}
本次未部署：{held}
驗證沒問題後，請管理員留言 \`/approve-uat-merge\`，就會在 {next}（{at}）合併到 UAT。`,
    t2_merged_uat: `
✅ **{slot}：已合併到 UAT，全部完成**
{bugs}
本次未部署：{held}
PROD 先前已有這些修正，現在兩個環境一致。UAT 目前版本：\`{commit}\`。`,
    slot_skipped: `
⏭ **{slot} 已略過：{reason}**
這次沒有部署任何內容，以下仍在等待：
{bugs}`,
    slot_failed: `
❌ **{slot} 在 {environment} 失敗**
{reason}
以下維持原狀：
{bugs}`,
  },
  words: {
    frozen: '目前處於凍結期間',
    slot_too_late: '未能在時限內開始',
    run_died: '執行在時段完成前就中斷了。',
  },
  comma: '、',
  moment({ zone }, atMs) {
    const { date, time, weekday } = zone.toLocal(atMs);
    return `${date} 週${WEEKDAYS[weekday - 1]} ${time} ${zone.name}`;
  },
};
