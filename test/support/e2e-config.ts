import { execFileSync } from 'node:child_process';
import { parse, stringify } from 'yaml';
import { writeShop, type DemoSite } from '../../src/compose-demo.ts';
import { CONFIG_PATH } from '../../src/domain/policy.ts';
import { writeSeedCommit } from '../../src/sandbox/seed/history.ts';

/** The shop of the demo with other options in its configuration, on both branches: to be given to `startShop`. */
export function withConfig(options: object): (site: DemoSite) => Promise<void> {
  return async (site) => {
    await writeShop(site);
    const { sandbox, repository, people, dayMs } = site;
    const author = people['ada']?.account;
    if (author === undefined) throw new Error('ada is not there');
    const show = ['--git-dir', sandbox.git.folderOf(repository), 'show', `main:${CONFIG_PATH}`];
    const config: object = parse(execFileSync('git', show, { encoding: 'utf8' }));
    const files = { [CONFIG_PATH]: stringify({ ...config, ...options }) };
    for (const branch of ['uat', 'main'])
      await writeSeedCommit(sandbox, repository, { branch, author, message: 'Options', atMs: dayMs, files });
  };
}
