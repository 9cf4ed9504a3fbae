import { renderConfigTable } from '../config/generate.ts';
import { parsePolicy } from '../config/parse-policy.ts';
import { COMMANDS } from '../domain/commands/index.ts';
import { labelDefinitions } from '../domain/label.ts';
import { SETUP_CHECKS } from '../domain/setup/finding.ts';
import { STATUSES, TRANSITIONS, type Transition } from '../domain/status.ts';
import { renderHelp } from '../domain/text/help.ts';
import type { BlockSource } from './generated-block.ts';

/** The parts of the documentation that follow from the tables of the product. */
export const REFERENCE_BLOCKS: BlockSource = {
  commands: () => renderHelp(COMMANDS),
  statuses: renderStatuses,
  'status-chart': renderStatusChart,
  labels: renderLabels,
  config: renderConfigTable,
  findings: renderChecks,
};

function renderStatuses(): string {
  const rows = STATUSES.map(({ name, color, flows, meaning, next }) => {
    return `| \`${name}\` | ${flows.length === 2 ? 'both' : flows[0]} | \`#${color}\` | ${meaning} | ${next} |`;
  });
  return ['| status | flows | colour | meaning | next |', '| --- | --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}

/** The transition table as a Mermaid chart; the ways that lead out of the pipeline are left to the table. */
function renderStatusChart(): string {
  const rows = TRANSITIONS.filter(({ event }) => event !== 'close' && event !== 'reject').flatMap((row) =>
    row.from
      .filter((from) => from !== row.to)
      .map((from) => `    ${from} --> ${row.to}: ${describeWay(row)}`),
  );
  return ['```mermaid', 'stateDiagram-v2', '    [*] --> submitted', ...rows, '```'].join('\n');
}

function describeWay({ event, flow, by }: Transition): string {
  const name = event.replaceAll('_', ' ');
  return `${name}${flow === null ? '' : `, flow ${flow}`} (${by})`;
}

function renderLabels(): string {
  const defaults = parsePolicy(null, '');
  if (defaults.kind === 'broken') throw new Error('the defaults of the configuration are broken');
  const rows = labelDefinitions(defaults.policy).map(({ name, color, description }) => {
    return `| \`${name}\` | \`#${color}\` | ${description} |`;
  });
  return ['| label | colour | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

const WORST = { blocks_prod: '**blocks PROD**', warns: 'warns', unknown: 'not seen' } as const;

function renderChecks(): string {
  const rows = Object.entries(SETUP_CHECKS).map(([code, { checks, worst, isApplied }]) => {
    return `| \`${code}\` | ${checks} | ${WORST[worst]} | ${isApplied ? '`tonic init --apply`' : 'a person'} |`;
  });
  return ['| code | what is looked at | at worst | mended by |', '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}
