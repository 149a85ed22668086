/**
 * Reads an inventory and its dependencies in a process of its own, over the compiled application: plain JavaScript, so that nothing
 * but the application counts in its memory. Takes the task as JSON, prints its figures as JSON.
 */
const { createReadStream, readFileSync } = require('node:fs');
const { pipeline } = require('node:stream/promises');
const path = require('node:path');
const { parse } = require('csv-parse');

const compiled = (file) => require(path.join(__dirname, '../../../dist/shared', file));

/** Of this process alone: what the kernel counts for children begins with their parent's. */
const rssMib = () => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1_024;

async function ours(files) {
  const { FileTableReader } = compiled('adapters/tables/file-table-reader');
  const { importInventory } = compiled('domain/planning/import/import-inventory');
  const { InventoryMapping } = compiled('contracts/planning/import');
  const reader = new FileTableReader();
  const began = performance.now();
  const sources = [];
  for (const file of files)
    sources.push(...(await reader.read({ name: path.basename(file), open: () => createReadStream(file) })));
  const before = { workloads: [], connections: [] };
  const { portfolio, result } = await importInventory({
    before,
    sources,
    mapping: InventoryMapping.parse({}),
  });
  const seconds = (performance.now() - began) / 1_000;
  if (result.errors > 0) throw new Error(JSON.stringify(result.problems.slice(0, 3)));
  const servers = portfolio.workloads.reduce((sum, workload) => sum + workload.servers.length, 0);
  const rows = result.files.reduce((sum, file) => sum + file.rows, 0);
  return { seconds, servers, rows, connections: portfolio.connections.length };
}

/** The parser alone: every row is made and dropped. */
async function parser(files) {
  const began = performance.now();
  let rows = 0;
  for (const file of files)
    await pipeline(createReadStream(file), parse({ bom: true }), async (records) => {
      for await (const cells of records) rows += Math.min(1, cells.length);
    });
  return { seconds: (performance.now() - began) / 1_000, servers: 0, rows, connections: 0 };
}

const { kind, files } = JSON.parse(process.argv[2]);
(kind === 'ours' ? ours : parser)(files).then(
  (figures) => process.stdout.write(JSON.stringify({ ...figures, rssMib: rssMib() })),
  (error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exitCode = 1;
  },
);
