// The activities of a cutover, called as functions: no engine, no retries, no history. And the people who answer what they ask.
import { performWork } from '../../functions/activities/perform-work';
import * as gates from '../../functions/activities/gates';
import * as stages from '../../functions/activities/stages';
import * as transfers from '../../functions/activities/transfers';
import * as turningBack from '../../functions/activities/turning-back';
import type { Services } from '../../functions/services';
import type { ActivityName } from '../../orchestrations/activities';
import type { Principal } from '../../shared/contracts/principal';

type Run = (services: Services, input: never) => Promise<unknown>;

const activities: Partial<Record<ActivityName, Run>> = {
  performWork,
  ...gates,
  ...stages,
  ...transfers,
  ...turningBack,
};

/** The activity of that name; throws where a cutover has none. */
export const cutoverActivity = (name: string): Run => {
  const run = activities[name as ActivityName];
  if (!run) throw new Error(`activity ${name} is not part of a cutover`);
  return run;
};

/** Gives commands. */
export const OTTO: Principal = { name: 'Otto', roles: ['operator', 'lead'] };

/** Between them they have every role that a cutover asks. */
export const PEOPLE: readonly Principal[] = [
  { name: 'Amir', roles: ['approver'] },
  OTTO,
  { name: 'Olga', roles: ['owner', 'tester'] },
];
