// Breaks the product in one way after the other, in a copy, and shows that the model (test/property/model) notices.
// Not part of npm test: `node .ci/model-mutations.mjs`. A line that is not found any more is told, not passed over.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MUTATIONS = [
  ['nobody asks for a role', 'src/domain/person.ts', "  if (role === 'anyone') return true;", '  return true;'],
  ['an approval is for any change', 'src/domain/approval.ts', '  if (left.length === 0 || left.length !== right.length) return false;', '  return true;'],
  ['an edited or deleted comment still counts', 'src/domain/approval.ts', "  if (approval.given.kind === 'comment') {", '  if (false) {'],
  ['an approval after the cut-off counts', 'src/domain/sign-off.ts', '  if (beforeMs === null || writtenAtMs < beforeMs) return null;', '  return null;'],
  ['one approval is enough where two are asked for', 'src/domain/sign-off.ts', 'if (count.people.length >= count.required &&', 'if (count.people.length >= 1 &&'],
  ['a bug that was taken back still goes', 'src/usecases/slot/recheck-stage.ts', '  const undue = withdrawnBugs(stage, state, stageRules(context, setting, state));', '  const undue = new Map<number, Refusal>();'],
  ['an approval that was given again while the slot ran still counts', 'src/usecases/slot/recheck-stage.ts', '(refuseNow(bug, state, rules) ?? refuseLateWords(bug, stage, rules))', 'refuseNow(bug, state, rules)'],
  ['a release goes by any word', 'src/usecases/slot/merged-releases.ts', 'refusal: refuseUnsigned({ approvals, flow: null }, releaseSignOff(pull), counting),', 'refusal: null,'],
  ['a hotfix severity goes', 'src/domain/severity.ts', '  return severity !== null && hotfix.includes(severity);', '  return false && severity !== null && hotfix.includes(severity);'],
  ['a freeze stops nothing', 'src/domain/freeze.ts', '  if (freeze === null) return null;\n  return refuse(', '  if (freeze !== undefined) return null;\n  return refuse('],
  ['what a rollback has left on a branch goes live again', 'src/domain/left-branch.ts', '  if (live?.left === undefined) return null;', '  return null;'],
  ['a slot that is done runs again', 'src/domain/slot-claim.ts', "  if (isOver(record)) return refuseSlot(slot, 'slot_done');", ''],
  ['a slot is taken from a run that lives', 'src/domain/slot-claim.ts', '  return !facts.endedRuns.has(held.runId);', '  return false;'],
  ['a comment that no webhook brought is not heard', 'src/usecases/inbox.ts', 'Math.min(inbox.sinceMs, changed.sinceMs)', 'inbox.readAtMs'],
  ['an edited comment is a command', 'src/usecases/reconcile.ts', 'createdAtMs >= sinceMs && !isEdited', 'createdAtMs >= sinceMs'],
  ['labels are not put back', 'src/usecases/reconcile.ts', 'labelChange(bug, issue.labels, setting.policy);', 'labelChange(bug, issue.labels, setting.policy, [], []) && { add: [], remove: [] };'],
];

const only = process.argv[2];
let survived = 0;
for (const [name, file, find, replace] of MUTATIONS) {
  if (only !== undefined && !name.includes(only)) continue;
  const folder = mkdtempSync(join(tmpdir(), 'mutation-'));
  for (const part of ['src', 'test', 'package.json']) cpSync(part, join(folder, part), { recursive: true });
  symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
  const text = readFileSync(join(folder, file), 'utf8');
  if (!text.includes(find)) throw new Error(`${file} has no line for "${name}" any more`);
  writeFileSync(join(folder, file), text.replace(find, replace));
  const found = soak(folder);
  console.log(`${found === null ? 'SURVIVED' : 'found   '}  ${name}${found === null ? '' : `: ${found}`}`);
  if (found === null) survived += 1;
  rmSync(folder, { recursive: true });
}
process.exitCode = survived === 0 ? 0 : 1;

/** The invariant that the model found broken, from the seed of npm test or, in later rounds, from another; `null` when it found nothing. */
function soak(cwd) {
  for (let seed = 1; seed <= 6; seed += 1) {
    const broken = soakFrom(seed, cwd);
    if (broken !== null) return seed === 1 ? broken : `round ${seed}: ${broken}`;
  }
  return null;
}

function soakFrom(seed, cwd) {
  try {
    execFileSync(process.execPath, ['test/property/model/soak.ts'], {
      cwd,
      env: { ...process.env, SEED: String(seed * 1000 - 999), STEPS: '10000' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    return null;
  } catch (error) {
    return /InvariantBroken: (.*)|(\w*Error: .*)/u.exec(String(error.stderr))?.[0] ?? 'it failed';
  }
}
