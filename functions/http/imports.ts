import { z } from 'zod';
import { ImportResult, MigrateImportInput } from '../../shared/contracts/imports';
import { importAzureMigrate } from '../imports/import-azure-migrate';
import { json } from './edge/reply';
import { route } from './edge/route';
import { PLANNERS } from './roles';

export const importRoutes = [
  route({
    operation: 'importAzureMigrate',
    method: 'POST',
    path: 'imports/azure-migrate',
    summary:
      'Makes workloads and waves of the waves and runbooks of Azure Migrate; without `apply` it only says what it would make.',
    access: PLANNERS,
    params: z.object({}),
    query: z.object({}),
    body: { schema: MigrateImportInput, consumes: 'json' },
    idempotent: true,
    responses: { 200: { description: 'What was found and what becomes of it.', schema: ImportResult } },
    refusals: [404],
    handle: async ({ principal, body }, { ledger, migrateProjects }) =>
      json(200, await importAzureMigrate(ledger, migrateProjects, principal, body)),
  }),
];
