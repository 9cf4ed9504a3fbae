import { describe, expect, test } from 'vitest';
import { orderServices, touchedServices } from '../../../src/domain/service.ts';
import { aService } from '../../support/builders.ts';

const names = (services: readonly { readonly name: string }[]) => services.map(({ name }) => name);

describe('the order of services', () => {
  test('puts each after all that it depends on', () => {
    const order = orderServices([
      aService({ name: 'web', dependsOn: ['backend', 'auth'] }),
      aService({ name: 'backend', dependsOn: ['db'] }),
      aService({ name: 'auth', dependsOn: ['db'] }),
      aService({ name: 'db' }),
    ]);
    expect(order.kind === 'ordered' && names(order.services)).toEqual(['db', 'backend', 'auth', 'web']);
  });

  test('leaves those that need nothing as they are written', () => {
    const order = orderServices([aService({ name: 'b' }), aService({ name: 'a' })]);
    expect(order.kind === 'ordered' && names(order.services)).toEqual(['b', 'a']);
  });

  test('names the circle, without those that only hang on it', () => {
    const order = orderServices([
      aService({ name: 'outside', dependsOn: ['a'] }),
      aService({ name: 'a', dependsOn: ['b'] }),
      aService({ name: 'b', dependsOn: ['a'] }),
    ]);
    expect(order).toEqual({ kind: 'cycle', names: ['a', 'b'] });
  });
});

describe('a change touches', () => {
  const services = [
    aService({ name: 'backend', paths: ['/backend/', '*.sql'] }),
    aService({ name: 'web', paths: ['/web/'] }),
  ];

  test('the services that its files belong to, in their order', () => {
    expect(names(touchedServices(services, ['web/a.ts']))).toEqual(['web']);
    expect(names(touchedServices(services, ['web/a.ts', 'db/1.sql']))).toEqual(['backend', 'web']);
  });

  test('every service with a file that belongs to none', () => {
    expect(names(touchedServices(services, ['web/a.ts', 'shared/b.ts']))).toEqual(['backend', 'web']);
  });

  test('a service without patterns, whatever it changes', () => {
    expect(names(touchedServices([...services, aService({ name: 'all' })], ['README.md']))).toEqual(['all']);
  });

  test('nothing without files', () => {
    expect(touchedServices(services, [])).toEqual([]);
  });
});
