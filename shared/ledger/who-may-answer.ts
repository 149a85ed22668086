import type { Cutover } from '../contracts/cutover';
import type { Environment } from '../contracts/environment';
import type { Gate } from '../contracts/gate';
import type { Principal } from '../contracts/principal';
import type { Wave } from '../contracts/wave';
import { isSamePerson } from '../domain/same-person';
import type { Ledger } from './ledger';
import { shapersOf } from './waves';

interface Refusal {
  readonly kind: 'refused';
  readonly code: string;
  readonly reason: string;
}

/** What an answer is refused for because of who gives it, beyond the roles the gate asks for (R64 R65); null where nothing. */
export const whyTheyMayNot = async (
  ledger: Ledger,
  subject: Cutover | Wave | Environment,
  principal: Principal,
  gate: Gate,
): Promise<Refusal | null> =>
  (await separated(ledger, subject, principal, gate)) ?? notTheOwner(subject, principal, gate);

/** Whoever shaped a plan or its workloads, also after it was planned, may not approve it. */
const separated = async (
  ledger: Ledger,
  subject: Cutover | Wave | Environment,
  principal: Principal,
  gate: Gate,
): Promise<Refusal | null> => {
  if (!gate.choices.includes('approve') || !('editors' in subject)) return null;
  if (!(await shapersOf(ledger, subject)).includes(principal.name)) return null;
  const reason = 'whoever shaped the plan or described its workloads may not approve it';
  return { kind: 'refused', code: 'own-request', reason };
};

/** An owner speaks for a workload that is theirs, as it was planned; elsewhere the role counts for nothing (R64). */
export const asOwnerOfTheirs = (subject: Cutover | Wave | Environment, principal: Principal): Principal =>
  'workload' in subject && !isSamePerson(subject.workload.owner, principal.name)
    ? { ...principal, roles: principal.roles.filter((role) => role !== 'owner') }
    : principal;

const notTheOwner = (
  subject: Cutover | Wave | Environment,
  principal: Principal,
  gate: Gate,
): Refusal | null => {
  const mayAnswer = ({ roles }: Principal) => gate.roles.some((role) => roles.includes(role));
  if (!('workload' in subject) || !mayAnswer(principal)) return null;
  if (mayAnswer(asOwnerOfTheirs(subject, principal))) return null;
  const { name, owner } = subject.workload;
  return {
    kind: 'refused',
    code: 'not-the-owner',
    reason: `${name} is owned by ${owner}, who answers for it`,
  };
};
