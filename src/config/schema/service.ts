import { z } from 'zod';
import { STRATEGIES } from '../../domain/rollout.ts';
import { orderServices, type ServicePolicy } from '../../domain/service.ts';
import { nearestWord } from '../../domain/nearest.ts';
import { Command } from './command.ts';

const LIST_LIMIT = 100;

const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,49}$/u, {
  error: 'is no name of a service; write small letters, digits and "-"',
});

/** A pattern as CODEOWNERS has them. */
export const pathPattern = z
  .string()
  .min(1)
  .max(500)
  .refine((value) => !/[![]/u.test(value), {
    error: 'holds "!" or "[", which path patterns here do not have',
  });

const Service = z.strictObject({
  paths: z
    .array(pathPattern)
    .max(LIST_LIMIT)
    .default([])
    .describe(
      'Files that belong to it, as patterns like those of CODEOWNERS; none means all. A changed file that belongs to no service belongs to every one.',
    ),
  depends_on: z
    .array(name)
    .max(LIST_LIMIT)
    .default([])
    .describe('Services that have to be live before it; a rollback goes the other way round.'),
  build: Command.nullable()
    .default(null)
    .describe('Makes the artifact before anything changes, and says its digest.'),
  deploy: Command.nullable()
    .default(null)
    .describe('Puts the service live; `null`: the environment’s own command, told the service.'),
  rollback: Command.nullable()
    .default(null)
    .describe('Brings back what was live before; `null`: the deploy command, told the commit before.'),
  health: Command.nullable()
    .default(null)
    .describe('Exits 0 when the service works; asked before the next service begins.'),
  strategy: z
    .enum(STRATEGIES)
    .nullable()
    .default(null)
    .describe('How it comes live; `null`: as the environment says.'),
});

/** The parts of the product that are deployed by themselves, by name. */
export const Services = z
  .record(name, Service)
  .superRefine((services, context) => {
    const names = Object.keys(services);
    for (const [each, { depends_on: wanted }] of Object.entries(services)) {
      for (const [index, other] of wanted.entries()) {
        if (names.includes(other)) continue;
        const near = nearestWord(other, names);
        const hint = near === null ? `known are ${names.join(', ')}` : `did you mean "${near}"?`;
        context.addIssue({
          code: 'custom',
          path: [each, 'depends_on', index],
          message: `is no service here; ${hint}`,
        });
      }
    }
    const order = orderServices(toServices(services));
    const isKnown = Object.values(services).every(({ depends_on: wanted }) =>
      wanted.every((other) => names.includes(other)),
    );
    const [first] = order.kind === 'cycle' ? order.names : [];
    if (order.kind !== 'cycle' || !isKnown || first === undefined) return;
    const circle = [...order.names, first].join(' needs ');
    context.addIssue({
      code: 'custom',
      path: [first, 'depends_on'],
      message: `The services go round in a circle, so none can be first: ${circle}.`,
    });
  })
  .default({})
  .describe('Parts of the product that are deployed by themselves, by name; none: the repository is one.');

/** The services as the policy has them, in the order in which they are written. */
export function toServices(services: Readonly<Record<string, z.output<typeof Service>>>): ServicePolicy[] {
  return Object.entries(services).map(([each, service]) => ({
    name: each,
    paths: service.paths,
    dependsOn: service.depends_on,
    build: toCommand(service.build),
    deploy: toCommand(service.deploy),
    rollback: toCommand(service.rollback),
    health: toCommand(service.health),
    strategy: service.strategy,
  }));
}

/** A command as the policy has it. */
export function toCommand(
  command: z.output<typeof Command> | null,
): { readonly run: string; readonly timeoutMinutes: number } | null {
  return command === null ? null : { run: command.run, timeoutMinutes: command.timeout_minutes };
}
