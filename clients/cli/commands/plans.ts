import { z } from 'zod';
import { WaveConfirmations } from '../../../shared/contracts/planning/confirmations';
import { PlannedWave, PlanHead, PlanProblem } from '../../../shared/contracts/planning/plan';
import { operand, optional, segment, type Command, type Invocation, type Part, type Shown } from '../command';
import { counted } from '../counted';
import { listAll } from '../list-all';
import { showPlan, waveRow, WAVE_COLUMNS } from '../show-planning';

export const planOf = (invocation: Invocation): string =>
  `/api/plans/${segment(operand(invocation, 0, 'the id of the plan'))}`;

const headOf = async (invocation: Invocation): Promise<PlanHead> =>
  PlanHead.parse(await invocation.api().json('GET', planOf(invocation)));

const versionOf = (invocation: Invocation, sign: '?' | '&'): string => {
  const version = optional(invocation, 'version');
  return version === undefined ? '' : `${sign}version=${segment(version)}`;
};

const said = (title: string): Part => ({ title, columns: [], rows: [] });

const listed = async (
  invocation: Invocation,
  list: string,
  columns: readonly string[],
  none: string,
): Promise<Shown> => {
  const path = `${planOf(invocation)}/${list}?top=200${versionOf(invocation, '&')}`;
  const rows = await listAll(invocation.api(), path);
  if (rows.length === 0) return { kind: 'parts', item: rows, parts: [said(none)] };
  return { kind: 'rows', columns, rows };
};

const named = (names: readonly string[], none: string): string =>
  names.length === 0 ? none : names.join(', ');

const Explained = z.looseObject({ sentences: z.array(z.string()) });
const WaveShown = PlannedWave.extend({ sentences: z.array(z.string()) });

/** What a plan says. */
export const planCommands: readonly Command[] = [
  {
    name: 'plan list',
    operands: '',
    summary: 'List plans.',
    run: async ({ api }) => {
      const rows = (await listAll(api(), '/api/plans?top=200')).map((each) => PlanHead.parse(each));
      if (rows.length === 0) return { kind: 'parts', item: rows, parts: [said('No plans: see plan make.')] };
      const shown = rows.map((plan) => ({ ...plan, approvedBy: plan.approval?.by ?? null }));
      return {
        kind: 'rows',
        columns: ['id', 'name', 'version', 'waves', 'workloads', 'errors', 'approvedBy'],
        rows: shown,
      };
    },
  },
  {
    name: 'plan show',
    operands: 'ID [--version N]',
    summary: 'Show where a plan stands: versions, edits, problems, approval, started waves.',
    run: async (invocation) =>
      showPlan(await invocation.api().json('GET', `${planOf(invocation)}${versionOf(invocation, '?')}`)),
  },
  {
    name: 'plan waves',
    operands: 'ID [--version N]',
    summary: 'List the waves of a plan with their windows.',
    run: async (invocation) => {
      const path = `${planOf(invocation)}/waves?top=200${versionOf(invocation, '&')}`;
      const waves = (await listAll(invocation.api(), path)).map((each) => PlannedWave.parse(each));
      if (waves.length === 0)
        return { kind: 'parts', item: waves, parts: [said('No waves: see plan problems.')] };
      return {
        kind: 'parts',
        item: waves,
        parts: [
          {
            title: counted(waves.length, 'wave'),
            columns: WAVE_COLUMNS,
            rows: waves.map(waveRow),
            below: 'summary',
          },
        ],
      };
    },
  },
  {
    name: 'plan wave',
    operands: 'ID N [--version N]',
    summary: 'Show one wave: its schedule, its cutovers, and why it is as it is.',
    run: async (invocation) => {
      const number = segment(operand(invocation, 1, 'the number of the wave'));
      const path = `${planOf(invocation)}/waves/${number}${versionOf(invocation, '?')}`;
      const wave = WaveShown.parse(await invocation.api().json('GET', path));
      const { dates, workloadIds } = wave;
      const schedule =
        dates === null ? [] : [{ title: 'Schedule', columns: ['part', 'start', 'end'], rows: dates.parts }];
      const cutovers = { title: 'Cutovers', columns: ['workloadId', 'start', 'end'] };
      const rows = dates?.cutovers ?? workloadIds.map((workloadId) => ({ workloadId }));
      const parts = [
        { title: `Wave ${wave.number}`, columns: WAVE_COLUMNS, rows: [waveRow(wave)], below: 'summary' },
        ...schedule,
        { ...cutovers, rows },
        ...wave.sentences.map(said),
      ];
      return { kind: 'parts', item: wave, parts };
    },
  },
  {
    name: 'plan explain',
    operands: 'ID WORKLOAD [--version N]',
    summary: 'Say how and when a workload moves, and why.',
    run: async (invocation) => {
      const workload = segment(operand(invocation, 1, 'the id of the workload'));
      const path = `${planOf(invocation)}/workloads/${workload}${versionOf(invocation, '?')}`;
      const item = Explained.parse(await invocation.api().json('GET', path));
      return { kind: 'parts', item, parts: item.sentences.map(said) };
    },
  },
  {
    name: 'plan problems',
    operands: 'ID [--version N]',
    summary: 'List what the plan cannot do as asked.',
    run: async (invocation) => {
      const path = `${planOf(invocation)}/problems?top=200${versionOf(invocation, '&')}`;
      const found = (await listAll(invocation.api(), path)).map((each) => PlanProblem.parse(each));
      if (found.length === 0) return { kind: 'parts', item: found, parts: [said('No problems.')] };
      const rows = found.map(({ involves, ...each }) => ({ ...each, involves: involves.join(', ') }));
      const columns = ['severity', 'code', 'involves'];
      const title = counted(rows.length, 'problem');
      return { kind: 'parts', item: found, parts: [{ title, columns, rows, below: 'message' }] };
    },
  },
  {
    name: 'plan confirmations',
    operands: 'ID',
    summary: 'List who has confirmed each wave, and which owners of its workloads have not (R62).',
    run: async (invocation) => {
      const path = `${planOf(invocation)}/confirmations?top=200`;
      const found = (await listAll(invocation.api(), path)).map((each) => WaveConfirmations.parse(each));
      const rows = found.map(({ wave, by, missing }) => ({
        wave,
        'confirmed by': named(by, 'nobody yet'),
        missing: named(missing, 'nobody'),
      }));
      const columns = ['wave', 'confirmed by', 'missing'];
      const title = rows.length === 0 ? 'No waves.' : 'Confirmations';
      return { kind: 'parts', item: found, parts: [{ title, columns, rows }] };
    },
  },
  {
    name: 'plan cuts',
    operands: 'ID [--version N]',
    summary: 'List the dependencies that the plan cuts, and what bridges them until when.',
    run: (invocation) =>
      listed(
        invocation,
        'cuts',
        ['from', 'to', 'fromWave', 'toWave', 'weight', 'bridge', 'deadline', 'fromOwner', 'toOwner'],
        'No dependency is cut.',
      ),
  },
  {
    name: 'plan diff',
    operands: 'ID [FROM TO]',
    summary:
      'Say what a version says otherwise than another; without numbers the newest than the one before.',
    run: async (invocation) => {
      const [, from, to] = invocation.operands;
      const versions =
        from === undefined ? '' : `&from=${segment(from)}${to === undefined ? '' : `&to=${segment(to)}`}`;
      const path = `${planOf(invocation)}/differences?top=200${versions}`;
      const rows = await listAll(invocation.api(), path);
      if (rows.length === 0) {
        const isOnly = from === undefined && (await headOf(invocation)).version === 1;
        const none = isOnly ? 'There is one version only.' : 'Nothing is different.';
        return { kind: 'parts', item: rows, parts: [said(none)] };
      }
      return {
        kind: 'parts',
        item: rows,
        parts: rows.map((row) => said(`${String(row['kind'])}: ${String(row['message'])}`)),
      };
    },
  },
];
