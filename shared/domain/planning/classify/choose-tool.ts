import type { Method } from '../../../contracts/planning/classification';
import type { InventoryWorkload } from '../../../contracts/planning/portfolio';
import type { Reason } from '../../../contracts/planning/reason';
import type { DataPathKind } from '../../../contracts/planning/settings';
import { because, told, type Sentences } from '../reasons';

/** What moves a workload by its method and over its path (R22 R29). Names Causeway's own mover where there is one. */
export function chooseTool(
  { databases, execution, servers }: InventoryWorkload,
  method: Method,
  path: DataPathKind | null,
): { readonly tool: string; readonly reason: Reason } {
  const kinds = new Set((execution?.assets ?? []).map(({ kind }) => kind));
  const isPostgres = kinds.has('postgres') || databases.some(({ engine }) => /postgres/.test(engine));
  const pieces = [
    ...(path === 'data-box' ? ['Azure Data Box'] : []),
    ...(method === 'redeploy' ? ['deployment pipeline'] : []),
    ...(isPostgres ? [method === 'online' ? 'PostgreSQL replication' : 'PostgreSQL copy'] : []),
    ...(databases.some(({ engine }) => !/postgres/.test(engine))
      ? ['native database replication, driven by a runbook']
      : []),
    ...(kinds.has('files') ? ['file mover'] : []),
    ...(kinds.has('runbook') || (kinds.size === 0 && method !== 'redeploy' && servers.length > 0)
      ? ['Azure Migrate runbook']
      : []),
  ];
  const tool = pieces.length === 0 ? 'file mover' : pieces.join(' + ');
  return {
    tool,
    reason: because('tool-chosen', path === 'data-box' ? 'R29' : 'R22', { tool, method, path }),
  };
}

export const toolSentences: Sentences = {
  'tool-chosen': ({ tool, method, path }) =>
    `Moved by: ${told(tool)} (${told(method)}, ${path === null ? 'path still open' : told(path)}).`,
};
