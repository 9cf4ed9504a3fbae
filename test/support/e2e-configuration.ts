import { parseDocument, type Document } from 'yaml';
import type { Shop } from './e2e-shop.ts';

/**
 * Changes the configuration as Ada, on both branches, so that they stay on one version. The shop must not be set up:
 * she goes past all gates.
 */
export async function changeConfiguration(
  { scene, demo }: Shop,
  message: string,
  change: (configuration: Document.Parsed) => void,
): Promise<void> {
  const { octokit, at } = scene.actor('ada');
  const path = '.github/tonic.yml';
  const { data } = await octokit.rest.repos.getContent({ ...at, path });
  if (!('content' in data)) throw new Error(`${path} is no file`);
  const document = parseDocument(Buffer.from(data.content, 'base64').toString('utf8'));
  change(document);
  const content = Buffer.from(document.toString({ lineWidth: 0 })).toString('base64');
  await octokit.rest.repos.createOrUpdateFileContents({ ...at, path, sha: data.sha, message, content });
  await octokit.rest.repos.merge({ ...at, base: 'uat', head: 'main' });
  await demo.settle();
}
