import { GATE_EXPIRED, REJECTED } from '../../orchestrations/gate';
import type { Evidence, StatementRequest, StepResult } from '../../shared/contracts/step';
import { cutoverPartition, gateType } from '../../shared/ledger/documents';
import { gateIdOf } from '../../shared/ledger/gates';
import { failed, type StepContext } from './step';

export type Stated =
  | { readonly kind: 'confirmed'; readonly evidence: Evidence }
  /** Not asked, not answered, or not confirmed: hand this back. */
  | { readonly kind: 'stopped'; readonly result: StepResult };

/**
 * What people have stated in this try of a step that goes on once they have: asked until they did, the step is then called again.
 * The gate is that of a stage that is one statement, so both read alike.
 */
export const stated = async (
  { services, cutover, order }: StepContext,
  { question, roles }: StatementRequest,
): Promise<Stated> => {
  const subject = cutoverPartition(cutover.id);
  const topic = order.stage;
  const attempt = Number(order.input['attempt'] ?? 1);
  const id = gateIdOf({ subject, gate: 'statement', stage: topic, attempt });
  const gate = (await services.ledger.store.read(gateType, subject, id))?.body;
  if (gate?.status === 'expired') return stopped(failed(GATE_EXPIRED, 'nobody answered in time'));
  if (gate?.status !== 'decided')
    return stopped({
      kind: 'needsDecision',
      question: { asks: 'statement', topic, attempt, question, roles },
    });
  const decision = gate.decisions.find(({ choice }) => choice === gate.outcome);
  const { by, reason, evidence } = decision ?? { by: 'causeway', reason: 'without a reason' };
  if (gate.outcome !== 'confirm') return stopped(failed(REJECTED, `${by}: ${reason}`));
  const facts: Evidence['facts'] = evidence === undefined ? {} : { evidence };
  return {
    kind: 'confirmed',
    evidence: { source: `statement:${by}`.slice(0, 200), summary: reason.slice(0, 2_000), facts },
  };
};

const stopped = (result: StepResult): Stated => ({ kind: 'stopped', result });
