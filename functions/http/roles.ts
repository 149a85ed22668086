import { Role } from '../../shared/contracts/principal';
import type { Access } from './edge/route';

const roles = (...allowed: Role[]): Access => ({ kind: 'roles', roles: allowed });

/** Everybody with a token may read. */
export const READERS = roles(...Role.options);
/** Plans waves and describes workloads. */
export const PLANNERS = roles('lead');
/** Sets running things going, stops and changes them. */
export const OPERATORS = roles('lead', 'operator');
/** Agrees in writing to what others have planned. */
export const APPROVERS = roles('approver');
/** Agrees to what a workload is to the business: its owner, or a lead who has asked them. */
export const CONFIRMERS = roles('lead', 'owner');
/** Whether a role may answer is the gate's own business; a viewer never does. */
export const DECIDERS = roles('lead', 'operator', 'owner', 'tester', 'approver');
