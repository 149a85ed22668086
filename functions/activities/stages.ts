import type { Activities, Begun } from '../../orchestrations/activities';
import { trafficMoved } from '../../shared/domain/commands';
import { hasRowsToResend } from '../../shared/domain/failures';
import { takeCommands as take } from '../../shared/ledger/commands';
import { readCutover } from '../../shared/ledger/cutovers';
import * as stages from '../../shared/ledger/stages';
import { releaseLease } from '../../shared/ledger/workload-lease';
import type { Services } from '../services';
import { standStill } from './stand-still';

type Input<N extends keyof Activities> = Activities[N]['input'];

export const takeCommands = async (services: Services, { cutoverId }: Input<'takeCommands'>) => {
  const directive = await take(services.ledger, cutoverId);
  if (directive === 'wait') await standStill(services, cutoverId);
  return directive;
};

export const beginStage = async (
  services: Services,
  { cutoverId, stage }: Input<'beginStage'>,
): Promise<Begun> => {
  const { ledger } = services;
  const begun = await stages.beginStage(ledger, cutoverId, stage);
  switch (begun.kind) {
    case 'wait':
      await standStill(services, cutoverId);
      return { kind: 'wait', untilMs: begun.recheckAt === null ? null : Date.parse(begun.recheckAt) };
    case 'failed': {
      const { body: cutover } = await readCutover(ledger, cutoverId);
      const { state } = stages.stageOf(cutover, stage);
      const resendable = hasRowsToResend(cutover, stage) ? ({ resendable: true } as const) : {};
      const code = state.failureCode == null ? {} : { code: state.failureCode };
      return {
        ...begun,
        ...{ reason: state.reason ?? '', trafficMoved: trafficMoved(cutover) },
        ...code,
        ...resendable,
      };
    }
    default:
      return begun;
  }
};

export const endStage = async (
  { ledger }: Services,
  { cutoverId, stage, end }: Input<'endStage'>,
): Promise<null> => {
  await stages.endStage(ledger, cutoverId, stage, end);
  return null;
};

export const settleFailure = async ({ ledger }: Services, input: Input<'settleFailure'>): Promise<null> => {
  const { cutoverId, stage, answer, by, reason } = input;
  await stages.settleFailure(ledger, cutoverId, stage, answer, by, reason);
  return null;
};

export const endCutover = async (
  { ledger }: Services,
  { cutoverId, status }: Input<'endCutover'>,
): Promise<'ended' | 'interrupted'> => {
  const end = await stages.endCutover(ledger, cutoverId, status);
  if (end === 'ended') await releaseLease(ledger, cutoverId);
  return end;
};
