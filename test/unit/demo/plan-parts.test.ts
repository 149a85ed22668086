import { describe, expect, it } from '@jest/globals';
import type { ApiClient, Person } from '../../../clients/demo/api-client';
import { parseCommandLine } from '../../../clients/demo/demo-options';
import type { DemoEvent } from '../../../clients/demo/events';
import { lineOf } from '../../../clients/demo/event-lines';
import { approvePlan } from '../../../clients/demo/plan/approve-plan';
import { PlanningClient } from '../../../clients/demo/plan/planning-client';
import { PlanView } from '../../../clients/demo/plan/show-plan';
import { PlanHead } from '../../../shared/contracts/planning/plan';

const HASH = 'a'.repeat(64);
const AMIR: Person = { name: 'Amir', role: 'approver', token: 'token' };
const HEAD = PlanHead.parse({
  id: 'to-azure',
  name: 'To Azure',
  portfolioId: 'main',
  version: 3,
  portfolioVersion: 1,
  contentHash: HASH,
  waves: 2,
  workloads: 3,
  errors: 0,
  editors: ['Lena'],
  approval: null,
  confirmations: [],
  started: {},
  changedBy: 'Lena',
  changedAt: '2026-11-21T00:00:00.000Z',
});

describe('Approving the plan of the demo', () => {
  /** A service that takes every approval: it does not prove that the real one does. */
  const approving = async (answer: string | null) => {
    const events: DemoEvent[] = [];
    const approved: string[] = [];
    const client = {
      approve: async (by: Person, hash: string) => {
        approved.push(`${by.name} ${hash}`);
        return HEAD;
      },
    };
    const ask = answer === null ? null : async () => answer;
    const outcome = approvePlan(client, AMIR, HEAD, { emit: (event) => void events.push(event), ask });
    const error = await outcome.then(
      () => null,
      (failure: unknown) => String(failure),
    );
    return { approved, error, events };
  };

  it.each([[null], [''], ['approve']])('agrees to the hash that was shown, asked with %p', async (answer) => {
    const { approved, error, events } = await approving(answer);
    expect({ approved, error }).toEqual({ approved: [`Amir ${HASH}`], error: null });
    expect(events.map(({ event }) => event)).toEqual(['gate', 'decision']);
  });

  it('goes no further where the approver rejects it', async () => {
    const { approved, error } = await approving('reject');
    expect(approved).toEqual([]);
    expect(error).toContain('Amir did not approve version 3');
  });
});

describe('The planning client of the demo', () => {
  it('reads lists to their last page', async () => {
    const asked: string[] = [];
    const problem = { severity: 'warning', code: 'path-missing', message: 'no path', involves: [] };
    const api: Pick<ApiClient, 'call'> = {
      call: async (_, path) => {
        asked.push(path);
        const isLast = path.includes('continuation');
        const nextLink = '/api/plans/x/problems?top=200&continuation=200';
        return Response.json({ value: [problem], ...(!isLast && { nextLink }) });
      },
    };
    expect(await new PlanningClient(api, 'x').problems(AMIR)).toEqual([problem, problem]);
    expect(asked).toEqual(['plans/x/problems?top=200', 'plans/x/problems?top=200&continuation=200']);
  });

  it('finds the tables of a document by their names, cells by their columns', async () => {
    const table = { kind: 'table', name: 'Bridges', columns: ['From', 'To'], rows: [['a', null]] };
    const document = { sections: [{ parts: [{ kind: 'text', text: 'none' }, table] }] };
    const tables = await new PlanningClient({ call: async () => Response.json(document) }, 'x').tables(AMIR);
    expect([...tables]).toEqual([['Bridges', [{ From: 'a', To: null }]]]);
  });
});

describe('A plan on its way to whoever watches', () => {
  const shown = (show: (view: PlanView) => void): string[] => {
    const lines: string[] = [];
    show(new PlanView((event) => lines.push(...(lineOf(event) ?? '').split('\n'))));
    return lines;
  };

  it('lists the first waves and says how many more there are', () => {
    const wave = { after: [], complexity: 1, risk: 1, dates: null, reasons: [], servers: 2 };
    const waves = Array.from({ length: 12 }, (_, index) => ({
      ...wave,
      number: index + 1,
      workloadIds: ['a'],
      summary: '1 workload on 2 servers; internal only',
    }));
    const lines = shown((view) => view.waves(waves));
    expect(lines).toHaveLength(13);
    expect(lines[2]).toBe('    1     no date       1          2        internal only');
    expect(lines.at(-1)).toBe('    and 2 more');
  });

  it('counts what is to be done by its kind, most first', () => {
    const item = { owner: null, due: null, note: null, severity: 'warn' } as const;
    const reason = { rule: 'owner-unknown', requirement: 'R6', facts: {} };
    const lines = shown((view) =>
      view.readiness([
        { ...item, key: 'owner', state: 'open', title: 'Name an owner', reason },
        { ...item, key: 'skills', state: 'open', title: 'Skills', reason },
        { ...item, key: 'skills', state: 'in-progress', title: 'Skills', reason },
        { ...item, key: 'skills', state: 'done', title: 'Skills', reason },
      ]),
    );
    expect(lines.slice(2).map((line) => line.trim().split(/ {2,}/).slice(0, 3))).toEqual([
      ['skills', 'warn', '2'],
      ['owner', 'warn', '1'],
    ]);
  });

  it('says two differences of each kind, and how many it leaves out', () => {
    const differences = (['problem', 'problem', 'problem', 'date'] as const).map((kind, index) => ({
      kind,
      message: `message ${index}`,
      workloadId: null,
    }));
    const lines = shown((view) =>
      view.change('Left out', { plan: HEAD, differences, differenceCount: differences.length + 5 }),
    );
    expect(lines.map((line) => line.trim())).toEqual([
      'Left out: version 3 of the plan, 9 differences',
      'problem: message 0',
      'problem: message 1',
      'problem: and 1 more',
      'date: message 3',
      'and 5 more of all kinds',
    ]);
  });
});

describe('The command line of the demo', () => {
  it.each(['files', 'postgres', 'plan'])('knows %s', (name) => {
    expect(parseCommandLine([name, '--auto'])).toMatchObject({ kind: 'run', options: { name, auto: true } });
  });

  it('refuses what it does not know', () => {
    expect(parseCommandLine(['plans'])).toEqual({ kind: 'refused', reason: 'There is no demo plans' });
  });
});
