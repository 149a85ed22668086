import type { Activities, Tended } from '../../orchestrations/activities';
import type { Gate } from '../../shared/contracts/gate';
import { openGate as open, tendGate as tend } from '../../shared/ledger/gates';
import type { Services } from '../services';

type Input<N extends keyof Activities> = Activities[N]['input'];

export const openGate = async (
  { ledger }: Pick<Services, 'ledger'>,
  input: Input<'openGate'>,
): Promise<{ gateId: string }> => ({
  gateId: (await open(ledger, input)).id,
});

export const tendGate = async (
  { ledger }: Pick<Services, 'ledger'>,
  input: Input<'tendGate'>,
): Promise<Tended> => {
  const tended = await tend(ledger, input.subject, input.gateId);
  switch (tended.kind) {
    case 'interrupted':
      return tended;
    case 'open':
      return { kind: 'open', untilMs: Date.parse(tended.nextAt) };
    case 'closed':
      return closed(tended.gate);
  }
};

const closed = (gate: Gate): Tended => {
  const deciding = gate.decisions.filter((decision) => decision.choice === gate.outcome);
  return {
    kind: 'closed',
    status: gate.status === 'open' ? 'withdrawn' : gate.status,
    outcome: gate.outcome,
    by: [...new Set(deciding.map((decision) => decision.by))].join(', ') || 'causeway',
    reason: deciding
      .map((decision) => decision.reason)
      .join('; ')
      .slice(0, 2_000),
    evidence:
      deciding
        .flatMap((decision) => decision.evidence ?? [])
        .join('; ')
        .slice(0, 4_000) || null,
  };
};
