import type { Notice } from '../../shared/contracts/notice';
import type { StepResult } from '../../shared/contracts/step';
import { readWave } from '../../shared/ledger/waves';
import { done, type Step, type StepContext } from './step';
import { restoreTtl } from './switching/put-back-traffic';

/** Sends a notice; where no channel is set up a person tells people and states how. */
const tell = async ({ services }: StepContext, notice: Notice): Promise<StepResult> => {
  const sent = await services.notifier.notify(notice);
  if (sent.kind === 'delivered') return done(sent.via, `${notice.title}: delivered`, { notice: notice.id });
  return {
    kind: 'needsStatement',
    request: {
      question:
        `No channel is set up for notices. Tell the stakeholders and confirm how: ${notice.title}. ${notice.body}`.slice(
          0,
          2_000,
        ),
      roles: ['operator', 'lead'],
    },
  };
};

function inMinutes(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  return minutes === 1 ? 'a minute' : `${minutes} minutes`;
}

/** R42 R47 R83: who is told what before the cutover begins. */
export const notifyStakeholders: Step = async (context) => {
  const { cutover, order, services } = context;
  const { body: wave } = await readWave(services.ledger, cutover.waveId);
  const people =
    wave.stakeholders.map((person) => `${person.name} (${person.role})`).join(', ') || 'all stakeholders';
  return tell(context, {
    id: order.key,
    title: `Migration of ${cutover.workload.name}`,
    body: `Between ${wave.window.start} and ${wave.window.end} (${wave.window.timeZone}) ${cutover.workload.name} moves to Azure. Expect an outage and read-only service of up to ${inMinutes(cutover.workload.acceptableDowntimeMs)}. To be told: ${people}.`,
    facts: [
      { name: 'Owner', value: cutover.workload.owner },
      { name: 'Wave', value: wave.name },
      { name: 'Critical issues', value: wave.escalationContact },
    ],
  });
};

/** R84 R85: a person confirms that support stands by and knows whom to call. */
export const confirmStandby: Step = async ({ services, cutover }) => {
  const { body: wave } = await readWave(services.ledger, cutover.waveId);
  return {
    kind: 'needsStatement',
    request: {
      question: `Are the support teams on standby from ${wave.window.start} to ${wave.window.end}, and do they know that critical issues go to ${wave.escalationContact}? Confirm with names.`,
      roles: ['operator', 'lead'],
    },
  };
};

/** R106 R114: what no check can see. */
export const confirmManualChecks: Step = async ({ cutover }) => {
  const { manualChecks } = cutover.workload;
  if (manualChecks.length === 0) return done('workload-record', 'the workload asks for no manual checks');
  const list = manualChecks.map((check, index) => `${index + 1}. ${check}`).join(' ');
  return {
    kind: 'needsStatement',
    request: {
      question: `Check on the target before users come: ${list}`.slice(0, 2_000),
      roles: ['tester', 'owner'],
    },
  };
};

/** R144 R147: only owner and tester together let this be reached. Answers may live as long as before from here on. */
export const announceSuccess: Step = async (context) => {
  const { cutover, order } = context;
  const signedOff = cutover.stages.some((stage) => stage.name === 'sign-off' && stage.status === 'done');
  if (!signedOff)
    return { kind: 'refused', code: 'not-signed-off', reason: 'owner and tester have not signed off' };
  const restored = await restoreTtl(context);
  if (restored.kind === 'stopped') return restored.result;
  return tell(context, {
    id: order.key,
    title: `${cutover.workload.name} has moved to Azure`,
    body: `Owner and tester have confirmed it. The old side stays as a fallback, read-only, until it is stable.${restored.words}`,
    facts: [{ name: 'Owner', value: cutover.workload.owner }],
  });
};
