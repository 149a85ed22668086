import { z } from 'zod';
import { MigrationError, StaleWriteError } from '../../shared/contracts/errors';
import { Slug } from '../../shared/contracts/primitives';
import { RecordedWorkload } from '../../shared/contracts/records';
import { WorkloadInput } from '../../shared/contracts/workload';
import { workloadType } from '../../shared/ledger/documents';
import { readWorkload, saveWorkload } from '../../shared/ledger/workloads';
import { PageQuery, pageOf, pageRequest, toPage } from './edge/paging';
import { etag } from './edge/preconditions';
import { json } from './edge/reply';
import { route } from './edge/route';
import { PLANNERS, READERS } from './roles';

const Id = z.object({ id: Slug });

export const workloadRoutes = [
  route({
    operation: 'listWorkloads',
    method: 'GET',
    path: 'workloads',
    summary: 'Workloads in order of id.',
    access: READERS,
    params: z.object({}),
    query: PageQuery,
    responses: { 200: { description: 'A page of workloads.', schema: pageOf(RecordedWorkload) } },
    handle: async ({ query, url }, { ledger }) => {
      const page = await ledger.store.find(workloadType, 'all', { equals: 'workload' }, pageRequest(query));
      return json(
        200,
        toPage(page, url, (workload) => workload),
      );
    },
  }),
  route({
    operation: 'getWorkload',
    method: 'GET',
    path: 'workloads/{id}',
    summary: 'One workload, with its version as ETag.',
    access: READERS,
    params: Id,
    query: z.object({}),
    responses: { 200: { description: 'The workload.', schema: RecordedWorkload } },
    refusals: [404],
    handle: async ({ params }, { ledger }) => {
      const { body, version } = await readWorkload(ledger, params.id);
      return json(200, body, { etag: etag(version) });
    },
  }),
  route({
    operation: 'putWorkload',
    method: 'PUT',
    path: 'workloads/{id}',
    summary: 'Creates a workload (If-None-Match: *) or replaces the version that was read (If-Match).',
    access: PLANNERS,
    params: Id,
    query: z.object({}),
    body: { schema: WorkloadInput, consumes: 'json' },
    condition: 'put',
    idempotent: true,
    responses: {
      200: { description: 'Replaced.', schema: RecordedWorkload },
      201: { description: 'Created.', schema: RecordedWorkload },
    },
    refusals: [404],
    handle: async ({ principal, params, body, condition, url }, { ledger }) => {
      if (body.id !== params.id) {
        throw new MigrationError('invalid-input', `must be ${params.id}, as in the address`, { field: 'id' });
      }
      const version = condition.kind === 'version' ? condition.version : null;
      try {
        const stored = await saveWorkload(ledger, principal, body, version);
        const headers = { etag: etag(stored.version), location: url.pathname };
        return json(version === null ? 201 : 200, stored.body, headers);
      } catch (error) {
        // If-None-Match: * on something that exists is a failed precondition (RFC 9110).
        if (version !== null || !(error instanceof MigrationError) || error.code !== 'already-exists')
          throw error;
        throw new StaleWriteError(error.message, { cause: error });
      }
    },
  }),
];
