import type { StatementRequest, StepResult } from '../../shared/contracts/step';
import { postgresAssetsOf } from '../../shared/domain/assets';
import { compareWithBackup } from './backup';
import { control, factsOf } from './control';
import { waitForOldTtl } from './switching/lower-ttl';
import { cancelRuns } from './runbook';
import { fenceDatabases, unfenceDatabases } from './postgres/offline';
import { stated } from './stated';
import { done, failed, isManual, type Step, type StepContext } from './step';

const IDLE_POLL_MS = 500;

/**
 * R96 R97: stops the source and proves it idle with a second look: it serves nobody, takes no writes, nothing is under way. Work
 * still under way is waited for. Nothing stops before the old TTL of the workload's traffic has run out. Databases are fenced once it
 * is stopped, also where people have stopped it.
 */
export const stopSource: Step = async (context) => {
  const remembered = await waitForOldTtl(context);
  if (remembered) return remembered;
  const stopped = await control(context, 'stop', 'source');
  if (stopped.kind === 'stopped') {
    const { result } = stopped;
    return result.kind === 'needsStatement' ? stoppedByPeople(context, result.request) : result;
  }
  const looked = await control(context, 'status', 'source');
  if (looked.kind === 'stopped') return looked.result;
  const { reply } = looked;
  if (reply.inFlight > 0)
    return { kind: 'pending', retryAfterMs: IDLE_POLL_MS, detail: `${reply.inFlight} requests under way` };
  if (reply.serving || reply.writable)
    return failed('not-idle', 'the source still serves or takes writes after it was stopped', factsOf(reply));
  const open = await fenceDatabases(context);
  if (open) return open;
  return done(looked.evidence.source, 'the source is stopped and idle', factsOf(reply));
};

/** Their statement is the whole step where nothing is left to fence after it. */
const stoppedByPeople = async (context: StepContext, request: StatementRequest): Promise<StepResult> => {
  const { workload } = context.cutover;
  if (workload.method === 'online' || postgresAssetsOf(workload).length === 0)
    return { kind: 'needsStatement', request };
  const word = await stated(context, request);
  if (word.kind === 'stopped') return word.result;
  const open = await fenceDatabases(context);
  return open ?? { kind: 'done', evidence: word.evidence };
};

/**
 * Compensation of the stop (R56): opens the source again, after it was found to be what it was before, and never while the target
 * takes writes or a runbook of another service still moves the source.
 */
export const startSource: Step = async (context) => {
  const running = await cancelRuns(context);
  if (running) return running;
  if (!isManual(context)) {
    const target = await control(context, 'status', 'target');
    if (target.kind === 'stopped') return target.result;
    if (target.reply.writable)
      return failed(
        'target-writable',
        'the target takes writes: both sides must never be open',
        factsOf(target.reply),
      );
  }
  const fenced = await unfenceDatabases(context);
  if (fenced) return fenced;
  const verdict = await compareWithBackup(context);
  if (verdict.kind === 'stopped') return verdict.result;
  const started = await control(context, 'start', 'source', { writable: true });
  if (started.kind === 'stopped') return started.result;
  const { reply } = started;
  if (!reply.serving || !reply.writable)
    return failed('source-not-open', 'the source did not open again', factsOf(reply));
  const compared = [...verdict.compared];
  const summary = compared.length > 0 ? `, unchanged since its backup: ${compared.join(', ')}` : '';
  return done(started.evidence.source, `the source serves and takes writes again${summary}`, {
    ...factsOf(reply),
    compared,
  });
};
