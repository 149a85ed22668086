// A ledger over a real SQLite store in a folder of its own, with a clock that a test moves. It proves nothing about Azure's store;
// the contract suite of the port does that.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteStore } from '../../shared/adapters/sqlite/sqlite-store';
import { online } from '../../orchestrations/itineraries/online';
import { redeploy } from '../../orchestrations/itineraries/redeploy';
import type { Cutover } from '../../shared/contracts/cutover';
import type { CausewayEvent } from '../../shared/contracts/event';
import type { Itinerary } from '../../shared/contracts/itinerary';
import type { LogEntry } from '../../shared/contracts/log-entry';
import type { Principal } from '../../shared/contracts/principal';
import type { Wave, WaveInput } from '../../shared/contracts/wave';
import type { Workload } from '../../shared/contracts/workload';
import { emptyLog, exportLog, verifyChain } from '../../shared/domain/log-chain';
import { createCutover, readCutover } from '../../shared/ledger/cutovers';
import {
  commandType,
  cutoverType,
  eventType,
  gateType,
  logEntryType,
  progressType,
  seenIdType,
  waveType,
  workloadPartition,
  workloadType,
  workRecordType,
} from '../../shared/ledger/documents';
import type { Ledger } from '../../shared/ledger/ledger';
import { createWave, readWave } from '../../shared/ledger/waves';
import { readWorkload } from '../../shared/ledger/workloads';
import { create, replace, type DocumentType, type Operation, type Store } from '../../shared/ports/store';
import { sampleItinerary, sampleWave, sampleWorkload, START } from './sample-plan';

export const lead: Principal = { name: 'Lena', roles: ['lead'] };
export const approver: Principal = { name: 'Amir', roles: ['approver'] };
export const operator: Principal = { name: 'Otto', roles: ['operator'] };

const PARTITION_TYPES: readonly DocumentType<unknown>[] = [
  cutoverType,
  waveType,
  gateType,
  commandType,
  logEntryType,
  eventType,
  workRecordType,
  progressType,
  seenIdType,
  workloadType,
];

export class LedgerUnderTest {
  readonly #folder = mkdtempSync(join(tmpdir(), 'causeway-ledger-'));
  readonly #sqlite = new SqliteStore(join(this.#folder, 'store.db'));
  readonly #others: SqliteStore[] = [];
  now = Date.parse(START);
  /** Called with every batch before it is stored; what it throws fails the commit. */
  beforeCommit: ((operations: readonly Operation[]) => void) | null = null;
  commits = 0;
  readonly ledger: Ledger;

  /** `backing` takes the place of the SQLite store. */
  constructor(itinerary: Itinerary = sampleItinerary(), backing?: Store) {
    const kept = backing ?? this.#sqlite;
    const store: Store = {
      read: (type, partition, id) => kept.read(type, partition, id),
      list: (type, partition, page) => kept.list(type, partition, page),
      find: (type, index, range, page) => kept.find(type, index, range, page),
      changes: (type, after, limit) => kept.changes(type, after, limit),
      commit: async (partition, operations) => {
        this.beforeCommit?.(operations);
        await kept.commit(partition, operations);
        this.commits += 1;
      },
    };
    this.ledger = {
      store,
      clock: { now: () => new Date(this.now) },
      itineraries: { offline: itinerary, online, redeploy },
    };
  }

  get store(): Store {
    return this.ledger.store;
  }

  /** A ledger over another instance of the store on the same file, as another process has. */
  otherProcess(): Ledger {
    const store = new SqliteStore(join(this.#folder, 'store.db'));
    this.#others.push(store);
    return { ...this.ledger, store };
  }

  async putWorkload(workload: Workload = sampleWorkload()): Promise<void> {
    const partition = workloadPartition(workload.id);
    const stored = await this.store.read(workloadType, partition, workload.id);
    const records = { log: emptyLog(partition), eventSequence: 0, editors: [] };
    const body = { ...records, ...stored?.body, ...workload };
    await this.store.commit(partition, [
      stored ? replace(workloadType, stored, body) : create(workloadType, workload.id, body),
    ]);
  }

  /** A wave with those of its workloads that were not stored before. */
  async putWave(input: WaveInput = sampleWave()): Promise<Wave> {
    for (const id of input.workloadIds)
      if (!(await this.store.read(workloadType, workloadPartition(id), id)))
        await this.putWorkload(sampleWorkload({ id }));
    return (await createWave(this.ledger, lead, input)).body;
  }

  /** The cutover of the sample workload in the sample wave. */
  async putCutover(): Promise<string> {
    await this.putWave();
    return this.putCutoverOf('first');
  }

  async putCutoverOf(waveId: string): Promise<string> {
    return createCutover(this.ledger, await this.wave(waveId), sampleWorkload());
  }

  async cutover(id: string): Promise<Cutover> {
    return (await readCutover(this.ledger, id)).body;
  }

  async wave(id = 'first'): Promise<Wave> {
    return (await readWave(this.ledger, id)).body;
  }

  async all<T>(type: DocumentType<T>, partition: string): Promise<T[]> {
    const bodies: T[] = [];
    let continuation: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof this.store.list<T>>> = await this.store.list(type, partition, {
        continuation,
      });
      bodies.push(...page.items.map(({ body }) => body));
      ({ continuation } = page);
    } while (continuation !== null);
    return bodies;
  }

  events(subject: string): Promise<CausewayEvent[]> {
    return this.all(eventType, subject);
  }

  /** A subject's log. Throws where it is not a whole chain that ends at the head its subject names. */
  async log(subject: string): Promise<LogEntry[]> {
    const entries = await this.all(logEntryType, subject);
    const [kind, id = ''] = subject.split(':', 2);
    const { log } =
      kind === 'wave'
        ? await this.wave(id)
        : kind === 'workload'
          ? (await readWorkload(this.ledger, id)).body
          : await this.cutover(id);
    const verdict = verifyChain(exportLog(subject, entries, log));
    if (!verdict.ok) throw new Error(`line ${verdict.line} of the log of ${subject}: ${verdict.problem}`);
    return entries;
  }

  /** Everything stored in a partition, as text: two equal snapshots mean that nothing was written in between. */
  async snapshot(partition: string): Promise<string> {
    const pages = await Promise.all(
      PARTITION_TYPES.map((type) => this.store.list(type, partition, { limit: 1_000 })),
    );
    return JSON.stringify(pages.flatMap((page) => page.items));
  }

  close(): void {
    for (const store of [this.#sqlite, ...this.#others]) store.close();
    rmSync(this.#folder, { recursive: true });
  }
}
