import { describe, expect, it } from '@jest/globals';
import { render } from '../../../clients/cli/render';
import { showCutover } from '../../../clients/cli/show-cutover';
import type { CutoverView } from '../../../shared/contracts/api';
import type { Gate } from '../../../shared/contracts/gate';
import { PostgresLimits } from '../../../shared/contracts/postgres';
import { sampleCutover } from '../../support/sample-cutover';

const at = '2026-11-21T12:00:00.000Z';
const question = `The preflight found what is in the way. ${'Long. '.repeat(20)}Remedy: grant REPLICATION.`;
const gate: Gate = {
  ...{
    id: 'cutover-first--shop.copy.1',
    subject: 'cutover:first--shop',
    gate: 'stage-failed',
    stage: 'copy',
  },
  ...{
    question,
    choices: ['retry', 'skip'],
    roles: ['lead', 'operator'],
    quorum: 'any',
    requestedBy: 'Lena',
  },
  ...{ planHash: null, openedAt: at, timing: sampleCutover().gateTiming, extendedMs: 0, remindersSent: 0 },
  ...{ escalatedAt: null, status: 'open', decisions: [], outcome: null, closedAt: null },
};
const moving: CutoverView = {
  ...sampleCutover(),
  ...{ status: 'waiting', stage: 'copy', waitingFor: 'an answer at the gate', openGate: gate.id },
  stages: [
    {
      ...{ name: 'copy', status: 'failed', attempts: 2, beganAt: at, endedAt: at, evidence: null },
      reason: `${'It went wrong. '.repeat(10)}At the end.`,
    },
  ],
  databaseLimits: { orders: PostgresLimits.parse({ copyWorkers: 3 }) },
  ratesInForce: { orders: '5 MB/s until 18:00' },
  progress: [
    {
      ...{ stage: 'initial-copy', totalItems: 10, doneItems: 4, totalBytes: 1_000, doneBytes: 400 },
      ...{ bytesPerSecond: 50, secondsLeft: 12, limitInForce: 'at most 50 bytes a second', updatedAt: at },
    },
  ],
  databases: [
    {
      ...{ assetId: 'orders', doing: 'following', detail: 'public.orders', tablesDone: 2, tablesTotal: 5 },
      ...{ copiedBytes: null, totalBytes: null, lagMs: 17, walKeptBytes: 99, forecastWindowMs: 420 },
      updatedAt: at,
    },
  ],
  switches: [
    {
      ...{ number: 1, assetId: 'orders', to: 'target', beganAt: at, endedAt: at, outageMs: 812 },
      ...{ writeBlockedMs: 301, attempts: 1, cutPosition: '0/16B3748' },
    },
  ],
};
const shown = (view: CutoverView, open: Gate | null) =>
  render({ kind: 'parts', item: view, parts: showCutover(view, open) }, 'table');

describe('a cutover at the terminal', () => {
  it('R123 R131 shows where it stands, how fast it moves, and which limits hold, on one screen', () => {
    const text = shown(moving, gate);
    expect(text).toMatch(/^first--shop: waiting, stage copy \(method /);
    expect(text).toContain('Waits for: an answer at the gate\n');
    expect(text).toMatch(/copy +failed +2 +2026-11-21T12:00:00\.000Z\n.*At the end\.\n/);
    expect(text).toMatch(/initial-copy +4\/10 +400\/1000 +50 +12 +-\n +at most 50 bytes a second/);
    expect(text).toMatch(/orders +following +2\/5 +- +17 +420 +99 .*\n +public\.orders\n/);
    expect(text).toMatch(/orders\n +copyWorkers=3 bytesPerSecond=null .*; held last: 5 MB\/s until 18:00\n/);
    expect(text).toMatch(/1 +target +2026\S+ +812 +301 +1\n/);
    expect(text.split('\n').length).toBeLessThan(40);
  });

  it('R63 shows the question of the open gate whole, and who may answer what', () => {
    const text = shown(moving, gate);
    expect(text).toMatch(/copy\.1 +stage-failed +lead,operator +retry,skip +-\n/);
    expect(text).toContain(`    ${question}\n`);
  });

  it('is silent about what there is not', () => {
    const text = shown({ ...sampleCutover(), progress: [], databases: [] }, null);
    expect(text).not.toMatch(/Open gate|Moving|Databases|Limits|Switches|Outages|Turns back/);
  });
});
