import type { PreflightFinding, PreflightReport } from '../../shared/contracts/postgres';
import type { Facts, Part } from './command';

const GROUPS = [
  ['block', 'What blocks'],
  ['warn', 'Worth knowing beforehand'],
  ['note', 'Seen to'],
] as const;

/** Findings that read alike but for what they are about stand together. */
export const showPreflight = ({ findings, ...report }: PreflightReport): Part[] => [
  { title: `PostgreSQL ${sides(report)}; ${sizeOf(report)}`, facts: [] },
  ...GROUPS.flatMap(([severity, title]) =>
    groupOf(
      title,
      findings.filter((finding) => finding.severity === severity),
    ),
  ),
];

const sides = ({ versions, method, direction }: Omit<PreflightReport, 'findings'>): string =>
  `${versions.source} to ${versions.target}, ${method}, ${direction}`;

const sizeOf = ({ tables, sizeBytes }: Omit<PreflightReport, 'findings'>): string =>
  `${tables} tables, ${(sizeBytes / 1e6).toFixed(1)} MB`;

function groupOf(title: string, findings: readonly PreflightFinding[]): Part[] {
  if (findings.length === 0) return [];
  const alike = Map.groupBy(findings, ({ code, side, message }) => `${code} ${side} ${message}`);
  const facts = [...alike.values()].map(factOf).filter((fact) => fact !== null);
  return [{ title: `${title}: ${findings.length}`, facts }];
}

function factOf(alike: readonly PreflightFinding[]): Facts['facts'][number] | null {
  const [first] = alike;
  if (first === undefined) return null;
  const { code, side, severity, message, fixedBy } = first;
  const subjects = alike.map(({ subject }) => subject).join(', ');
  return [
    `${code} (${side})`,
    [`${subjects}: ${message}`, `${severity === 'note' ? '' : 'Fixed by: '}${fixedBy}`],
  ];
}
