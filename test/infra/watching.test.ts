import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { INFRA, readJson } from './bicep/read-infra';

interface AlertQuery {
  readonly name: string;
  readonly description: string;
  readonly severity: number;
  readonly threshold: number;
  /** A duration that Azure Monitor takes: 5, 10, 15 minutes and more. */
  readonly window: string;
  readonly query: readonly string[];
}
interface WorkbookItem {
  readonly type: number;
  readonly content: { readonly query?: string; readonly crossComponentResources?: readonly string[] };
}

const queries = readJson('alert-queries.json') as AlertQuery[];
const workbook = readJson('workbook.json') as { items: WorkbookItem[]; fallbackResourceIds: string[] };
const charts = workbook.items.flatMap(({ content }) => content.query ?? []);
const telemetry = readFileSync(join(INFRA, '..', 'functions', 'azure-telemetry.ts'), 'utf8');
const all = [...queries.map(({ query }) => query.join('\n')), ...charts];

describe('R136 R143 what alerts and the workbook look for', () => {
  it('are metrics and properties that the application reports', () => {
    const metrics = all.flatMap((query) =>
      [...query.matchAll(/'(causeway\.[a-z._]+)'/g)].map(([, name]) => name!),
    );
    expect(metrics.length).toBeGreaterThan(4);
    for (const name of metrics) expect(telemetry).toContain(`'${name}'`);
    const properties = all.flatMap((query) =>
      [...query.matchAll(/Properties\.(\w+)/g)].map(([, name]) => name!),
    );
    for (const name of properties)
      expect(telemetry).toMatch(new RegExp(`record\\([^\\n]*\\{[^}]*\\b${name}\\b`));
  });

  it('are tables of the workspace, and nothing is looked for twice', () => {
    for (const query of all) expect(query).toMatch(/^App(Metrics|Requests|Exceptions)\n/);
    expect(new Set(queries.map(({ name }) => name)).size).toBe(queries.length);
  });

  it('cover dead letters, failed stages, relay lag, throttling, failing functions and silence, each with what to do', () => {
    const alerts = readFileSync(join(INFRA, 'modules', 'alerts.bicep'), 'utf8');
    expect(queries.map(({ name }) => name)).toEqual([
      'failed-stages',
      'relay-lag',
      'function-failures',
      'silence',
    ]);
    for (const metric of ['DeadletteredMessages', 'TotalRequests'])
      expect(alerts).toContain(`metricName: '${metric}'`);
    for (const { description, severity, window } of queries) {
      expect(window).toMatch(/^PT(5|10|15|30|45)M$/);
      expect(description.length).toBeGreaterThan(30);
      expect([0, 1, 2, 3, 4]).toContain(severity);
    }
  });

  it('ask the workspace that the template names', () => {
    expect(workbook.fallbackResourceIds).toEqual(['{workspaceId}']);
    for (const { type, content } of workbook.items)
      if (type === 3) expect(content.crossComponentResources).toEqual(['{workspaceId}']);
    expect(readFileSync(join(INFRA, 'modules', 'workbook.bicep'), 'utf8')).toContain(
      `'{workspaceId}', workspaceId`,
    );
  });
});
