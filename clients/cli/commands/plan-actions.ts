import { z } from 'zod';
import { CalendarRead } from '../../../shared/contracts/planning/calendar';
import { WaveConfirmations } from '../../../shared/contracts/planning/confirmations';
import { PlanHead } from '../../../shared/contracts/planning/plan';
import { usageError } from '../cli-error';
import { operand, optional, required, segment } from '../command';
import type { Command, Invocation, Part, Shown, Table } from '../command';
import { counted } from '../counted';
import { listAll } from '../list-all';
import { readJsonFile, readTextFile } from '../read-json-file';
import { showChange } from '../show-planning';
import { planOf } from './plans';

/** What people do with a plan. */
export const planActionCommands: readonly Command[] = [
  {
    name: 'plan make',
    operands: 'ID [--portfolio ID] [--settings FILE] [--calendar FILE] [--name NAME]',
    summary:
      'Plan a portfolio (default: main), or plan it anew with other settings (examples/plan-settings.json); nothing is planned against the events of a --calendar (.ics).',
    run: makePlan,
  },
  {
    name: 'plan replan',
    operands: 'ID --reason TEXT',
    summary: 'Plan over the portfolio as it is now.',
    run: async (invocation) => {
      const body = { reason: required(invocation, 'reason') };
      return showChange(await invocation.api().json('POST', `${planOf(invocation)}/replan`, { body }));
    },
  },
  {
    name: 'plan edit',
    operands:
      'ID (pin|move WORKLOAD WAVE | together|apart WORKLOAD… | exclude WORKLOAD | cap WORKLOAD COUNT | date WORKLOAD START END [--zone ZONE] | method WORKLOAD METHOD | ignore-dependency FROM TO) --reason TEXT',
    summary: 'Ask for what the rules would not do, and see at once what that changes.',
    run: async (invocation) => {
      const body = { edits: [editOf(invocation)] };
      return showChange(await invocation.api().json('POST', `${planOf(invocation)}/edits`, { body }));
    },
  },
  {
    name: 'plan undo',
    operands: 'ID [--edit N] --reason TEXT',
    summary: 'Take back one edit, the newest unless numbered as in plan show, and see what that changes.',
    run: async (invocation) => {
      const reason = required(invocation, 'reason');
      const number = optional(invocation, 'edit');
      const plan = PlanHead.parse(await invocation.api().json('GET', planOf(invocation)));
      const edit = number === undefined ? {} : { edit: wholeNumber(number), version: plan.version };
      const body = { ...edit, reason };
      return showChange(await invocation.api().json('POST', `${planOf(invocation)}/undo`, { body }));
    },
  },
  {
    name: 'plan approve',
    operands: 'ID --plan-hash HASH --reason TEXT',
    summary: 'Approve in writing the plan that you looked at; not for those who shaped it (R63).',
    run: async (invocation) => {
      const contentHash = await lookedAt(invocation);
      const body = { contentHash, reason: required(invocation, 'reason') };
      const answer = await invocation.api().json('POST', `${planOf(invocation)}/approve`, { body });
      const { item, ...table } = standing(answer);
      return { kind: 'parts', item, parts: [table, ...(await unconfirmed(invocation))] };
    },
  },
  {
    name: 'plan confirm',
    operands: 'ID N --plan-hash HASH',
    summary: 'Agree as a stakeholder to the dates, durations and dependencies of a wave (R62).',
    run: async (invocation) => {
      const body = { contentHash: await lookedAt(invocation) };
      const path = `${planOf(invocation)}/waves/${numberOf(invocation)}/confirm`;
      const { item, ...table } = standing(await invocation.api().json('POST', path, { body }));
      return { kind: 'parts', item, parts: [table] };
    },
  },
  {
    name: 'plan start',
    operands: 'ID N --reason TEXT [--scheduled] [--ticket CHANGE-REQUEST]',
    summary: 'Run a wave of an approved plan: now, or by itself when its window begins.',
    run: async (invocation) => {
      const ticket = optional(invocation, 'ticket');
      const body = {
        reason: required(invocation, 'reason'),
        ...(ticket === undefined ? {} : { changeTicket: ticket }),
      };
      const when = invocation.options['scheduled'] === true ? 'scheduled' : 'now';
      const path = `${planOf(invocation)}/waves/${numberOf(invocation)}/start?when=${when}`;
      const wave = (await invocation.api().json('POST', path, { body })) as object;
      return {
        kind: 'rows',
        columns: ['id', 'name', 'status', 'workloadIds', 'scheduledStart'],
        rows: [wave],
      };
    },
  },
];

const numberOf = (invocation: Invocation): string =>
  segment(operand(invocation, 1, 'the number of the wave'));

const standing = (answer: unknown): Table & { readonly title: string; readonly item: object } => {
  const item = PlanHead.parse(answer);
  const row = { ...item, approvedBy: item.approval?.by ?? null, confirmations: item.confirmations.length };
  const columns = ['id', 'version', 'contentHash', 'approvedBy', 'confirmations'];
  return { item, title: item.name, columns, rows: [row] };
};

const NAMED_WAVES = 10;

/** Who approves should know who has not agreed yet (R62). */
async function unconfirmed(invocation: Invocation): Promise<Part[]> {
  const all = await listAll(invocation.api(), `${planOf(invocation)}/confirmations?top=200`);
  const open = all.map((each) => WaveConfirmations.parse(each)).filter(({ missing }) => missing.length > 0);
  if (open.length === 0) return [];
  const named = open
    .slice(0, NAMED_WAVES)
    .map(({ wave, missing }) => `wave ${wave} by ${missing.join(', ')}`);
  const rest = open.length > NAMED_WAVES ? '; the others: plan confirmations' : '';
  return [{ title: `Not confirmed yet: ${named.join('; ')}${rest}`, columns: [], rows: [] }];
}

/** People agree to what they looked at, so they name it; without the hash they are told what it is now. */
async function lookedAt(invocation: Invocation): Promise<string> {
  const hash = optional(invocation, 'plan-hash');
  if (hash !== undefined) return hash;
  const plan = PlanHead.parse(await invocation.api().json('GET', planOf(invocation)));
  throw usageError(`look at the plan (plan show, plan waves), then name it: --plan-hash ${plan.contentHash}`);
}

/** Settings that no file names stay; of a new plan they are the defaults, from now on. */
async function makePlan(invocation: Invocation): Promise<Shown> {
  const api = invocation.api();
  const path = planOf(invocation);
  const file = optional(invocation, 'settings');
  const given = file === undefined ? undefined : await readJsonFile(file);
  const there = await api.send('GET', path, {}, [404]);
  const before = there.status === 404 ? null : PlanHead.loose().parse(JSON.parse(there.text));
  const body = {
    name: optional(invocation, 'name') ?? before?.name ?? operand(invocation, 0, 'the id of the plan'),
    portfolioId: optional(invocation, 'portfolio') ?? before?.portfolioId ?? 'main',
    settings: await withCalendar(invocation, given ?? before?.['settings'] ?? {}),
  };
  const headers: Record<string, string> =
    before === null ? { 'if-none-match': '*' } : { 'if-match': there.etag ?? '' };
  invocation.tell(`planning portfolio ${body.portfolioId} …`);
  return showChange(await api.json('PUT', path, { body, headers }), before === null);
}

const Dated = z.looseObject({
  earliestStart: z.string().default(() => new Date().toISOString()),
  calendar: z
    .looseObject({ timeZone: z.string().default('UTC'), blackouts: z.array(z.unknown()).default([]) })
    .prefault({}),
});
/** As far as a plan reaches. */
const HORIZON_MS = 3 * 366 * 86_400_000;

/** The settings with what the events of a calendar file take; what they hold already is not added again. */
async function withCalendar(invocation: Invocation, given: unknown): Promise<unknown> {
  const file = optional(invocation, 'calendar');
  const settings = Dated.parse(given);
  if (file === undefined) return { ...(given as object), earliestStart: settings.earliestStart };
  const text = await readTextFile(file);
  const { earliestStart: from, calendar } = settings;
  const until = new Date(Date.parse(from) + HORIZON_MS).toISOString();
  const body = { text, from, until, timeZone: calendar.timeZone };
  const { blackouts } = CalendarRead.parse(
    await invocation.api().json('POST', '/api/calendars/read', { body }),
  );
  invocation.tell(`${file}: ${counted(blackouts.length, 'time')} in which nothing is planned`);
  const known = new Set(calendar.blackouts.map((each) => JSON.stringify(each)));
  const added = blackouts.filter((each) => !known.has(JSON.stringify(each)));
  return { ...settings, calendar: { ...calendar, blackouts: [...calendar.blackouts, ...added] } };
}

function editOf(invocation: Invocation): object {
  const kind = operand(invocation, 1, 'the kind of edit');
  const first = () => operand(invocation, 2, 'the id of the workload');
  const next = (what: string) => operand(invocation, 3, what);
  const reason = required(invocation, 'reason');
  switch (kind) {
    case 'pin':
    case 'move':
      return { kind: 'pin', workloadId: first(), wave: wholeNumber(next('the number of the wave')), reason };
    case 'together':
    case 'apart':
      return { kind, workloadIds: [first(), ...invocation.operands.slice(3)], reason };
    case 'exclude':
      return { kind, workloadId: first(), reason };
    case 'cap':
      return { kind, workloadId: first(), workloads: wholeNumber(next('how many workloads')), reason };
    case 'date': {
      const zone = optional(invocation, 'zone');
      const times = { start: next('the start'), end: operand(invocation, 4, 'the end') };
      const window = { ...times, ...(zone === undefined ? {} : { timeZone: zone }) };
      return { kind, workloadId: first(), window, reason };
    }
    case 'method':
      return { kind, workloadId: first(), method: next('the method'), reason };
    case 'ignore-dependency':
      return { kind, from: first(), to: next('what it depends on'), reason };
    default:
      throw usageError(`there is no edit ${kind}`);
  }
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw usageError(`${text} is no number of a wave or of workloads`);
}
