import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { BenchRow } from '../bench';
import { DbosEngine } from './dbos-engine';
import type { EngineUnderTest } from './engine-under-test';
import { HostEngine } from './host-engine';
import { HOW_TO_INSTALL, isPeerInstalled } from './peer-packages';
import { RestateEngine } from './restate-engine';

/** Where a benchmark of engines runs: a folder that is thrown away, and how often to measure. */
export interface Bed {
  readonly folder: string;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

/** Some rows of the benchmark. */
export type Measure = (bed: Bed) => Promise<BenchRow[]>;

const PEERS = [
  { package: '@restatedev/restate-server', start: (folder: string) => RestateEngine.start(folder) },
  { package: '@dbos-inc/dbos-sdk', start: (folder: string) => DbosEngine.start(folder) },
];
const installed = PEERS.filter((peer) => isPeerInstalled(peer.package));

export const peersLeftOut = (): string[] =>
  PEERS.filter((peer) => !installed.includes(peer)).map(
    (peer) => `${peer.package} is not installed and not measured; ${HOW_TO_INSTALL} brings it.`,
  );

let count = 0;

/** A folder of its own in the bed's. */
export const newFolder = ({ folder }: Bed, name: string): string => {
  const made = path.join(folder, `${name}-${count++}`);
  mkdirSync(made, { mode: 0o755 });
  return made;
};

/** Ours first, then the peers that are installed; all are stopped in the end. */
export const withEngines = async <T>(
  bed: Bed,
  work: (engines: readonly EngineUnderTest[]) => Promise<T>,
): Promise<T> => {
  const engines: EngineUnderTest[] = [];
  try {
    engines.push(await HostEngine.start(newFolder(bed, 'ours')));
    for (const peer of installed) engines.push(await peer.start(path.join(newFolder(bed, 'peer'), 'data')));
    return await work(engines);
  } finally {
    await Promise.all(engines.map((engine) => engine.stop()));
  }
};
