import { z } from 'zod';
import { authorOf } from '../auth/author.ts';
import { readBody } from '../body.ts';
import { invalidField, notFound, unprocessable } from '../error.ts';
import { readCommit, writeCommit, type Signature } from '../git/commit.ts';
import { writeObject } from '../git/object-writer.ts';
import { signatureOf, webFlowSignature } from '../git/person.ts';
import { signerOf } from '../git/signing.ts';
import type { Actor } from '../auth/actor.ts';
import { created, ok, route } from '../route.ts';
import type { Kernel } from '../sandbox.ts';
import { serialiseGitCommit } from '../serialise/commit.ts';
import { serialiseTag } from '../serialise/tag.ts';

const READ = { app: { contents: 'read' }, user: 'read' } as const;
const WRITE = { app: { contents: 'write' }, user: 'write' } as const;

const NewBlob = z.object({ content: z.string(), encoding: z.enum(['utf-8', 'base64']).default('utf-8') });
const Person = z.object({ name: z.string(), email: z.string(), date: z.string().optional() });
const NewCommit = z.object({
  message: z.string(),
  tree: z.string(),
  parents: z.array(z.string()).default([]),
  author: Person.optional(),
  committer: Person.optional(),
});
const NewTag = z.object({
  tag: z.string(),
  message: z.string(),
  object: z.string(),
  type: z.enum(['commit', 'tree', 'blob']),
  tagger: Person.optional(),
});

/** Blobs, commits and tags as objects; trees have a file of their own. */
export const gitObjectRoutes = [
  route({
    on: 'GET /repos/{owner}/{repo}/git/blobs/{file_sha}',
    needs: READ,
    answer: async ({ kernel, repository, params, headers }) => {
      const blob = await kernel.git.reader(repository).read(shaOf(params.file_sha));
      if (blob?.type !== 'blob') throw notFound();
      if (headers.get('accept')?.includes('raw'))
        return { raw: { status: 200, content: blob.content, contentType: 'application/octet-stream' } };
      return ok({
        sha: blob.sha,
        node_id: blob.sha,
        size: blob.content.length,
        url: kernel.urls.apiRepository(repository, `git/blobs/${blob.sha}`),
        content: blob.content.toString('base64').replaceAll(/(.{60})/g, '$1\n'),
        encoding: 'base64',
      });
    },
  }),
  route({
    on: 'POST /repos/{owner}/{repo}/git/blobs',
    needs: WRITE,
    answer: (call) => {
      const { kernel, repository } = call;
      const { content, encoding } = readBody(call, NewBlob);
      const sha = writeObject(
        kernel.git.folderOf(repository),
        'blob',
        Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8'),
      );
      return created({ sha, url: kernel.urls.apiRepository(repository, `git/blobs/${sha}`) });
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/git/commits/{commit_sha}',
    needs: READ,
    answer: async ({ kernel, repository, params }) => {
      const commit = await readCommit(kernel.git.reader(repository), shaOf(params.commit_sha));
      if (!commit) throw notFound();
      return ok(serialiseGitCommit(kernel, repository, commit));
    },
  }),
  route({
    on: 'POST /repos/{owner}/{repo}/git/commits',
    needs: WRITE,
    answer: async (call) => {
      const { kernel, repository, actor } = call;
      const given = readBody(call, NewCommit);
      const bare = kernel.git.open(repository);
      const tree = await bare.reader.info(`${shaOf(given.tree)}^{tree}`);
      if (!tree) throw unprocessable('Tree SHA does not exist');
      for (const parent of given.parents) {
        if ((await bare.reader.info(shaOf(parent)))?.type !== 'commit')
          throw unprocessable('Parent SHA does not exist or is not a commit object');
      }
      const own = given.author !== undefined || given.committer !== undefined;
      const people = peopleOf(kernel, actor, given);
      const content = { tree: tree.sha, parents: given.parents, message: given.message, ...people };
      const sha = writeCommit(
        bare.folder,
        content,
        actor.kind === 'installation' && !own ? signerOf(kernel.world) : undefined,
      );
      const commit = await readCommit(bare.reader, sha);
      if (!commit) throw new Error(`commit ${sha} is not there after it was written`);
      return created(serialiseGitCommit(kernel, repository, commit));
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/git/tags/{tag_sha}',
    needs: READ,
    answer: async ({ kernel, repository, params }) => {
      const tag = await kernel.git.reader(repository).read(shaOf(params.tag_sha));
      if (tag?.type !== 'tag') throw notFound();
      return ok(serialiseTag(kernel, repository, tag));
    },
  }),
  route({
    on: 'POST /repos/{owner}/{repo}/git/tags',
    needs: WRITE,
    answer: async (call) => {
      const { kernel, repository, actor } = call;
      const given = readBody(call, NewTag);
      const bare = kernel.git.open(repository);
      if ((await bare.reader.info(shaOf(given.object)))?.type !== given.type)
        throw invalidField('Tag', 'object');
      const tagger = given.tagger
        ? readPerson(given.tagger, kernel.clock.nowMs())
        : peopleOf(kernel, actor, {}).author;
      const seconds = Math.floor(tagger.atMs / 1000);
      const text = `object ${given.object}\ntype ${given.type}\ntag ${given.tag}\ntagger ${tagger.name} <${tagger.email}> ${seconds} ${tagger.zone}\n\n${given.message}`;
      const content = Buffer.from(text);
      const sha = writeObject(bare.folder, 'tag', content);
      return created(serialiseTag(kernel, repository, { sha, content }));
    },
  }),
];

/** A sha as given; anything that is none names nothing. */
function shaOf(text: string): string {
  if (!/^[0-9a-f]{4,40}$/i.test(text)) throw notFound();
  return text.toLowerCase();
}

type GivenPerson = z.infer<typeof Person>;

/** Who stands on a commit made by the API: the given people, else the caller; an App's commit is GitHub's. */
function peopleOf(
  kernel: Kernel,
  actor: Actor,
  given: { author?: GivenPerson | undefined; committer?: GivenPerson | undefined },
): { author: Signature; committer: Signature } {
  const nowMs = kernel.clock.nowMs();
  const { account } = authorOf(kernel.world, actor);
  const author = given.author ? readPerson(given.author, nowMs) : signatureOf(account, nowMs);
  if (given.committer) return { author, committer: readPerson(given.committer, nowMs) };
  return {
    author,
    committer: given.author || actor.kind !== 'installation' ? author : webFlowSignature(nowMs),
  };
}

function readPerson(person: GivenPerson, nowMs: number): Signature {
  const atMs = person.date === undefined ? nowMs : Date.parse(person.date);
  if (Number.isNaN(atMs)) throw unprocessable('Invalid request.\n\nThe date is not a timestamp.');
  return { name: person.name, email: person.email, atMs, zone: '+0000' };
}
