import { endWithReader } from './end-with-reader';
import { runCli } from './run-cli';

endWithReader(process.stdout);
void runCli(process.argv.slice(2), process.env, {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
}).then((exitCode) => {
  process.exitCode = exitCode;
});
