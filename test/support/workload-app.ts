// The demo's web application, of which every workload of a scenario has one.
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { AppConfig } from '../../clients/demo/app-config';
import { appServer } from '../../clients/demo/serve-app';
import { createApp } from '../../clients/demo/workload-app';
import { runChild } from './child';

const COMPILED = join(__dirname, '../../dist/clients/demo/workload-app.js');

export interface WorkloadApp {
  readonly port: number;
  /** Nothing is said to anybody. */
  end(): Promise<void>;
}

/** Within the process of the test. What it is at when it ends, it still does: it cannot die. */
export async function serveWithin(config: AppConfig): Promise<WorkloadApp> {
  const server = appServer(config.name, createApp(config));
  await new Promise<void>((resolve) => server.listen(config.port, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    end: () => new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections()),
  };
}

/** Compiled, in a process of its own, which ends by SIGKILL. */
export async function runAlone(config: AppConfig, configFile: string): Promise<WorkloadApp> {
  writeFileSync(configFile, JSON.stringify(config), { mode: 0o600 });
  const app = await runChild(config.name, [COMPILED, configFile], /"port":(\d+)/);
  return { port: Number(app.ready[1]), end: () => app.end('SIGKILL') };
}
