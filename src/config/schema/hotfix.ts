import { z } from 'zod';
import type { HotfixPolicy } from '../../domain/hotfix-policy.ts';
import { SEVERITIES } from '../../domain/severity.ts';

const WEEK_MINUTES = 10_080;

const minutes = (usual: number, what: string) =>
  z
    .int()
    .min(5)
    .max(WEEK_MINUTES)
    .default(usual)
    .describe(
      `Minutes that ${what} may take from the word for its severity to PROD; then the admins are told.`,
    );

/** How hotfixes go. */
export const HotfixFile = z
  .strictObject({
    p1: z
      .strictObject({
        severities: z
          .array(z.enum(SEVERITIES))
          .max(SEVERITIES.length)
          .default(['critical'])
          .describe('Of the hotfix severities, those that are a P1; the others are a P2.'),
        sla_minutes: minutes(60, 'a P1'),
      })
      .prefault({})
      .describe(
        'The most urgent: the admins are told at once, it goes on in a full freeze, and it is reviewed.',
      ),
    p2: z
      .strictObject({ sla_minutes: minutes(240, 'a P2') })
      .prefault({})
      .describe('Every other hotfix.'),
    notify: z
      .array(
        z
          .string()
          .regex(/^[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}$/u, { error: 'must be a login on GitHub, without @' }),
      )
      .max(20)
      .default([])
      .describe('Who is mentioned when somebody says `/hotfix`; none: the people whom `roles` names.'),
  })
  .prefault({})
  .describe('Hotfixes: bugs whose severity no slot is quick enough for.');

/** Hotfixes as the policy has them. */
export function toHotfix({ p1, p2, notify }: z.output<typeof HotfixFile>): HotfixPolicy {
  return {
    p1: { severities: p1.severities, slaMinutes: p1.sla_minutes },
    p2: { slaMinutes: p2.sla_minutes },
    notify,
  };
}
