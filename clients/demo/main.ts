import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCommandLine, USAGE, type DemoOptions } from './demo-options';
import { jsonView, type DemoName, type ResultEvent, type View } from './events';
import type { Demo, DemoOutcome } from './demo-outcome';
import { migrateFiles } from './migrate-files';
import { planEnterprise } from './plan/plan-enterprise';
import { migratePostgres } from './postgres/migrate-postgres';
import { Processes } from './processes';
import { lineView, TerminalView } from './terminal-view';

const DEMOS: Readonly<Record<DemoName, Demo>> = {
  files: migrateFiles,
  postgres: migratePostgres,
  plan: planEnterprise,
};

/** Runs the demo and leaves nothing behind: no process, and no folder unless asked to. Resolves to whether all was proved. */
async function run(options: DemoOptions): Promise<boolean> {
  const began = performance.now();
  const view = openView(options);
  const processes = new Processes();
  const data = mkdtempSync(join(tmpdir(), 'causeway-demo-'));
  const cleanUp = async (): Promise<void> => {
    await processes.stopAll();
    if (!options.keep) rmSync(data, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void cleanUp().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143)));
  let outcome: DemoOutcome | null = null;
  let error: string | null = null;
  try {
    outcome = await DEMOS[options.name](data, processes, view);
  } catch (failure) {
    const message = failure instanceof Error ? failure.message : String(failure);
    error = [message, ...processes.complaints()].join('; ');
  } finally {
    await cleanUp();
  }
  if (options.keep) view.emit({ event: 'step', text: `Kept ${data}` });
  const result = resultOf(options.name, outcome, error, (performance.now() - began) / 1_000);
  view.emit(result);
  view.close();
  return result.ok;
}

function resultOf(
  name: DemoName,
  outcome: DemoOutcome | null,
  error: string | null,
  seconds: number,
): ResultEvent {
  const failedChecks = outcome?.proof.failed ?? [];
  return {
    event: 'result',
    ok: error === null && outcome !== null && failedChecks.length === 0,
    name,
    seconds: Math.round(seconds * 10) / 10,
    outageMs: outcome?.outageMs ?? { p50: 0, p99: 0 },
    checks: outcome?.proof.count ?? 0,
    failedChecks,
    ...outcome?.figures,
    ...(error !== null && { error }),
  };
}

function openView({ auto, json }: DemoOptions): View {
  const write = (line: string): void => void process.stdout.write(line);
  if (json) return jsonView(write);
  if (!process.stdout.isTTY) return lineView(write);
  const view = new TerminalView(process.stdin, process.stdout);
  if (!auto && process.stdin.isTTY) return view;
  return { emit: view.emit, ask: null, close: () => view.close() };
}

async function main(args: readonly string[]): Promise<number> {
  const commandLine = parseCommandLine(args);
  if (commandLine.kind === 'help') {
    process.stdout.write(USAGE);
    return 0;
  }
  if (commandLine.kind === 'refused') {
    process.stderr.write(`${commandLine.reason}\n${USAGE}`);
    return 2;
  }
  return (await run(commandLine.options)) ? 0 : 1;
}

void main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
