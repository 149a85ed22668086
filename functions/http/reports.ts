import { z } from 'zod';
import { MigrationError } from '../../shared/contracts/errors';
import { CutoverId } from '../../shared/contracts/primitives';
import { DataReport } from '../../shared/contracts/replication';
import { readCutover } from '../../shared/ledger/cutovers';
import { cutoverPartition, dataReportType } from '../../shared/ledger/documents';
import { PageQuery, pageOf, pageRequest, toPage } from './edge/paging';
import { json } from './edge/reply';
import { route } from './edge/route';
import { toLines } from './edge/to-lines';
import { READERS } from './roles';

export const reportRoutes = [
  route({
    operation: 'listDataReports',
    method: 'GET',
    path: 'cutovers/{id}/reports',
    summary: 'What the checks of its data found: preflight, trial and verification, the last of each kind.',
    access: READERS,
    params: z.object({ id: CutoverId }),
    query: PageQuery,
    responses: { 200: { description: 'A page of reports.', schema: pageOf(DataReport) } },
    refusals: [404],
    handle: async ({ params, query, url }, { ledger }) => {
      await readCutover(ledger, params.id);
      const page = await ledger.store.list(dataReportType, cutoverPartition(params.id), pageRequest(query));
      return json(
        200,
        toPage(page, url, (report) => report),
      );
    },
  }),
  route({
    operation: 'getDifferingRows',
    method: 'GET',
    path: 'cutovers/{id}/reports/{report}/rows',
    summary: 'Every row that a verification found to differ, with both values, one JSON text a line (R139).',
    access: READERS,
    params: z.object({ id: CutoverId, report: z.string().min(1).max(100) }),
    query: z.object({}),
    responses: { 200: { description: 'Rows that differ.', schema: 'lines' } },
    refusals: [404],
    handle: async ({ params }, { ledger, differingRows }) => {
      await readCutover(ledger, params.id);
      const partition = cutoverPartition(params.id);
      const report = await ledger.store.read(dataReportType, partition, params.report);
      if (report === null)
        throw new MigrationError('not-found', `cutover ${params.id} has no report ${params.report}`);
      const lines = toLines(differingRows(params.id, report.body));
      return { status: 200, content: { kind: 'lines', lines } };
    },
  }),
];
