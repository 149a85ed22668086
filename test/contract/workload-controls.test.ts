import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createOutboundHttp } from '../../shared/adapters/safe-http/outbound-http';
import { controlsFor } from '../../shared/adapters/workload-controls/controls-for';
import { ControlOperation, ControlRequest, type Side } from '../../shared/contracts/controls';
import { Evidence, StatementRequest } from '../../shared/contracts/step';
import type { Controls } from '../../shared/contracts/workload';
import type { WorkloadControls } from '../../shared/ports/workload-controls';
import { startHookServer, type HookServer } from '../support/hook-server';

const requestFor = (side: Side, idempotencyKey: string): ControlRequest =>
  ControlRequest.parse({ cutoverId: 'cutover-1', workloadId: 'shop', side, idempotencyKey });

const CASES = ControlOperation.options.flatMap((operation) => [
  [operation, 'source'] as const,
  [operation, 'target'] as const,
]);

describe.each(['http', 'manual'] as const)('WorkloadControls: %s', (kind) => {
  let hook: HookServer;
  let controls: WorkloadControls;
  const http = createOutboundHttp({ allowed: ['127.0.0.0/8'] });

  beforeEach(async () => {
    hook = await startHookServer();
    const declared: Controls =
      kind === 'http' ? { kind, url: hook.url, secret: 'shop-hook', timeoutMs: 5_000 } : { kind };
    controls = controlsFor(declared, { http, secrets: { read: async () => hook.secret } });
  });

  afterEach(async () => {
    await hook.close();
  });

  it.each(CASES)('%s on the %s ends in an outcome with evidence or a question', async (operation, side) => {
    const outcome = await controls.perform(operation, requestFor(side, 'key-1'));
    if (outcome.kind === 'replied') {
      expect(Evidence.parse(outcome.evidence).summary).toContain(side);
      expect(outcome.reply.side).toBe(side);
    } else {
      expect(outcome.kind).toBe('needsStatement');
      const { request } = outcome as Extract<typeof outcome, { kind: 'needsStatement' }>;
      expect(StatementRequest.parse(request).question).toContain(`the ${side} of shop`);
    }
  });

  it('answers the same key the same way and does the work once', async () => {
    const request = requestFor('source', 'key-2');
    const first = await controls.perform('stop', request);
    const second = await controls.perform('stop', request);
    expect(second).toEqual(first);
    expect(hook.done).toEqual(kind === 'http' ? ['stop'] : []);
  });

  it('asks a different thing for every operation and side', async () => {
    const seen = new Set<string>();
    for (const [operation, side] of CASES) {
      const outcome = await controls.perform(operation, requestFor(side, `${operation}-${side}`));
      seen.add(outcome.kind === 'needsStatement' ? outcome.request.question : `${operation} ${side}`);
    }
    expect(seen.size).toBe(CASES.length);
  });
});
