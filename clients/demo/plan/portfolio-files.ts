import { createWriteStream, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Enterprise } from './enterprise';
import { dependenciesCsv, factsYaml, inventoryCsv } from './enterprise-files';

export interface PortfolioFiles {
  readonly paths: readonly string[];
  readonly bytes: number;
}

/** Writes what the enterprise's tools and people would hand over, into a new folder. `pilot`: JSON of Causeway. */
export async function writePortfolioFiles(
  folder: string,
  enterprise: Enterprise,
  pilot: object,
): Promise<PortfolioFiles> {
  mkdirSync(folder, { recursive: true });
  const contents: readonly (readonly [string, Iterable<string>])[] = [
    ['azure-migrate-inventory.csv', inventoryCsv(enterprise)],
    ['azure-migrate-dependencies.csv', dependenciesCsv(enterprise)],
    ['owners.yaml', factsYaml(enterprise)],
    ['pilot.json', [JSON.stringify(pilot, null, 2)]],
  ];
  const paths: string[] = [];
  for (const [name, content] of contents) {
    const path = join(folder, name);
    await pipeline(Readable.from(content), createWriteStream(path, { mode: 0o600 }));
    paths.push(path);
  }
  return { paths, bytes: paths.reduce((sum, path) => sum + statSync(path).size, 0) };
}

/** One for each environment of each application; a server of which nobody knows what it is for is one of its own. */
export const workloadsOf = ({ services, applications, orphans }: Enterprise): number =>
  orphans.length + [...services, ...applications].reduce((sum, { instances }) => sum + instances.length, 0);
