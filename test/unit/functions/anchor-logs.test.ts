import {
  InvocationContext,
  type ServiceBusTopicFunctionOptions,
  type ServiceBusTopicHandler,
} from '@azure/functions';
import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anchorLog, registerAnchorLogs } from '../../../functions/messages/anchor-logs';
import { AzureBlobTargets } from '../../../shared/adapters/azure-blob/azure-blob-targets';
import type { CausewayEvent } from '../../../shared/contracts/event';
import { LogAnchor } from '../../../shared/contracts/log-entry';
import { appendToChain, emptyLog, exportLog, verifyChain } from '../../../shared/domain/log-chain';
import { readCutover } from '../../../shared/ledger/cutovers';
import type { BlobTarget } from '../../../shared/ports/blob-target';
import { checkIn, MAX_WHOLE_EVENT_BYTES } from '../../../shared/ports/claim-checks';
import { startAzurite, type Azurite } from '../../support/azurite';
import { collect } from '../../support/files-transfer';
import { LedgerUnderTest } from '../../support/ledger-under-test';
import { memoryClaimChecks } from '../../support/memory-claim-checks';

describe('anchoring the logs of what has ended', () => {
  let azurite: Azurite;
  let under: LedgerUnderTest;
  let cutoverId: string;
  let anchors: BlobTarget;
  beforeAll(async () => {
    azurite = await startAzurite();
    await BlobServiceClient.fromConnectionString(azurite.connectionString).createContainer('anchors');
    anchors = AzureBlobTargets.fromConnectionString(azurite.connectionString).container('anchors');
    under = new LedgerUnderTest();
    cutoverId = await under.putCutover();
  });
  afterAll(async () => {
    under.close();
    await azurite.stop();
  });

  const ended = (): CausewayEvent => ({
    specversion: '1.0',
    id: `cutover:${cutoverId}:9`,
    source: '/causeway',
    type: 'cutover.ended',
    subject: `cutover:${cutoverId}`,
    time: '2026-11-21T12:00:00.000Z',
    datacontenttype: 'application/json',
    sequence: 9,
    data: { cutoverId, waveId: 'first', status: 'completed' },
  });
  const kept = async (): Promise<LogAnchor[]> => {
    const found: LogAnchor[] = [];
    for (const { name } of await collect(anchors.list(`cutover/${cutoverId}/`))) {
      const content = Buffer.concat(await collect<Buffer>(await anchors.read(name)));
      found.push(LogAnchor.parse(JSON.parse(content.toString())));
    }
    return found;
  };

  it('R133 keeps the head of the log once, however often it is told of the end', async () => {
    await anchorLog({ ledger: under.ledger, anchors }, ended());
    await anchorLog({ ledger: under.ledger, anchors }, ended());
    const { log } = (await readCutover(under.ledger, cutoverId)).body;
    expect(await kept()).toMatchObject([{ subject: `cutover:${cutoverId}`, ...log }]);
  });

  it('R133 shows that another log stood there before, and leaves the anchor as it is', async () => {
    const before = await kept();
    const other = new LedgerUnderTest();
    other.now += 1_000;
    await other.putCutover();
    const again = anchorLog({ ledger: other.ledger, anchors }, ended());
    await expect(again).rejects.toMatchObject({ code: 'log-broken' });
    other.close();
    expect(await kept()).toEqual(before);
  });

  it('R133 anchors at the word of an event that was too large to travel whole', async () => {
    await BlobServiceClient.fromConnectionString(azurite.connectionString).createContainer('of-large');
    const ofLarge = AzureBlobTargets.fromConnectionString(azurite.connectionString).container('of-large');
    const claimChecks = memoryClaimChecks();
    const large = { ...ended(), data: { cutoverId, padding: 'x'.repeat(MAX_WHOLE_EVENT_BYTES) } };
    const message = await checkIn(large, claimChecks);
    expect(message).toHaveProperty('dataref');
    const handlers: ServiceBusTopicHandler[] = [];
    const serviceBusTopic = (_name: string, { handler }: ServiceBusTopicFunctionOptions) => {
      handlers.push(handler);
    };
    registerAnchorLogs({ serviceBusTopic } as never, { ledger: under.ledger, anchors: ofLarge, claimChecks });
    for (const handle of handlers) await handle(message, new InvocationContext());
    expect(await collect(ofLarge.list(`cutover/${cutoverId}/`))).toHaveLength(1);
  });

  it('keeps nothing where nothing ended, or where there is no place for anchors', async () => {
    await anchorLog({ ledger: under.ledger, anchors }, { ...ended(), type: 'cutover.arrived' });
    await anchorLog({ ledger: under.ledger, anchors: null }, ended());
    expect(await kept()).toHaveLength(1);
  });
});

describe('checking a log against its anchor', () => {
  const draft = (summary: string) => ({
    at: '2026-11-21T08:00:00.000Z',
    kind: 'note',
    actor: 'ann',
    summary,
    facts: {},
  });
  const logOf = (...summaries: string[]) => {
    const { entries, head } = appendToChain(emptyLog('cutover:x'), summaries.map(draft));
    return { lines: exportLog('cutover:x', entries, head), head };
  };
  const anchorOf = (...summaries: string[]): LogAnchor => ({
    format: 'causeway-log-anchor',
    version: 1,
    subject: 'cutover:x',
    ...logOf(...summaries).head,
    at: '2026-11-21T12:00:00.000Z',
  });

  it('R133 accepts the log that was anchored, also when it has grown since', () => {
    expect(verifyChain(logOf('a', 'b').lines, anchorOf('a', 'b'))).toMatchObject({ ok: true });
    expect(verifyChain(logOf('a', 'b', 'c').lines, anchorOf('a', 'b'))).toMatchObject({ ok: true });
  });

  it('R133 refuses a log made anew as a whole, cut short, or of something else', () => {
    const refusal = (lines: string[], anchor: LogAnchor) => verifyChain(lines, anchor);
    expect(verifyChain(logOf('a', 'B').lines)).toMatchObject({ ok: true });
    expect(refusal(logOf('a', 'B').lines, anchorOf('a', 'b'))).toMatchObject({ ok: false, line: 3 });
    expect(refusal(logOf('a').lines, anchorOf('a', 'b'))).toMatchObject({ ok: false, line: 3 });
    const other = { ...anchorOf('a'), subject: 'cutover:y' };
    expect(refusal(logOf('a').lines, other)).toMatchObject({ ok: false, line: 1 });
  });
});
