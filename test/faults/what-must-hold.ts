// What must be true after a wave, however often its host was killed. Each look goes to the system itself (the storage, the
// application's own record, the files of the bus, the verifier's program), not to what a run says of itself.
import { expect } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hashTree } from '../../clients/demo/tree-hash';
import type { LogEntry } from '../../shared/contracts/log-entry';
import type { Causeway } from '../support/causeway';
import type { TestWorkload } from '../support/test-workload';
import { lookInto } from './data-files';
import { recordedEvents, RECORDER } from './recorder';
import { changesOf, firstBothWritable, operationsOf } from './side-history';
import { WAVE, type TwoWorkloads } from './two-workloads';

const VERIFIER = join(__dirname, '../../dist/clients/verify-log/main.js');

export async function everyFileIsRight({ arriving, returning, returningTree }: TwoWorkloads): Promise<void> {
  const expected = new Map(arriving.files.map(({ path, sha256 }) => [path, sha256]));
  const found = new Map<string, string>();
  for await (const { name } of arriving.container.listBlobsFlat()) {
    const content = await arriving.container.getBlobClient(name).downloadToBuffer();
    found.set(name, createHash('sha256').update(content).digest('hex'));
  }
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
  expect(hashTree(returning.root)).toBe(returningTree);
  for (const { path, sha256 } of returning.files)
    expect([path, await returning.read(path)]).toEqual([path, { sha256, servedFrom: 'source' }]);
}

export async function onlyTheRightSideTakesWrites({ arriving, returning }: TwoWorkloads): Promise<void> {
  expect(await arriving.about()).toMatchObject({
    activeSide: 'target',
    sides: { source: { writable: false }, target: { serving: true, writable: true } },
  });
  expect(await returning.about()).toMatchObject({
    activeSide: 'source',
    frozen: false,
    sides: { source: { serving: true, writable: true }, target: { writable: false } },
  });
  for (const workload of [arriving, returning]) {
    expect(firstBothWritable(operationsOf(dirname(workload.root)))).toBeNull();
    expect(await workload.write('after.txt', 'written after')).toBe(204);
  }
}

/** Keys name cutover, stage, attempt and step: more of them than these would be an effect made twice. */
export function everyEffectCameOnce({ arriving, returning }: TwoWorkloads): void {
  const out = (workload: TestWorkload) =>
    [
      ['freeze', 'freeze.1.freezeSource.freeze'],
      ['stop', 'stop-source.1.stopSource.stop'],
      ['start', 'start-target.1.startTarget.start'],
      ['switch', 'redirect.1.redirectTraffic.switch'],
      ['start', 'redirect.1.redirectTraffic.start'],
    ].map(([operation, key]) => [operation, `${WAVE}--${workload.id}.${key}`]);
  const back = [
    ['stop', 'undo-redirect.1.restoreTraffic.stop'],
    ['switch', 'undo-redirect.1.restoreTraffic.switch'],
    ['stop', 'undo-start-target.1.stopTarget.stop'],
    ['start', 'undo-stop-source.1.startSource.start'],
    ['unfreeze', 'undo-freeze.1.unfreezeSource.unfreeze'],
  ].map(([operation, key]) => [operation, `${WAVE}--${returning.id}.${key}`]);
  const did = (workload: TestWorkload) =>
    changesOf(operationsOf(dirname(workload.root))).map(({ operation, idempotencyKey }) => [
      operation,
      idempotencyKey,
    ]);
  expect(did(arriving)).toEqual(out(arriving));
  expect(did(returning)).toEqual([...out(returning), ...back]);
}

/**
 * Every stored event reached a subscriber, and nothing is stuck or given up. First deliveries come in the order of their subject,
 * unless somebody published them in another.
 */
export function everyEventArrived(dataDir: string, order: 'in order' | 'in any order' = 'in order'): void {
  const stored = lookInto(dataDir, (files) => files.all('event'));
  // Workloads are described before the recorder listens.
  const bySubject = Map.groupBy(
    stored.filter(({ subject }) => !subject.startsWith('workload:')),
    ({ subject }) => subject,
  );
  for (const [subject, events] of bySubject)
    expect([subject, events.map(({ sequence }) => sequence)]).toEqual([
      subject,
      events.map((_, index) => index + 1),
    ]);
  const recorded = Map.groupBy(recordedEvents(dataDir), ({ subject }) => subject);
  for (const [subject, events] of bySubject) {
    const distinct = [...new Map(recorded.get(subject)?.map((event) => [event.id, event])).values()];
    if (order === 'in any order') distinct.sort((a, b) => a.sequence - b.sequence);
    expect([subject, distinct]).toEqual([subject, events]);
  }
  lookInto(dataDir, (files) => {
    expect({ undelivered: files.undelivered(RECORDER), deadLetters: files.deadLetters() }).toEqual({
      undelivered: 0,
      deadLetters: 0,
    });
  });
}

/** The logs by subject as exported, each accepted by the verifier's own program. */
export async function everyLogVerifies(causeway: Causeway): Promise<ReadonlyMap<string, LogEntry[]>> {
  const logs = new Map<string, LogEntry[]>();
  const cutovers = Object.values((await causeway.wave(WAVE)).cutovers);
  for (const [subject, id] of [
    ['waves', WAVE] as const,
    ...cutovers.map((each) => ['cutovers', each] as const),
  ]) {
    const exported = await causeway.api.exportLog(causeway.people.viewer, subject, id);
    const file = join(causeway.folder, `${id}.jsonl`);
    writeFileSync(file, exported);
    expect(execFileSync(process.execPath, [VERIFIER, file], { encoding: 'utf8' })).toMatch(/^ok:/);
    const lines = exported.trimEnd().split('\n').slice(1, -1);
    logs.set(
      id,
      lines.map((line) => JSON.parse(line) as LogEntry),
    );
  }
  return logs;
}

const NAMING_FACTS = ['stage', 'attempt', 'gateId', 'choice', 'assetId', 'pass', 'number', 'status'] as const;

/**
 * What a log says, without instants, counts and durations: the same for every run of the same wave, killed or not. An answer
 * repeated because its confirmation was lost may be refused; that is logged and decides nothing.
 */
export const storyOf = (log: readonly LogEntry[]): string[] =>
  log
    .filter(({ kind }) => kind !== 'gate.answer-refused')
    .map(({ kind, actor, facts }) =>
      [
        kind,
        actor,
        ...NAMING_FACTS.flatMap((name) => (name in facts ? `${name}=${JSON.stringify(facts[name])}` : [])),
      ].join(' '),
    );

/** Nothing asked twice, and nothing left open. */
export function everyGateWasAskedOnce(dataDir: string): void {
  const gates = lookInto(dataDir, (files) => files.all('gate'));
  const asked = gates.map(({ subject, gate, stage }) => `${subject} ${stage} ${gate}`);
  expect(asked).toEqual([...new Set(asked)]);
  expect(gates.filter(({ status }) => status !== 'decided')).toEqual([]);
}

export async function everyOrchestrationCompleted(causeway: Causeway): Promise<void> {
  const { system } = JSON.parse(readFileSync(join(causeway.dataDir, 'keys.json'), 'utf8')) as {
    system: string;
  };
  const response = await fetch(
    `${causeway.url}/runtime/webhooks/durabletask/instances?taskHub=causeway&code=${encodeURIComponent(system)}`,
  );
  const instances = (await response.json()) as { instanceId: string; runtimeStatus: string }[];
  expect(instances).toContainEqual(expect.objectContaining({ instanceId: `wave-${WAVE}` }));
  expect(instances.filter(({ runtimeStatus }) => runtimeStatus !== 'Completed')).toEqual([]);
}
