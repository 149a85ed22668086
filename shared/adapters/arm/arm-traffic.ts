import { z } from 'zod';
import { MigrationError } from '../../contracts/errors';
import type { TrafficRefusal, TrafficWritten } from '../../ports/traffic-switch';
import type { ArmClient, ArmReply, ArmRequest } from './arm-client';
import { ArmError } from './arm-error';

const refused = (code: string, reason: string): TrafficRefusal => ({ kind: 'refused', code, reason });

/** What only a person can mend, a missing sign-in among it, is a refusal; what may pass is thrown. */
const refusalFrom = (error: unknown): TrafficRefusal => {
  if (error instanceof ArmError && !error.passes)
    return refused(error.status === 404 ? 'traffic-not-found' : 'azure-refused', error.message);
  if (error instanceof MigrationError && !(error instanceof ArmError))
    return refused(error.code, error.message);
  throw error;
};

/** Asks for a resource; an answer, or why there is none. */
export const askArm = async <T>(
  ask: () => Promise<T>,
): Promise<{ readonly kind: 'answered'; readonly answer: T } | TrafficRefusal> => {
  try {
    return { kind: 'answered', answer: await ask() };
  } catch (error) {
    return refusalFrom(error);
  }
};

/** Sends one write. Whether it is in force by now is told by the next look, also where the service carries it out later. */
export const writeArm = async (client: ArmClient, request: ArmRequest): Promise<TrafficWritten> => {
  try {
    const reply: ArmReply = await client.send(request);
    return reply.status < 300 ? { kind: 'written' } : refused('azure-refused', `status ${reply.status}`);
  } catch (error) {
    if (error instanceof ArmError && error.status === 412) return { kind: 'changed' };
    return refusalFrom(error);
  }
};

export const resourceGroupPath = (at: {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
}): string => `/subscriptions/${at.subscriptionId}/resourceGroups/${at.resourceGroup}/providers`;

const Permissions = z.array(
  z.object({ actions: z.array(z.string()).default([]), notActions: z.array(z.string()).default([]) }),
);

/** `Microsoft.Network/*` matches whatever begins so; case does not matter. */
const matches = (pattern: string, action: string): boolean => {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'i').test(action);
};

/** Null where the caller's roles let it do all of the actions at a resource; asks, and changes nothing. */
export const missingRights = async (
  client: ArmClient,
  path: string,
  actions: readonly string[],
): Promise<TrafficRefusal | null> => {
  const asked = await askArm(() =>
    client.list({
      method: 'GET',
      path: `${path}/providers/Microsoft.Authorization/permissions`,
      apiVersion: '2022-04-01',
    }),
  );
  if (asked.kind === 'refused') return asked;
  const granted = Permissions.parse(asked.answer);
  const missing = actions.filter(
    (action) =>
      !granted.some(
        ({ actions: may, notActions: mayNot }) =>
          may.some((pattern) => matches(pattern, action)) &&
          !mayNot.some((pattern) => matches(pattern, action)),
      ),
  );
  if (missing.length === 0) return null;
  return refused('no-rights', `the application's identity lacks ${missing.join(', ')} at ${path}`);
};
