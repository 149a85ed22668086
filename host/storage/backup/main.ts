import { reportText } from '../check/report-text';
import { runTool } from '../run-tool';
import { backupFolder, type BackupOutcome } from './backup-folder';

const USAGE = `Usage: npm run host:backup -- DIR TARGET [--json]

Copies the data folder DIR of a host to the new folder TARGET, whether a host works on it or not, and checks the copy.
The databases are copied as of one moment: the copy is what would be found had the machine lost power then. To restore,
start a host with --data on it, or on a copy of it. Keys and secrets of the folder come with it: keep it as safe as the
folder itself. What lies elsewhere (targets that are moved to, services that the application calls) does not come with it.

  --json   what was copied and found, as one JSON object
  --help   show this

Exit status: 0 copied and without findings, 1 findings in the copy, 2 bad input, 70 it could not be copied.
`;

runTool(USAGE, ['DIR', 'TARGET'], async ({ folders: [folder = '', target = ''], json }) => {
  const outcome = await backupFolder(folder, target);
  if (outcome.kind === 'refused') {
    process.stderr.write(`causeway: ${outcome.reason}\n`);
    return 2;
  }
  process.stdout.write(json ? `${JSON.stringify(outcome)}\n` : text(target, outcome));
  return outcome.kind === 'done' ? 0 : 1;
});

const text = (target: string, outcome: Exclude<BackupOutcome, { kind: 'refused' }>): string => {
  if (outcome.kind === 'damaged')
    return `${reportText(outcome.check)}The copy is kept in ${outcome.partial}; there is none in ${target}.\n`;
  const sizeMb = outcome.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) / 1e6;
  return `${reportText(outcome.check)}${outcome.files.length} files, ${sizeMb.toFixed(1)} MB, are in ${target}.\n`;
};
