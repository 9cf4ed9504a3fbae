import { execFileSync } from 'node:child_process';
import { parse, parseDocument, stringify, type Document } from 'yaml';
import { writeShop, type DemoSite } from '../../src/compose-demo.ts';
import { CONFIG_PATH } from '../../src/domain/policy.ts';
import { writeSeedCommit } from '../../src/sandbox/seed/history.ts';

/**
 * The shop of the demo with other options in its configuration, on both branches: to be given to `startShop`. Options may
 * be made of the configuration that is there.
 */
export function withConfig(
  options: object | ((config: Document.Parsed) => object),
): (site: DemoSite) => Promise<void> {
  return async (site) => {
    await writeShop(site);
    const { sandbox, repository, people, dayMs } = site;
    const author = people['ada']?.account;
    if (author === undefined) throw new Error('ada is not there');
    const show = ['--git-dir', sandbox.git.folderOf(repository), 'show', `main:${CONFIG_PATH}`];
    const text = execFileSync('git', show, { encoding: 'utf8' });
    const config: object = parse(text);
    const others = typeof options === 'function' ? options(parseDocument(text)) : options;
    const files = { [CONFIG_PATH]: stringify({ ...config, ...others }) };
    for (const branch of ['uat', 'main'])
      await writeSeedCommit(sandbox, repository, { branch, author, message: 'Options', atMs: dayMs, files });
  };
}
