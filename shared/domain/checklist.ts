import type { ChecklistItem, Statement, StatementItem } from '../contracts/checklist';
import type { Environment } from '../contracts/environment';
import type { Finding } from '../contracts/finding';
import { canonicalJson } from './canonical-json';
import { sha256Hex } from './hash';

/** Identity of what is asked, for the log: its entries stay small. */
export const checklistHash = (items: readonly ChecklistItem[]): string =>
  sha256Hex(canonicalJson(JSON.parse(JSON.stringify(items))));

type Stated = Pick<Environment, 'checklist' | 'statements' | 'deployment' | 'round'>;

const isStatement = (item: ChecklistItem): item is StatementItem => item.kind === 'statement';

/** What was said of this very question about what is deployed now; null where nothing. */
const statementOf = ({ statements, deployment }: Stated, { id, question }: StatementItem): Statement | null =>
  statements.find(
    (each) => each.itemId === id && each.question === question && each.deployment === deployment?.name,
  ) ?? null;

/** The next item that people have to look at; one that did not hold is asked again in a later round. Null where none is left. */
export const nextStatement = (environment: Stated): StatementItem | null =>
  environment.checklist.items.filter(isStatement).find((item) => {
    const said = statementOf(environment, item);
    return said === null || (!said.holds && said.round < environment.round);
  }) ?? null;

const failing = (message: string): Finding => ({
  area: 'checklist',
  severity: 'error',
  resourceId: null,
  message: message.slice(0, 2_000),
});

/** An error for every item that nobody has stated, or that somebody stated not to be so. */
export const statementFindings = (environment: Stated): Finding[] =>
  environment.checklist.items.filter(isStatement).flatMap((item) => {
    const said = statementOf(environment, item);
    if (said === null) return [failing(`${item.id}: nobody has stated it yet: ${item.question}`)];
    return said.holds ? [] : [failing(`${item.id}: is not so: ${said.reason} (${said.by})`)];
  });

/** Findings in an area that the checklist is strict about become errors. */
export const withTolerance = (
  findings: readonly Finding[],
  items: readonly ChecklistItem[],
): readonly Finding[] =>
  findings.map((finding) => {
    const strict = items.find(
      (item) =>
        item.kind === 'area' &&
        item.area === finding.area &&
        (finding.severity === 'warning' || (finding.severity === 'note' && item.tolerated === 'nothing')),
    );
    if (!strict) return finding;
    const message = `${finding.message} (checklist: ${strict.id})`.slice(0, 2_000);
    return { ...finding, severity: 'error', message };
  });
