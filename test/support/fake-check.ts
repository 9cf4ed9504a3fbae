import { isGateCheck } from '../../src/domain/gate.ts';
import type { CheckReport, Checks } from '../../src/ports/checks.ts';
import type { FakeCheck, FakeWorld } from './fake-world.ts';

/** Checks in the fake repository. */
export function createFakeChecks(world: FakeWorld): Checks {
  return {
    report: async (reports) => {
      for (const { isNew: _, ...report } of reports) {
        if (isNews(world, report)) world.checks.push(checkOf(world, report));
      }
    },
    on: async (commit) =>
      checksOn(world, commit).map(({ name, appId, state }) => ({ name, appId, state, url: null })),
    required: async (branch) => world.requiredChecks.get(branch) ?? [],
    takeStrange: () =>
      world.checks
        .filter(({ name, appId }) => isGateCheck(name) && appId !== world.appId)
        .map(({ name, commit, appId }) => ({
          name,
          commit,
          by: appId === null ? 'wes' : 'another',
          isStatus: appId === null,
        })),
  };
}

/** The newest of each name and App on a commit. */
export function checksOn(world: FakeWorld, commit: string): FakeCheck[] {
  const found = world.checks.filter((check) => check.commit === commit);
  return [...new Map(found.map((check) => [`${check.appId} ${check.name}`, check])).values()];
}

function isNews(world: FakeWorld, report: CheckReport): boolean {
  const before = checksOn(world, report.commit).find(
    ({ name, appId }) => name === report.name && appId === world.appId,
  );
  return JSON.stringify(before?.report ?? null) !== JSON.stringify(report);
}

function checkOf({ appId }: FakeWorld, report: CheckReport): FakeCheck {
  const { commit, name, conclusion } = report;
  const state = conclusion === null ? 'pending' : conclusion === 'failure' ? 'red' : 'green';
  return { commit, name, appId, state, report };
}
