import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { AzureBlobTargets } from '../../../../shared/adapters/azure-blob/azure-blob-targets';
import { TransferLimits } from '../../../../shared/contracts/transfer';
import { TunedConcurrency, tunedConcurrency } from '../../../../shared/movers/files/tuned-concurrency';

const AUTO = TransferLimits.parse({ concurrencyPerSlice: 'auto' });
const SECOND = 1_000;

describe('requests in flight', () => {
  it('R123 stay what the limits say, unless these leave it to us', () => {
    const tuned = new TunedConcurrency();
    expect(tuned.under(TransferLimits.parse({}))).toBe(4);
    expect(tuned.under(TransferLimits.parse({ concurrencyPerSlice: 33 }))).toBe(33);
    expect(tuned.under(AUTO)).toBe(4);
  });

  it('R123 grow while more of them move more, and shrink when the service is too busy', () => {
    const tuned = new TunedConcurrency();
    let now = 0;
    const seconds = (count: number, throttled = 0) => {
      for (let n = 0; n < count * 2; n += 1) {
        for (let each = 0; each < Math.min(50, tuned.under(AUTO)); each += 1) tuned.count(1_000);
        tuned.observe((now += SECOND / 2), throttled);
      }
      return tuned.under(AUTO);
    };
    expect(seconds(3)).toBe(16);
    const settled = seconds(60);
    expect(settled).toBeGreaterThanOrEqual(40);
    expect(settled).toBeLessThanOrEqual(200);
    expect(seconds(3, 7)).toBe(Math.floor(settled * 0.65));
  });

  it('R130 are learnt together by the slices of one transfer', () => {
    expect(tunedConcurrency('one')).toBe(tunedConcurrency('one'));
    expect(tunedConcurrency('one')).not.toBe(tunedConcurrency('two'));
  });
});

it('R131 every answer that the service is too busy is counted, those that were retried inside too', async () => {
  let answers = 0;
  const server = createServer((_, response) => {
    answers += 1;
    response.writeHead(answers === 1 ? 503 : answers === 2 ? 429 : 404, {
      'x-ms-error-code': 'BlobNotFound',
    });
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const key = Buffer.from('key').toString('base64');
  const blobs = AzureBlobTargets.fromConnectionString(
    `DefaultEndpointsProtocol=http;AccountName=a;AccountKey=${key};BlobEndpoint=http://127.0.0.1:${port}/a;`,
    { sleep: async () => undefined },
  );
  expect(await blobs.container('docs').properties('file')).toBeNull();
  expect(blobs.throttledAnswers()).toBe(2);
  server.close();
});
