import { endWithReader } from '../cli/end-with-reader';
import { runDoctor } from './run-doctor';

endWithReader(process.stdout);
void runDoctor(process.argv.slice(2), process.env, {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
}).then((exitCode) => {
  process.exitCode = exitCode;
});
