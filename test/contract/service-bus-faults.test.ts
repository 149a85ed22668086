import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { openServiceBusEventBus } from '../../shared/adapters/service-bus/service-bus-event-bus';
import { seedOfThisRun } from '../faults/seeded-random';
import { before } from '../support/before';
import { letTheProcessEnd } from '../support/let-the-process-end';
import { memoryClaimChecks } from '../support/memory-claim-checks';
import { startFaultyBroker, startFaultyPump } from '../support/service-bus/faulty-run';
import { event } from './event-bus-suite';

/** Also by CAUSEWAY_BUS_SEEDS. */
const SEEDS = Number(process.env['CAUSEWAY_BUS_SEEDS'] ?? 4);
const EVENTS = 60;
const SUPPORT = join(__dirname, '../support');

describe('between a publisher and a subscriber that remembers ids', () => {
  // The same few in every run of the tests; others are asked for.
  const seed = process.env['FAULT_SEED'] === undefined ? 1 : seedOfThisRun();
  letTheProcessEnd();

  it(
    `no event is lost or invented, each session keeps its order and has one handler at a time, and every effect happens once, whatever breaks (FAULT_SEED=${seed})`,
    async () => {
      const program = join(SUPPORT, 'service-bus/faulty-runs.ts');
      const { stdout } = await promisify(execFile)(process.execPath, [
        '--require',
        join(SUPPORT, 'run-typescript.js'),
        program,
        `${seed}`,
        `${SEEDS}`,
      ]).catch((error: unknown) => error as { stdout: string });
      const { runs, deliveries, failed } = JSON.parse(stdout) as Record<string, unknown>;
      expect({ runs, failed }).toEqual({ runs: SEEDS, failed: [] });
      // Faults that redeliver nothing would prove nothing.
      expect(deliveries).toBeGreaterThan(SEEDS * EVENTS);
    },
    60_000 + SEEDS * 30_000,
  );

  it('a host drains though the answer to a settlement went down with its connection', async () => {
    const broker = await startFaultyBroker(0);
    const bus = openServiceBusEventBus({
      connectionString: broker.connectionString,
      claimChecks: memoryClaimChecks(),
    });
    const handled = Promise.withResolvers<void>();
    const pump = startFaultyPump(broker, () => {
      // Seen by the SDK only after it has sent the outcome.
      broker.faults.dropConnections();
      handled.resolve();
    });
    try {
      await before(10_000, 'the event to be published', bus.publish([event(1)]));
      await before(10_000, 'the event to be handled', handled.promise);
    } finally {
      await pump.drain();
      await bus.close();
      await broker.stop();
    }
  });
});
