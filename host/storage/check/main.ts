import { runTool } from '../run-tool';
import { checkFolder } from './check-folder';
import { reportText } from './report-text';

const USAGE = `Usage: npm run host:check -- DIR [--json]

Checks the data folder DIR of a host, whether one works on it or not, and writes nothing: the pages of every SQLite
file, the schema version, every reference from one record to another, and that every history can be replayed in form
(whether the application's code still agrees with it shows when it runs). No host can start on the folder meanwhile.

  --json   the report as one JSON object
  --help   show this

Exit status: 0 nothing found, 1 something found, 2 bad input, 70 it could not be checked.
`;

runTool(USAGE, ['DIR'], ({ folders: [folder = ''], json }) => {
  const report = checkFolder(folder);
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : reportText(report));
  return report.findingCount === 0 ? 0 : 1;
});
