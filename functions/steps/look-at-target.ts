import { OutboundFailure } from '../../shared/ports/outbound-http';
import type { StepResult } from '../../shared/contracts/step';
import { control, healthInWords } from './control';
import type { StepContext } from './step';

export type Look =
  | { readonly kind: 'looked'; readonly problem: string | null; readonly source: string }
  /** Only a person can look. */
  | { readonly kind: 'asked'; readonly result: StepResult };

/**
 * One look at a workload that serves from its target: it is healthy, and its source stays closed. A hook that does not answer is a
 * problem like any other: what can't be seen is not healthy.
 */
export const lookAtTarget = async (context: StepContext): Promise<Look> => {
  try {
    const target = await control(context, 'health', 'target');
    if (target.kind === 'stopped') return withoutReply(target.result);
    const { healthy, serving } = target.reply;
    const problem = healthy && serving ? null : `the target is not healthy: ${healthInWords(target.reply)}`;
    const source = await control(context, 'status', 'source');
    if (source.kind === 'stopped') return withoutReply(source.result);
    const open = source.reply.writable ? 'the source takes writes while users are on the target' : null;
    return { kind: 'looked', problem: open ?? problem, source: target.evidence.source };
  } catch (error) {
    if (!(error instanceof OutboundFailure)) throw error;
    return {
      kind: 'looked',
      problem: `the hook does not answer: ${error.message}`.slice(0, 500),
      source: 'http-hook',
    };
  }
};

const withoutReply = (result: StepResult): Look => {
  if (result.kind === 'needsStatement') return { kind: 'asked', result };
  const problem = result.kind === 'failed' ? result.reason : 'the hook has not finished looking';
  return { kind: 'looked', problem: problem.slice(0, 500), source: 'http-hook' };
};
