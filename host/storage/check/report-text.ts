import type { FolderReport } from './check-folder';
import type { Finding } from './finding';

/** The report as people read it. */
export const reportText = (report: FolderReport): string => {
  const { folder, isRunning, files, findings, findingCount } = report;
  const width = Math.max(...files.map(({ name }) => name.length), 0);
  const rows = files.map(({ name, findings: count }) => {
    const contents = name === 'engine.db' ? contentsOf(report) : '';
    return `  ${name.padEnd(width)}  ${count === 0 ? 'whole' : `${count} findings`}${contents}\n`;
  });
  const left = findingCount - findings.length;
  return [
    `${folder}, ${isRunning ? 'on which a host works' : 'on which no host works'}\n`,
    ...rows,
    ...findings.map((finding) => `${lineOf(finding)}\n`),
    ...(left > 0 ? [`and ${left} more\n`] : []),
    `${findingCount === 0 ? 'Nothing is wrong with it.' : `${findingCount} findings.`}\n`,
  ].join('');
};

const contentsOf = ({ engine }: FolderReport): string => {
  if (engine === null) return '';
  const byStatus = Object.entries(engine.instances).map(([status, count]) => `${count} ${status}`);
  const instances = byStatus.length === 0 ? 'no instances' : byStatus.join(', ');
  return `: schema ${engine.schemaVersion}; ${instances}; ${engine.episodes} episodes`;
};

const lineOf = ({ file, code, instance, message }: Finding): string =>
  `${file}: ${code}: ${instance === undefined ? '' : `instance ${JSON.stringify(instance)}: `}${message}`;
