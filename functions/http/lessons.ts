import { z } from 'zod';
import { Lesson, LessonInput } from '../../shared/contracts/planning/lesson';
import { CutoverId, Slug } from '../../shared/contracts/primitives';
import { judgeLesson, lessonsOf } from '../../shared/ledger/lessons';
import { readPortfolio } from '../../shared/ledger/portfolios';
import { PageQuery, pageOf, pageOfList } from './edge/paging';
import { json } from './edge/reply';
import { route } from './edge/route';
import { PLANNERS, READERS } from './roles';

const Id = z.object({ id: Slug });

export const lessonRoutes = [
  route({
    operation: 'listLessons',
    method: 'GET',
    path: 'portfolios/{id}/lessons',
    summary: 'What finished cutovers of planned waves took beside what was forecast, by cutover (R38).',
    access: READERS,
    params: Id,
    query: PageQuery,
    responses: { 200: { description: 'A page of lessons.', schema: pageOf(Lesson) } },
    refusals: [404],
    handle: async ({ params, query, url }, { ledger }) => {
      await readPortfolio(ledger, params.id);
      const lessons = await lessonsOf(ledger, params.id);
      return json(
        200,
        pageOfList(lessons, query, url, (lesson) => lesson),
      );
    },
  }),
  route({
    operation: 'judgeLesson',
    method: 'PUT',
    path: 'portfolios/{id}/lessons/{cutover}',
    summary: 'Says whether forecasts of later plans follow a lesson, and why (R38).',
    access: PLANNERS,
    params: Id.extend({ cutover: CutoverId }),
    query: z.object({}),
    body: { schema: LessonInput, consumes: 'json' },
    idempotent: true,
    responses: {
      200: { description: 'The lesson; a plan that is made or made anew heeds it.', schema: Lesson },
    },
    refusals: [404],
    handle: async ({ principal, params, body }, { ledger }) =>
      json(200, await judgeLesson(ledger, principal, params.id, params.cutover, body)),
  }),
];
