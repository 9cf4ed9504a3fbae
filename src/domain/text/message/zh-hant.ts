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
    approval_queued: `
🗳 **已排入 {slot}，將部署到 {environment}**
{bugs}
核准人：{who}。{slot} 於 {at} 開始，還有 {left}；在那之前可留言 \`/unapprove\` 撤回。`,
    cutoff_reminder: `
⏰ **距離 {slot} 還有 {left}，仍有項目等待核准**
已在 UAT，等待 \`/approve-prod\`：{validate}
已在 PROD，等待 \`/approve-uat-merge\`：{merge}
{at} 之後的核准將算入下一個時段。`,
    rollback: `
⏪ **{environment} 退版：{state}**
目標版本：\`{target}\`
原因：{reason}
執行人：{who}
時間：{at}
下一步：{todo}`,
    hotfix: `
🚑 **Hotfix（{priority}）：{state}**
{bugs}
執行人：{who}
時間：{at}
下一步：{todo}`,
    sla_breach: `
⏰ **{priority} 未能在時限內部署到 PROD**
{bugs}
自 {at} 起已知。已開立 issue，請管理員查看。`,
    freeze_on: `
🧊 **開始凍結：{what}**
{level}，直到 {until}。
原因：{reason}
設定人：{who}`,
    freeze_off: `
🌤 **解除凍結：{what}**
原本的凍結原因：{reason}
解除人：{who}`,
    alert: `
🚨 **{title}**
已開立 issue，請管理員查看。`,
    digest: `
📋 **{day} 每日摘要**
等待管理員確認：{reported}
等待下一個時段處理：{planned}
已在 UAT，等待驗證：{validate}
已在 PROD，等待驗證：{merge}
已排入部署：{queued}
暫緩部署：{held}
下一個時段：{next}，{at}`,
  },
  words: {
    automatic: '系統（部署後檢查未通過）',
    done: '已完成',
    everything: '全部',
    failed: '失敗',
    frozen: '目前處於凍結期間',
    full: '時段不部署任何內容，hotfix 也只放行最緊急的',
    lifted: '有人解除為止',
    ordered: '已下達，執行中',
    suspend: '時段不部署任何內容',
    todo_again: '請到 issue 查看各處目前執行的版本，再重新執行 workflow，或再次留言 /rollback',
    todo_hotfix: '請到 issue 查看原因，修正後再次留言 /hotfix',
    todo_mend: '請修正問題；環境會保持鎖定，直到管理員留言 /unlock',
    todo_note: '請確認 PROD 狀況，並留言 /incident-note 記錄事故原因',
    todo_sign: '等待第二位人員留言 /approve-hotfix',
    todo_wait: '等待完成',
    slot_too_late: '未能在時限內開始',
    run_died: '執行在時段完成前就中斷了。',
  },
  comma: '、',
  duration(ms) {
    if (ms < 60_000) return '不到 1 分鐘';
    const minutes = Math.ceil(ms / 60_000);
    const parts = [
      [Math.floor(minutes / 1440), '天'],
      [Math.floor((minutes % 1440) / 60), '小時'],
      [minutes % 60, '分鐘'],
    ] as const;
    return parts.flatMap(([count, unit]) => (count > 0 ? [`${count} ${unit}`] : [])).join(' ');
  },
  moment({ zone }, atMs) {
    const { date, time, weekday } = zone.toLocal(atMs);
    return `${date} 週${WEEKDAYS[weekday - 1]} ${time} ${zone.name}`;
  },
};
