import type { InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import type { Activities, ActivityName } from '../../orchestrations/activities';
import { instancesOf, type Instances } from '../instances';
import type { Services } from '../services';
import { failEnvironment } from './environment-round';
import { examineEnvironment } from './inspection';
import { listResidue, removeResidue } from './residue';
import { openGate, tendGate } from './gates';
import { performWork } from './perform-work';
import { beginProvisioning, planEnvironment } from './plan-environment';
import { beginStage, endCutover, endStage, settleFailure, takeCommands } from './stages';
import { planPass, readParallelism } from './transfers';
import { beginTurningBack, endCompensation, recordTurningBack } from './turning-back';
import { endStatement } from './statements';
import { endAcceptance, watchProvisioning } from './watch-environment';
import { advanceWave, beginReview, endWave, prepareWave } from './waves';

type Activity<N extends ActivityName> = (
  services: Services,
  input: Activities[N]['input'],
  instances: Instances,
) => Promise<Activities[N]['output']>;

const activities: { readonly [N in ActivityName]: Activity<N> } = {
  takeCommands,
  beginStage,
  endStage,
  settleFailure,
  endCutover,
  openGate,
  tendGate,
  performWork,
  readParallelism,
  planPass,
  beginTurningBack,
  endCompensation,
  recordTurningBack,
  prepareWave,
  advanceWave,
  beginReview,
  endWave,
  planEnvironment,
  beginProvisioning,
  watchProvisioning,
  endStatement,
  endAcceptance,
  examineEnvironment,
  listResidue,
  removeResidue,
  failEnvironment,
};

/** Registers every activity under its stored name. */
export const registerActivities = (services: Services): void => {
  for (const [name, activity] of Object.entries(activities)) {
    const run = activity as Activity<ActivityName>;
    df.app.activity(name, {
      extraInputs: [df.input.durableClient()],
      handler: (input: Activities[ActivityName]['input'], context: InvocationContext) =>
        run(services, input, instancesOf(services.ledger, df.getClient(context))),
    });
  }
};
