import { ENVIRONMENTS } from '../../../src/domain/policy.ts';
import type { Repository } from '../../../src/ports/repository.ts';
import type { Model } from './model.ts';
import { branchOf, purposeOf } from './oracle/purpose.ts';
import type { Process } from './scheduler.ts';

/** A repository whose rules may turn away what brings a branch back: then `push back <environment>` is what fails. */
export function createRepository(model: Model, process: Process): Repository {
  const { repository } = model.git;
  return {
    ...repository,
    push: async (updates) => {
      const closed = ENVIRONMENTS.filter((name) => model.failing.has(`push back ${name}`));
      const refs = closed.map((name) => `refs/heads/${branchOf(name)}`);
      const ref = updates.map((update) => update.ref).find((each) => refs.includes(each));
      if (ref === undefined || purposeOf(model, process).kind !== 'rollback') return repository.push(updates);
      return { kind: 'refused', ref, rule: 'ruleset', message: 'GH013: Repository rule violations found.' };
    },
  };
}
