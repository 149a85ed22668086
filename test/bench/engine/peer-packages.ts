import { existsSync } from 'node:fs';
import path from 'node:path';

const PACKAGES = path.join(__dirname, '../node_modules');

/** A file of the packages that test/bench/package.json names. */
export const peerFile = (file: string): string => path.join(PACKAGES, file);

export const isPeerInstalled = (name: string): boolean => existsSync(peerFile(`${name}/package.json`));

export const HOW_TO_INSTALL = 'npm ci --prefix test/bench --ignore-scripts';
