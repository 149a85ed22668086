import { endAction, recordBegun, recordPlan } from '../../../shared/ledger/environment-run';
import type { Sent } from './api-under-test';
import type { World } from './world';

type Request = (world: World) => Promise<Sent> | Sent;

const HASH = 'a'.repeat(64);
const id = { id: 'shop-test' };
const RESOURCE =
  '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/shop/providers/Microsoft.Storage/storageAccounts/shopfiles';

const environment = (definition: Record<string, unknown>): Record<string, unknown> => ({
  id: id.id,
  workloadId: 'shop',
  kind: 'test',
  subscriptionId: '11111111-2222-3333-4444-555555555555',
  resourceGroup: 'shop',
  definition,
});
const byTemplate = environment({
  kind: 'template',
  template: 'storage-account',
  version: 1,
  parameters: { name: { value: 'shopfiles' } },
});
const byPipeline = environment({
  kind: 'external',
  tool: 'terraform',
  definitionHash: HASH,
  planHash: HASH,
  pipelineRun: 'https://ci.example/runs/7',
});

const described = async ({ api, lead }: World, body = byTemplate): Promise<void> => {
  await api.call('createEnvironment', { headers: lead, body });
};

const reading = (make: (world: World) => Promise<void>): { accepted: Request; refused: Request } => ({
  accepted: async (world) => {
    await make(world);
    return { params: id, headers: world.viewer };
  },
  refused: (world) => ({ params: { id: 'nowhere' }, headers: world.viewer }),
});

/** Nothing can be asked of what is busy already; a deployment that is through is put there by hand. */
const acting = (): { accepted: Request; refused: Request } => ({
  accepted: async (world) => {
    await described(world, byPipeline);
    const { ledger } = world.api.services;
    await recordBegun(ledger, id.id, 1);
    await world.api.call('reportApplied', { params: id, headers: world.operator, body: applied });
    await endAction(ledger, id.id, 1, { status: 'deployed', summary: 'through' });
    return { params: id, headers: world.operator, body: { reason: 'As planned' } };
  },
  refused: (world) => ({ params: id, headers: world.viewer, body: { reason: 'As planned' } }),
});

const applied = { planHash: HASH, pipelineRun: 'https://ci.example/runs/7', resourceIds: [RESOURCE] };

const template = {
  name: 'queue',
  version: 1,
  title: 'A queue',
  description: 'For messages.',
  template: {
    $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
    contentVersion: '1.0.0.0',
    parameters: { tags: { type: 'object' } },
    resources: [],
  },
};

/** Templates and environments. */
export const environmentCases: Readonly<Record<string, { accepted: Request; refused: Request }>> = {
  listTemplates: {
    accepted: ({ viewer }) => ({ headers: viewer }),
    refused: () => ({}),
  },
  getTemplate: {
    accepted: ({ viewer }) => ({ params: { name: 'file-share', version: '1' }, headers: viewer }),
    refused: ({ viewer }) => ({ params: { name: 'file-share', version: '99' }, headers: viewer }),
  },
  contributeTemplate: {
    accepted: ({ lead }) => ({ headers: lead, body: template }),
    refused: ({ lead }) => ({
      headers: lead,
      body: { ...template, template: { ...template.template, parameters: {} } },
    }),
  },
  listEnvironments: {
    accepted: async (world) => {
      await described(world);
      return { headers: world.viewer, query: { workload: 'shop' } };
    },
    refused: () => ({}),
  },
  getEnvironment: reading(described),
  getWhatIf: reading(async (world) => {
    await described(world);
    await recordPlan(world.api.services.ledger, id.id, 1, { planHash: HASH, changes: [] });
  }),
  createEnvironment: {
    accepted: ({ lead }) => ({ headers: lead, body: byTemplate }),
    refused: ({ lead }) => ({ headers: lead, body: { ...byTemplate, kind: 'production' } }),
  },
  provisionEnvironment: acting(),
  inspectEnvironment: acting(),
  removeEnvironment: acting(),
  putChecklist: {
    accepted: async (world) => {
      const sent = await acting().accepted(world);
      const { headers } = await world.api.call('getEnvironment', { params: id, headers: world.viewer });
      const body = {
        reason: 'What the network must allow',
        items: [
          {
            kind: 'endpoint',
            id: 'database',
            host: 'db.example',
            protocol: 'tcp',
            port: 5432,
            expected: ['private'],
          },
          { kind: 'statement', id: 'restore', question: 'Was a restore tried?' },
        ],
      };
      return { ...sent, headers: { ...world.lead, 'if-match': headers['etag'] ?? '' }, body };
    },
    refused: (world) => ({
      params: id,
      headers: { ...world.lead, 'if-match': '"1"' },
      body: { reason: 'None', items: [{ kind: 'script', id: 'scan', url: 'no address', secret: 'scan' }] },
    }),
  },
  reportApplied: {
    accepted: async (world) => {
      await described(world, byPipeline);
      await recordBegun(world.api.services.ledger, id.id, 1);
      return { params: id, headers: world.operator, body: applied };
    },
    refused: (world) => ({ params: id, headers: world.operator, body: applied }),
  },
  getEnvironmentLog: reading(described),
  exportEnvironmentLog: reading(described),
};
