import { timestamp } from '../clock.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import type { Schema } from './schema.ts';

/** An annotated tag as the Git data API shows it. */
export function serialiseTag(kernel: Kernel, repository: Repository, tag: { sha: string; content: Buffer }) {
  const text = tag.content.toString('utf8');
  const value = (name: string): string => new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1] ?? '';
  const person = /^tagger (.*) <(.*)> (\d+)/m.exec(text);
  const type = value('type');
  return {
    node_id: tag.sha,
    tag: value('tag'),
    sha: tag.sha,
    url: kernel.urls.apiRepository(repository, `git/tags/${tag.sha}`),
    message: text.slice(text.indexOf('\n\n') + 2).trimEnd(),
    tagger: {
      name: person?.[1] ?? '',
      email: person?.[2] ?? '',
      date: timestamp(Number(person?.[3] ?? 0) * 1000),
    },
    object: {
      type,
      sha: value('object'),
      url: kernel.urls.apiRepository(repository, `git/${type}s/${value('object')}`),
    },
    verification: { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null },
  } satisfies Schema<'git-tag'>;
}
