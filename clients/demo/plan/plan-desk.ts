import type { Role } from '../../../shared/contracts/principal';
import type { Person } from '../api-client';
import type { ControlPlane } from '../control-plane';
import type { View } from '../events';
import type { Proof } from '../proof';
import { PlanningClient } from './planning-client';
import { PlanView } from './show-plan';

export const PLAN_ID = 'to-azure';

/** Those who plan, and what they plan with. */
export interface PlanDesk {
  readonly client: PlanningClient;
  readonly lead: Person;
  readonly owner: Person;
  readonly approver: Person;
  readonly people: readonly Person[];
  readonly view: View;
  readonly shown: PlanView;
  readonly proof: Proof;
}

export function openDesk({ api, people }: ControlPlane, view: View, proof: Proof): PlanDesk {
  const personOf = (role: Role): Person => {
    const person = people.get(role);
    if (person === undefined) throw new Error(`Nobody is ${role}`);
    return person;
  };
  return {
    client: new PlanningClient(api, PLAN_ID),
    lead: personOf('lead'),
    owner: personOf('owner'),
    approver: personOf('approver'),
    people: [...people.values()],
    view,
    shown: new PlanView(view.emit),
    proof,
  };
}
