import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import type { app as functionsApp } from '@azure/functions';
import { z } from 'zod';
import { MigrationError } from '../../shared/contracts/errors';
import type { CausewayEvent } from '../../shared/contracts/event';
import { LogAnchor, type LogHead } from '../../shared/contracts/log-entry';
import { canonicalJson } from '../../shared/domain/canonical-json';
import { readCutover } from '../../shared/ledger/cutovers';
import { sequenceId } from '../../shared/ledger/documents';
import { readWave } from '../../shared/ledger/waves';
import type { BlobTarget } from '../../shared/ports/blob-target';
import { redeem } from '../../shared/ports/claim-checks';
import type { Services } from '../services';

/**
 * Keeps the head of a log outside the store once its cutover or wave has ended (R133): a blob that is written once and never
 * changed, in a container that can be made immutable. Repeatable. Throws `log-broken` where another log was anchored before.
 */
export const anchorLog = async (
  { ledger, anchors }: Pick<Services, 'ledger' | 'anchors'>,
  event: CausewayEvent,
): Promise<void> => {
  if (anchors === null) return;
  if (event.type === 'cutover.ended') {
    const { body } = await readCutover(ledger, z.string().parse(event.data['cutoverId']));
    await keep(anchors, event, body.log);
  }
  if (event.type === 'wave.ended') {
    const { body } = await readWave(ledger, z.string().parse(event.data['waveId']));
    await keep(anchors, event, body.log);
  }
};

const keep = async (anchors: BlobTarget, event: CausewayEvent, head: LogHead): Promise<void> => {
  const anchor: LogAnchor = {
    format: 'causeway-log-anchor',
    version: 1,
    subject: event.subject,
    ...head,
    at: event.time,
  };
  const name = `${event.subject.replace(':', '/')}/${sequenceId(head.length)}.json`;
  const content = Buffer.from(canonicalJson(anchor), 'utf8');
  const md5 = createHash('md5').update(content).digest('base64');
  try {
    const options = { md5, metadata: {}, contentType: 'application/json' };
    await anchors.put(name, content, { ...options, condition: { kind: 'absent' } });
  } catch (error) {
    if (!(error instanceof MigrationError) || error.code !== 'target-conflict') throw error;
    const before = LogAnchor.parse(JSON.parse(await text(await anchors.read(name))));
    if (before.hash === head.hash) return;
    throw new MigrationError('log-broken', `${event.subject} had another log when ${name} was written`, {
      cause: error,
    });
  }
};

export const registerAnchorLogs = (
  app: Pick<typeof functionsApp, 'serviceBusTopic'>,
  services: Pick<Services, 'ledger' | 'anchors' | 'claimChecks'>,
): void => {
  app.serviceBusTopic('anchor-logs', {
    connection: 'ServiceBus',
    topicName: 'migration-events',
    subscriptionName: 'anchors',
    isSessionsEnabled: true,
    handler: async (message) => anchorLog(services, await redeem(message, services.claimChecks)),
  });
};
