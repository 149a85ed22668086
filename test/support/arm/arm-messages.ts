// Requests and replies of the stand-in for Resource Manager, and what its paths work with.
import type { IncomingMessage } from 'node:http';
import type { ArmState } from './arm-state';

export interface ArmRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly headers: IncomingMessage['headers'];
}

export interface ArmReply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export const armError = (status: number, code: string, message: string): ArmReply => ({
  status,
  body: { error: { code, message } },
});

/** How a place is reached from inside a network. */
export interface Reach {
  readonly connectionStatus: 'Connected' | 'Reachable' | 'Disconnected' | 'Degraded' | 'Unknown';
  /** Where the last hop was found. */
  readonly address: string | null;
  readonly issue?: string;
}

/** What the paths look at and change. */
export interface Arm {
  readonly endpoint: string;
  readonly state: ArmState;
  readonly looks: number;
  nextDeploymentFails: { readonly code: string; readonly message: string } | null;
  readonly health: ReadonlyMap<string, { readonly availabilityState: string; readonly summary: string }>;
  readonly violations: readonly { readonly resourceId: string }[];
  readonly roleAssignments: readonly { readonly scope: string }[];
  readonly diagnosed: ReadonlySet<string>;
  readonly networkWatchers: readonly string[];
  readonly reach: ReadonlyMap<string, Reach>;
  operation(subscriptionId: string, result: ArmReply): ArmReply;
  lookAtOperation(path: string): ArmReply | null;
}
