import { z } from 'zod';
import type { ChecklistItem, Probe, Rule } from '../../domain/probe.ts';
import { Command } from './command.ts';
import { httpKeys, jsonPath, Prometheus, toTarget } from './http.ts';
import { toCommand } from './service.ts';

const PROBES = ['command', 'http', 'prometheus', 'no_open_issue', 'previous_slot', 'manual'] as const;
const RULES = ['min', 'max', 'equals', 'max_age_minutes'] as const;

const Item = z
  .strictObject({
    command: Command.nullable().default(null).describe('Passes when it exits 0.'),
    http: z
      .strictObject({
        ...httpKeys,
        status: z.int().min(100).max(599).default(200).describe('Status that the answer has to have.'),
        json: jsonPath
          .nullable()
          .default(null)
          .describe('Where in the JSON of the answer the value is that a rule is about.'),
      })
      .nullable()
      .default(null)
      .describe('Passes when the address answers so.'),
    prometheus: Prometheus.extend({
      query: z.string().min(1).max(5_000).describe('PromQL that gives one number.'),
    })
      .nullable()
      .default(null)
      .describe('Passes when the number keeps a rule.'),
    no_open_issue: z
      .string()
      .min(1)
      .max(50)
      .nullable()
      .default(null)
      .describe('Passes when no open issue has this label.'),
    previous_slot: z
      .enum(['clean'])
      .nullable()
      .default(null)
      .describe('Passes when the slot before did not fail.'),
    manual: z
      .enum(['oncall'])
      .nullable()
      .default(null)
      .describe('Passes when a responder has said `/oncall` on the day of the slot.'),
    min: z.number().nullable().default(null).describe('What the value has to be at least.'),
    max: z.number().nullable().default(null).describe('What the value may be at most.'),
    equals: z
      .union([z.string(), z.number(), z.boolean()])
      .nullable()
      .default(null)
      .describe('What the value has to be.'),
    max_age_minutes: z
      .int()
      .min(1)
      .max(527_040)
      .nullable()
      .default(null)
      .describe('How long ago the moment may be that the value is.'),
  })
  .superRefine((item, context) => {
    const probes = PROBES.filter((key) => item[key] !== null);
    const rules = RULES.filter((key) => item[key] !== null);
    const refuse = (message: string) => context.addIssue({ code: 'custom', message });
    if (probes.length !== 1) return refuse(`needs one of ${PROBES.join(', ')}, and has ${listOf(probes)}`);
    const takesRule = item.prometheus !== null || (item.http !== null && item.http.json !== null);
    if (takesRule && rules.length !== 1)
      return refuse(`needs one of ${RULES.join(', ')}, and has ${listOf(rules)}`);
    if (!takesRule && rules.length > 0)
      return refuse(`has ${listOf(rules)}, and no value that it could be about`);
    return undefined;
  });

type ItemFile = z.output<typeof Item>;

function listOf(keys: readonly string[]): string {
  return keys.length === 0 ? 'none' : keys.join(' and ');
}

/** What has to be right before anything is deployed to an environment. */
export const Checklist = z
  .record(z.string().regex(/^[a-z][a-z0-9_]{0,59}$/u, { error: 'is no name of an item' }), Item)
  .superRefine((items, context) => {
    for (const name of ['freeze', 'rollback_path'])
      if (Object.hasOwn(items, name))
        context.addIssue({ code: 'custom', path: [name], message: 'is looked at by itself; take it out' });
    if (Object.keys(items).length === 0)
      context.addIssue({ code: 'custom', message: 'is empty; name an item, or take it out' });
  })
  .nullable()
  .default(null)
  .describe(
    'Looked at before anything changes, by name; an item that has failed or is not known stops the deploy. See [Checks](checks.md).',
  );

/** The checklist as the policy has it. */
export function toChecklist(items: z.output<typeof Checklist>): readonly ChecklistItem[] | null {
  if (items === null) return null;
  return Object.entries(items).flatMap(([name, item]) => {
    const probe = probeOf(item);
    return probe === null ? [] : [{ name, probe }];
  });
}

function probeOf(item: ItemFile): Probe | null {
  const command = toCommand(item.command);
  const rule = ruleOf(item);
  if (command !== null) return { kind: 'command', command };
  if (item.http !== null) return httpProbe(item.http, rule);
  if (item.prometheus !== null && rule !== null)
    return { kind: 'prometheus', at: toTarget(item.prometheus), query: item.prometheus.query, rule };
  if (item.no_open_issue !== null) return { kind: 'no_open_issue', label: item.no_open_issue };
  if (item.previous_slot !== null) return { kind: 'previous_slot' };
  return item.manual === null ? null : { kind: 'on_call' };
}

function httpProbe(http: NonNullable<ItemFile['http']>, rule: Rule | null): Probe {
  const value = http.json === null || rule === null ? null : { path: http.json, rule };
  return { kind: 'http', at: toTarget(http), status: http.status, value };
}

function ruleOf({ min, max, equals, max_age_minutes: minutes }: ItemFile): Rule | null {
  if (min !== null) return { kind: 'min', value: min };
  if (max !== null) return { kind: 'max', value: max };
  if (equals !== null) return { kind: 'equals', value: equals };
  return minutes === null ? null : { kind: 'max_age', ms: minutes * 60_000 };
}
