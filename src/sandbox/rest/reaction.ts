import { z } from 'zod';
import { numberFrom, readBody } from '../body.ts';
import { findComment, findIssue } from '../issue/find.ts';
import { changeNeed, READ_ISSUES } from '../issue/need.ts';
import { addReaction, removeReaction } from '../issue/reaction.ts';
import { REACTION_CONTENTS, type Reaction } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import { paginate } from '../page.ts';
import { created, noContent, ok, route, type Call } from '../route.ts';
import { serialiseReaction } from '../serialise/reaction.ts';

const given = z.object({ content: z.enum(REACTION_CONTENTS) });
const ON_ISSUE = '/repos/{owner}/{repo}/issues/{issue_number}/reactions';
const ON_COMMENT = '/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions';

/** Reactions to issues and to their comments. */
export const reactionRoutes = [
  route({
    on: `GET ${ON_ISSUE}`,
    needs: READ_ISSUES,
    answer: (call) => list(call, issuePlace(call.repository, call.params.issue_number).reactions),
  }),
  route({
    on: `POST ${ON_ISSUE}`,
    needs: changeNeed('read'),
    answer: (call) => add(call, issuePlace(call.repository, call.params.issue_number)),
  }),
  route({
    on: `DELETE ${ON_ISSUE}/{reaction_id}`,
    needs: changeNeed('read'),
    answer: ({ kernel, repository, actor, params }) => {
      const id = numberFrom(params.reaction_id);
      removeReaction(kernel, issuePlace(repository, params.issue_number), { id, actor });
      return noContent();
    },
  }),
  route({
    on: `GET ${ON_COMMENT}`,
    needs: READ_ISSUES,
    answer: (call) => list(call, commentPlace(call.repository, call.params.comment_id).reactions),
  }),
  route({
    on: `POST ${ON_COMMENT}`,
    needs: changeNeed('read'),
    answer: (call) => add(call, commentPlace(call.repository, call.params.comment_id)),
  }),
  route({
    on: `DELETE ${ON_COMMENT}/{reaction_id}`,
    needs: changeNeed('read'),
    answer: ({ kernel, repository, actor, params }) => {
      const id = numberFrom(params.reaction_id);
      removeReaction(kernel, commentPlace(repository, params.comment_id), { id, actor });
      return noContent();
    },
  }),
];

type Place = ReturnType<typeof issuePlace>;

function issuePlace(repository: Repository, number: string) {
  const issue = findIssue(repository, numberFrom(number));
  return { repository, issue, reactions: issue.reactions };
}

function commentPlace(repository: Repository, id: string): Place {
  const { issue, comment } = findComment(repository, numberFrom(id));
  return { repository, issue, reactions: comment.reactions };
}

function list(call: Pick<Call, 'kernel' | 'query' | 'url'>, reactions: Reaction[]) {
  const content = call.query.get('content');
  const wanted = reactions.filter((one) => content === null || one.content === content);
  const { items, headers } = paginate(call, wanted);
  return ok(
    items.map((one) => serialiseReaction(call.kernel, one)),
    headers,
  );
}

/** 201 for a new reaction, 200 for one that was there. */
function add(call: Pick<Call, 'kernel' | 'actor' | 'body'>, place: Place) {
  const { kernel, actor } = call;
  const { reaction, added } = addReaction(kernel, place, { ...readBody(call, given), actor });
  const body = serialiseReaction(kernel, reaction);
  return added ? created(body) : ok(body);
}
