import { z } from 'zod';
import { numberFrom, readBody } from '../body.ts';
import { addComment, deleteComment, editComment, pinComment, unpinComment } from '../issue/comment.ts';
import { findComment, findIssue, type CommentPlace } from '../issue/find.ts';
import { readSince } from '../issue/list.ts';
import { changeNeed, READ_ISSUES } from '../issue/need.ts';
import { paginate } from '../page.ts';
import { created, noContent, ok, route } from '../route.ts';
import { serialiseComment } from '../serialise/issue.ts';

const written = z.object({ body: z.string() });
const COMMENT = '/repos/{owner}/{repo}/issues/comments/{comment_id}';

/** Comments on issues and pulls. */
export const issueCommentRoutes = [
  route({
    on: 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
    needs: READ_ISSUES,
    answer: (call) => {
      const { kernel, repository, params, query } = call;
      const issue = findIssue(repository, numberFrom(params.issue_number));
      const sinceMs = readSince(query.get('since'));
      const { items, headers } = paginate(
        call,
        issue.comments.filter((one) => isSince(one.updatedAt, sinceMs)),
      );
      return ok(
        items.map((comment) => serialiseComment(kernel, { repository, issue, comment })),
        headers,
      );
    },
  }),
  route({
    on: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
    needs: changeNeed('read'),
    answer: (call) => {
      const { kernel, repository, actor, params } = call;
      const issue = findIssue(repository, numberFrom(params.issue_number));
      const comment = addComment(kernel, { repository, issue }, { ...readBody(call, written), actor });
      const body = serialiseComment(kernel, { repository, issue, comment });
      return created(body, { location: body.url });
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/issues/comments',
    needs: READ_ISSUES,
    answer: (call) => {
      const { kernel, repository, query } = call;
      const sinceMs = readSince(query.get('since'));
      const all = repository.issues.flatMap((issue) =>
        issue.comments.map((comment): CommentPlace => ({ repository, issue, comment })),
      );
      const { items, headers } = paginate(
        call,
        inOrder(
          all.filter(({ comment }) => isSince(comment.updatedAt, sinceMs)),
          query,
        ),
      );
      return ok(
        items.map((place) => serialiseComment(kernel, place)),
        headers,
      );
    },
  }),
  route({
    on: `GET ${COMMENT}`,
    needs: READ_ISSUES,
    answer: ({ kernel, repository, params }) =>
      ok(serialiseComment(kernel, findComment(repository, numberFrom(params.comment_id)))),
  }),
  route({
    on: `PATCH ${COMMENT}`,
    needs: changeNeed('read'),
    answer: (call) => {
      const place = findComment(call.repository, numberFrom(call.params.comment_id));
      editComment(call.kernel, place, { ...readBody(call, written), actor: call.actor });
      return ok(serialiseComment(call.kernel, place));
    },
  }),
  route({
    on: `DELETE ${COMMENT}`,
    needs: changeNeed('read'),
    answer: ({ kernel, repository, actor, params }) => {
      deleteComment(kernel, findComment(repository, numberFrom(params.comment_id)), actor);
      return noContent();
    },
  }),
  route({
    on: `PUT ${COMMENT}/pin`,
    needs: changeNeed('triage'),
    answer: ({ kernel, repository, actor, params }) => {
      const place = findComment(repository, numberFrom(params.comment_id));
      pinComment(kernel, place, actor);
      return ok(serialiseComment(kernel, place));
    },
  }),
  route({
    on: `DELETE ${COMMENT}/pin`,
    needs: changeNeed('triage'),
    answer: ({ kernel, repository, actor, params }) => {
      unpinComment(kernel, findComment(repository, numberFrom(params.comment_id)), actor);
      return noContent();
    },
  }),
];

function isSince(updatedAt: string, sinceMs: number | null): boolean {
  return sinceMs === null || Date.parse(updatedAt) >= sinceMs;
}

/** Repository-wide comments come by id unless `sort` asks for a time; then newest first unless `direction=asc`. */
function inOrder(places: CommentPlace[], query: URLSearchParams): CommentPlace[] {
  const sort = query.get('sort');
  if (sort !== 'created' && sort !== 'updated') return places.toSorted((a, b) => a.comment.id - b.comment.id);
  const sign = query.get('direction') === 'asc' ? 1 : -1;
  const at = ({ comment }: CommentPlace): number =>
    Date.parse(sort === 'created' ? comment.createdAt : comment.updatedAt);
  return places.toSorted((a, b) => sign * (at(a) - at(b) || a.comment.id - b.comment.id));
}
