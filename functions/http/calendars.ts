import { z } from 'zod';
import { CalendarInput, CalendarRead } from '../../shared/contracts/planning/calendar';
import { json, problem } from './edge/reply';
import { route } from './edge/route';
import { PLANNERS } from './roles';

const SHOWN_PROBLEMS = 50;
/** Four years: plans reach three, and begin within one. */
const HORIZON_MS = 4 * 366 * 86_400_000;

export const calendarRoutes = [
  route({
    operation: 'readCalendar',
    method: 'POST',
    path: 'calendars/read',
    summary:
      'Reads an iCalendar file into the blackouts that the settings of a plan take; nothing is kept. All of it, or what is wrong with it.',
    access: PLANNERS,
    params: z.object({}),
    query: z.object({}),
    body: { schema: CalendarInput, consumes: 'json' },
    responses: { 200: { description: 'What its events take.', schema: CalendarRead } },
    handle: ({ body }, { calendars }) => {
      const lengthMs = Date.parse(body.until) - Date.parse(body.from);
      if (lengthMs <= 0 || lengthMs > HORIZON_MS) {
        const expected = 'must be after from, at most four years';
        return Promise.resolve(
          problem(400, 'invalid-input', `until ${expected}`, {
            errors: [{ field: 'until', value: body.until, expected }],
          }),
        );
      }
      const reading = calendars.read(body);
      if (reading.kind === 'read') return Promise.resolve(json(200, { blackouts: reading.blackouts }));
      const errors = reading.problems.slice(0, SHOWN_PROBLEMS).map(({ uid, message }) => ({
        field: 'text',
        value: uid ?? 'the file',
        expected: message,
      }));
      return Promise.resolve(problem(400, 'invalid-input', 'the calendar cannot be read', { errors }));
    },
  }),
];
