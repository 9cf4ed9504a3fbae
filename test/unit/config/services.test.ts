import { describe, expect, it } from 'vitest';
import { parsePolicy } from '../../../src/config/parse-policy.ts';

function policyOf(text: string) {
  const reading = parsePolicy(text, 'tonic.yml');
  if (reading.kind === 'broken') throw new Error(problemsIn(text).join('\n'));
  return reading.policy;
}

function problemsIn(text: string): string[] {
  const reading = parsePolicy(text, 'tonic.yml');
  if (reading.kind !== 'broken') return [];
  return reading.problems.map(({ path, message }) => `${path} ${message}`);
}

describe('services', () => {
  it('are read in the order in which they are written', () => {
    const { services } = policyOf(`
services:
  web:
    paths: [/web/, package.json]
    depends_on: [backend]
    strategy: canary
  backend:
    build: { run: ./build.sh }
    deploy: { run: ./deploy.sh backend, timeout_minutes: 30 }
    rollback: { run: ./back.sh }
    health: { run: curl -fsS localhost/health }
`);
    const command = { timeoutMinutes: 15 };
    expect(services).toEqual([
      {
        name: 'web',
        paths: ['/web/', 'package.json'],
        dependsOn: ['backend'],
        build: null,
        deploy: null,
        rollback: null,
        health: null,
        strategy: 'canary',
      },
      {
        name: 'backend',
        paths: [],
        dependsOn: [],
        build: { run: './build.sh', ...command },
        deploy: { run: './deploy.sh backend', timeoutMinutes: 30 },
        rollback: { run: './back.sh', ...command },
        health: { run: 'curl -fsS localhost/health', ...command },
        strategy: null,
      },
    ]);
  });

  it('that go round in a circle are refused, with the circle', () => {
    const text =
      'services: { a: { depends_on: [b] }, b: { depends_on: [c] }, c: { depends_on: [a] }, d: { depends_on: [a] } }';
    expect(problemsIn(text)).toEqual([
      'services.a.depends_on The services go round in a circle, so none can be first: a needs b needs c needs a.',
    ]);
  });

  it('that need themselves are a circle too', () => {
    expect(problemsIn('services: { a: { depends_on: [a] } }')).toEqual([
      'services.a.depends_on The services go round in a circle, so none can be first: a needs a.',
    ]);
  });

  it('that need one that is not there are refused, with the likely name', () => {
    expect(problemsIn('services: { backend: {}, web: { depends_on: [backand] } }')).toEqual([
      'services.web.depends_on[0] "backand" is no service here; did you mean "backend"?',
    ]);
  });

  it('have names that are safe everywhere', () => {
    expect(problemsIn('services: { "a b": {} }')).toHaveLength(1);
  });

  it('with a key that is not known get the likely one', () => {
    expect(problemsIn('services: { web: { dependson: [] } }')).toEqual([
      'services.web.dependson is not known here; did you mean "depends_on"?',
    ]);
  });
});

describe('a canary', () => {
  it.each([
    ['[10, 50]', 'has to end with 100: then everybody has it'],
    ['[50, 10, 100]', 'has to rise from step to step'],
    ['[10, 10, 100]', 'has to rise from step to step'],
  ])('of %s is refused', (percents, message) => {
    const text = `environments: { prod: { rollout: { canary_percents: ${percents} } } }`;
    expect(problemsIn(text)).toEqual([`environments.prod.rollout.canary_percents ${message}`]);
  });
});
