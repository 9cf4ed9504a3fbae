import { resolve, sep } from 'node:path';
import type { Desk } from '../desk.ts';
import { performAppToken } from './app-token.ts';
import { performCheckout } from './checkout.ts';
import { performNodeAction } from './node-action.ts';
import { DONE, type Perform } from './perform.ts';
import { performUploadArtifact } from './upload-artifact.ts';

/** Actions that the runner does itself, whatever their version. */
const BUILT_IN: { [action: string]: Perform } = {
  'actions/checkout': performCheckout,
  'actions/create-github-app-token': performAppToken,
  'actions/upload-artifact': performUploadArtifact,
  'actions/setup-node': async (_desk, _step, log) => {
    log.note(`The sandbox uses the node it runs on: ${process.version}`);
    return DONE;
  },
};

/** Does a `uses:` step: a local action, a built-in one, or one of our own; any other one fails by name. */
export const performUses: Perform = async (desk, step, log) => {
  const reference = step.definition.uses ?? '';
  log.note(`##[group]Run ${reference}`);
  for (const [name, value] of Object.entries(step.inputs)) log.note(`  ${name}: ${value}`);
  log.note('##[endgroup]');
  if (reference.startsWith('./'))
    return performNodeAction(desk, step, { folder: localFolder(desk, reference), log });
  const [action = ''] = reference.split('@');
  const builtIn = BUILT_IN[action.toLowerCase()];
  if (builtIn) return builtIn(desk, step, log);
  const folder = desk.live.parts.actionFolders.get(reference) ?? desk.live.parts.actionFolders.get(action);
  if (folder === undefined)
    throw new Error(`The sandbox does not have the action '${reference}': it downloads nothing`);
  return performNodeAction(desk, step, { folder, log });
};

function localFolder(desk: Desk, reference: string): string {
  const { workspace } = desk.folders;
  const folder = resolve(workspace, reference);
  if (folder !== workspace && !folder.startsWith(workspace + sep))
    throw new Error(`'${reference}' is not in the workspace`);
  return folder;
}
