import type { Activities } from '../../orchestrations/activities';
import type { Environment } from '../../shared/contracts/environment';
import { OWNERSHIP_TAG, residueHash, restingStatus } from '../../shared/domain/environments';
import { endAction, recordResidue } from '../../shared/ledger/environment-run';
import { ENDED, giveUp, inRound, orGiveUp, type Used } from './environment-round';

type Input<N extends keyof Activities> = Activities[N]['input'];
type Output<N extends keyof Activities> = Promise<Activities[N]['output']>;

const LOOK_AGAIN_MS = 2_000;

/** What carries the environment's tag now: nothing else is ever deleted. */
const ownResources = async ({ azure }: Used, environment: Environment): Promise<string[]> => {
  const { id, subscriptionId, resourceGroup } = environment;
  const found = await azure.tagged(subscriptionId, resourceGroup, { name: OWNERSHIP_TAG, value: id });
  return found.map((resource) => resource.id).sort();
};

/** Lists what would be deleted, for people to look at. With nothing there, the removal is done. */
export const listResidue = async (services: Used, input: Input<'listResidue'>): Output<'listResidue'> =>
  orGiveUp(services, input, async (environment) => {
    const { environmentId, round } = input;
    if (environment.residue.length === 0) {
      const residue = await ownResources(services, environment);
      if (residue.length === 0) {
        const summary = `Nothing in ${environment.resourceGroup} carries the tag of ${environmentId}`;
        await endAction(services.ledger, environmentId, round, { status: 'removed', summary });
        return ENDED;
      }
      const hash = residueHash(environmentId, residue);
      await recordResidue(services.ledger, environmentId, round, residue, hash);
    }
    const listed = await inRound(services, input);
    if (!listed) return ENDED;
    const { length } = listed.residue;
    const question = `Delete these ${length} resources of ${environmentId}? ${listed.residue.join(', ')}`;
    return { kind: 'question', attempt: listed.attempt, question: question.slice(0, 4_000) };
  });

/** Begins the deletion of what was approved and is still ours; asked again until nothing of it is left. */
export const removeResidue = async (
  services: Used,
  input: Input<'removeResidue'>,
): Output<'removeResidue'> => {
  const environment = await inRound(services, input);
  if (!environment) return ENDED;
  const { environmentId, round, approved, by, reason } = input;
  if (!approved) return giveUp(services, input, restingStatus(environment), { code: 'rejected', reason }, by);
  const listed = new Set(environment.residue);
  const left = (await ownResources(services, environment)).filter((id) => listed.has(id));
  if (left.length === 0) {
    const summary = `Removed ${listed.size} resources of ${environmentId}`;
    await endAction(services.ledger, environmentId, round, { status: 'removed', summary });
    return ENDED;
  }
  const refusals: string[] = [];
  for (const id of left) {
    const answer = await services.azure.deleteResource(id);
    if (typeof answer === 'object') refusals.push(`${id}: ${answer.reason}`);
  }
  // Some can only go after others; where none goes any more, a person has to look.
  if (refusals.length < left.length)
    return { kind: 'running', untilMs: services.clock.now().getTime() + LOOK_AGAIN_MS };
  return giveUp(services, input, 'failed', { code: 'not-removed', reason: refusals.join('; ') });
};
