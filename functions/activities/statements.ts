import type { Activities, EnvironmentStatement } from '../../orchestrations/activities';
import type { Environment } from '../../shared/contracts/environment';
import { nextStatement } from '../../shared/domain/checklist';
import { recordStatement } from '../../shared/ledger/environment-checklist';
import type { Services } from '../services';

/** What a person has to state before the environment is looked at; null where nothing is left. Each round asks anew. */
export const statementToAsk = (environment: Environment): EnvironmentStatement | null => {
  const item = nextStatement(environment);
  if (item === null) return null;
  const { id: itemId, question, roles } = item;
  return { kind: 'statement', itemId, attempt: environment.round, question, roles };
};

export const endStatement = async (
  { ledger }: Pick<Services, 'ledger'>,
  { environmentId, ...said }: Activities['endStatement']['input'],
): Promise<null> => {
  await recordStatement(ledger, environmentId, said);
  return null;
};
