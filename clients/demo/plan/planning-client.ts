import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';
import { Remediation } from '../../../shared/contracts/planning/classification';
import { PlanDifference } from '../../../shared/contracts/planning/difference';
import type { PlanEdit } from '../../../shared/contracts/planning/edit';
import { InventoryImportResult } from '../../../shared/contracts/planning/import';
import { PlanHead, PlannedWave, PlanProblem } from '../../../shared/contracts/planning/plan';
import type { PlanInput } from '../../../shared/contracts/planning/plan-input';
import { PortfolioHead, type Criticality } from '../../../shared/contracts/planning/portfolio';
import { Wave } from '../../../shared/contracts/wave';
import { bearer, type ApiClient, type Person } from '../api-client';

const PlanChange = z.object({
  plan: PlanHead,
  differences: z.array(PlanDifference),
  differenceCount: z.number(),
});
export type PlanChange = z.infer<typeof PlanChange>;

const Cell = z.union([z.string(), z.number(), z.null()]);
/** The plan as people read it. */
const PlanDocument = z.object({
  sections: z.array(
    z.object({
      parts: z.array(
        z.looseObject({
          kind: z.string(),
          name: z.string().optional(),
          columns: z.array(z.string()).optional(),
          rows: z.array(z.array(Cell)).optional(),
        }),
      ),
    }),
  ),
});
export type DocumentRow = Readonly<Record<string, string | number | null>>;
/** By the name of a table: its rows, each by column. */
export type DocumentTables = ReadonlyMap<string, readonly DocumentRow[]>;

const Explained = z.object({ wave: z.number().nullable(), sentences: z.array(z.string()) });

/** What is planned, over the same API as everything else. */
export class PlanningClient {
  constructor(
    private readonly api: Pick<ApiClient, 'call'>,
    private readonly planId: string,
  ) {}

  /** Without `apply` it only says what would change. */
  async importFiles(by: Person, files: readonly string[], apply: boolean): Promise<InventoryImportResult> {
    const form = new FormData();
    for (const file of files) form.append('files', new File([readFileSync(file)], basename(file)));
    form.append('apply', String(apply));
    return this.#read(InventoryImportResult, by, 'POST', 'portfolios/main/imports', form);
  }

  portfolio(by: Person): Promise<PortfolioHead> {
    return this.#read(PortfolioHead, by, 'GET', 'portfolios/main');
  }

  async confirmCriticality(by: Person, workloadId: string, criticality: Criticality): Promise<void> {
    const path = `portfolios/main/workloads/${workloadId}/criticality`;
    await this.api.call('POST', path, bearer(by), { criticality });
  }

  /** All that is to be done before workloads move. */
  readiness(by: Person): Promise<readonly Remediation[]> {
    return this.#list(Remediation, by, 'portfolios/main/readiness?top=200');
  }

  async makePlan(by: Person, plan: z.input<typeof PlanInput>): Promise<PlanChange> {
    const headers = { ...bearer(by), 'if-none-match': '*' };
    const answer = await this.api.call('PUT', `plans/${this.planId}`, headers, plan);
    return PlanChange.parse(await answer.json());
  }

  edit(by: Person, edits: readonly PlanEdit[]): Promise<PlanChange> {
    return this.#read(PlanChange, by, 'POST', `plans/${this.planId}/edits`, { edits });
  }

  plan(by: Person): Promise<PlanHead> {
    return this.#read(PlanHead.loose(), by, 'GET', `plans/${this.planId}`);
  }

  waves(by: Person): Promise<readonly PlannedWave[]> {
    return this.#list(PlannedWave, by, `plans/${this.planId}/waves?top=200`);
  }

  problems(by: Person): Promise<readonly PlanProblem[]> {
    return this.#list(PlanProblem, by, `plans/${this.planId}/problems?top=200`);
  }

  explain(by: Person, workloadId: string): Promise<z.infer<typeof Explained>> {
    return this.#read(Explained, by, 'GET', `plans/${this.planId}/workloads/${workloadId}`);
  }

  async tables(by: Person): Promise<DocumentTables> {
    const document = await this.#read(PlanDocument, by, 'GET', `plans/${this.planId}/document?format=json`);
    const tables = document.sections.flatMap(({ parts }) => parts.filter(({ kind }) => kind === 'table'));
    return new Map(
      tables.map(({ name = '', columns = [], rows = [] }) => [
        name,
        rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null]))),
      ]),
    );
  }

  approve(by: Person, contentHash: string, reason: string): Promise<PlanHead> {
    return this.#read(PlanHead, by, 'POST', `plans/${this.planId}/approve`, { contentHash, reason });
  }

  startWave(by: Person, number: number, reason: string): Promise<Wave> {
    return this.#read(Wave, by, 'POST', `plans/${this.planId}/waves/${number}/start`, { reason });
  }

  async #read<T extends z.ZodType>(
    schema: T,
    by: Person,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<z.infer<T>> {
    const answer = await this.api.call(method, path, bearer(by), body);
    return schema.parse(await answer.json());
  }

  async #list<T extends z.ZodType>(item: T, by: Person, path: string): Promise<z.infer<T>[]> {
    const page = z.object({ value: z.array(item), nextLink: z.string().optional() });
    const all: z.infer<T>[] = [];
    for (let next: string | undefined = path; next !== undefined;) {
      const { value, nextLink }: z.infer<typeof page> = await this.#read(page, by, 'GET', next);
      all.push(...value);
      next = nextLink?.replace(/^.*?\/api\//, '');
    }
    return all;
  }
}
