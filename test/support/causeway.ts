// What people do with the application in scenarios, over its HTTP API, and what they see of it.
import type { z } from 'zod';
import type { CutoverSummary, CutoverView } from '../../shared/contracts/api';
import type { CommandInput } from '../../shared/contracts/command';
import { isEnded } from '../../shared/contracts/cutover';
import type { Choice, Gate } from '../../shared/contracts/gate';
import type { LogEntry } from '../../shared/contracts/log-entry';
import type { Person } from '../../clients/demo/api-client';
import type { Wave, WaveInput } from '../../shared/contracts/wave';
import { verifyChain } from '../../shared/domain/log-chain';
import { CausewayHost, type CausewayOptions } from './causeway-host';
import type { TestWorkload } from './test-workload';

const HOUR_MS = 3_600_000;
const LOOK_AGAIN_AFTER_MS = 150;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** What to answer at a gate: undefined agrees where that is a choice, `leave` keeps it open. */
export type Decide = (gate: Gate) => Choice | 'leave' | undefined | Promise<Choice | 'leave' | undefined>;

export class Causeway extends CausewayHost {
  /** Plans a wave that may run now. */
  makeWave(
    id: string,
    workloads: readonly (TestWorkload | string)[],
    plan: Partial<z.input<typeof WaveInput>> = {},
  ): Promise<Wave> {
    return this.api.createWave(this.people.lead, {
      id,
      name: `Wave ${id}`,
      workloadIds: workloads.map((workload) => (typeof workload === 'string' ? workload : workload.id)),
      window: { start: this.at(-60_000), end: this.at(12 * HOUR_MS) },
      maxConcurrentCutovers: 50,
      escalationContact: 'Lena, +1 555 0100',
      ...plan,
    });
  }

  /** Plans a wave, starts it and has it approved. */
  async beginWave(
    id: string,
    workloads: readonly (TestWorkload | string)[],
    plan: Partial<z.input<typeof WaveInput>> = {},
  ): Promise<void> {
    await this.makeWave(id, workloads, plan);
    await this.api.startWave(this.people.lead, id, 'The scenario begins');
    await this.answer(`wave:${id}`, 'go-no-go', 'approve');
  }

  wave(id: string): Promise<Wave> {
    return this.api.wave(this.people.viewer, id);
  }

  cutover(id: string): Promise<CutoverView> {
    return this.api.cutover(this.people.viewer, id);
  }

  cutoverIdOf(waveId: string, workload: TestWorkload): string {
    return `${waveId}--${workload.id}`;
  }

  /** Any request to the API, as a person. */
  async send(
    by: Person | null,
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.url}/api/${path}`, {
      method,
      headers: {
        ...(by !== null && { authorization: `Bearer ${by.token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
    };
  }

  command(
    cutoverId: string,
    kind: CommandInput['kind'],
    reason = 'The scenario asks for it',
  ): Promise<Answer> {
    return this.send(this.people.operator, 'POST', `cutovers/${cutoverId}/commands`, { kind, reason });
  }

  /** The open gate of a kind at a subject, once there is one. */
  openGate(subject: string, name: Gate['gate'], stage?: string): Promise<Gate> {
    return this.until(`gate ${name} of ${subject}`, async () => {
      const gates = await this.api.openGates(this.people.viewer);
      const found = gates.find(
        (gate) =>
          gate.subject === subject && gate.gate === name && (stage === undefined || gate.stage === stage),
      );
      return found ?? null;
    });
  }

  /** Waits for a gate and answers it in the name of whom it asks. */
  async answer(subject: string, name: Gate['gate'], choice: Choice, stage?: string): Promise<Gate> {
    const gate = await this.openGate(subject, name, stage);
    await this.answerAs(gate, choice);
    return gate;
  }

  /** Answers in the name of every role that has not spoken; where any role decides, of the first. */
  async answerAs(gate: Gate, choice: Choice): Promise<void> {
    const silent = gate.roles.filter((role) => !gate.decisions.some((decision) => decision.role === role));
    const ends = gate.quorum === 'any' || !['approve', 'confirm'].includes(choice);
    for (const role of ends ? silent.slice(0, 1) : silent) {
      const person = this.people[role];
      const answered = await this.send(person, 'POST', `gates/${gate.id}/answers`, {
        choice,
        reason: `${person.name} says ${choice}`,
        ...(choice === 'confirm' && { evidence: `Seen by ${person.name}, kept in the binder` }),
        ...(gate.planHash !== null && { planHash: gate.planHash }),
      });
      if (answered.status !== 200 && answered.status !== 409)
        throw new Error(`answering ${gate.id}: ${answered.status} ${JSON.stringify(answered.body)}`);
    }
  }

  /**
   * Follows a cutover, once there is one, answering its gates, until it is as expected. Throws where it ends otherwise, or where a gate has no
   * agreeing answer and nobody decided.
   */
  async drive(
    cutoverId: string,
    expected: (cutover: CutoverView) => boolean = ({ status }) => isEnded(status),
    decide: Decide = () => undefined,
  ): Promise<CutoverView> {
    const [waveId = ''] = cutoverId.split('--');
    let seenAt = '';
    return this.until(
      `cutover ${cutoverId}`,
      async () => {
        const summary = (await this.#cutoversOf(waveId)).find(({ id }) => id === cutoverId);
        if (summary === undefined) return null;
        if (summary.updatedAt !== seenAt) {
          const cutover = await this.cutover(cutoverId);
          if (expected(cutover)) return cutover;
          if (isEnded(cutover.status)) throw new Error(`${describeCutover(cutover)}: not as expected`);
          seenAt = cutover.updatedAt;
        }
        if (summary.openGate !== null) await this.#decideGate(summary.openGate, decide);
        return null;
      },
      async () => describeCutover(await this.cutover(cutoverId)),
    );
  }

  /** One look for everybody who follows a cutover of the wave: many may. */
  async #cutoversOf(waveId: string): Promise<readonly CutoverSummary[]> {
    const last = this.#looks.get(waveId);
    if (last !== undefined && performance.now() - last.atMs < LOOK_AGAIN_AFTER_MS) return last.found;
    const found = this.send(this.people.viewer, 'GET', `cutovers?wave=${waveId}&top=100`).then(
      ({ body }) => body['value'] as CutoverSummary[],
    );
    this.#looks.set(waveId, { atMs: performance.now(), found });
    return found;
  }

  readonly #looks = new Map<string, { atMs: number; found: Promise<readonly CutoverSummary[]> }>();

  async #decideGate(gateId: string, decide: Decide): Promise<void> {
    const gate = (await this.send(this.people.viewer, 'GET', `gates/${gateId}`)).body as unknown as Gate;
    if (gate.status !== 'open') return;
    const agreeing = gate.choices.find((choice) => choice === 'approve' || choice === 'confirm');
    const choice = (await decide(gate)) ?? agreeing;
    if (choice === undefined)
      throw new Error(`nobody decided ${gate.gate} (${gate.stage}): ${gate.question}`);
    if (choice !== 'leave') await this.answerAs(gate, choice);
  }

  /** The exported log, verified. */
  async log(subject: 'waves' | 'cutovers' | 'environments', id: string): Promise<LogEntry[]> {
    const exported = await this.api.exportLog(this.people.viewer, subject, id);
    const lines = exported.trimEnd().split('\n');
    const verdict = verifyChain(lines);
    if (!verdict.ok)
      throw new Error(`the log of ${id} is broken at line ${verdict.line}: ${verdict.problem}`);
    return lines.slice(1, -1).map((line) => JSON.parse(line) as LogEntry);
  }
}

const describeCutover = ({ id, status, stage, waitingFor, stages }: CutoverView): string => {
  const failed = stages
    .filter(({ reason }) => reason !== null)
    .map(({ name, reason }) => `${name}: ${reason}`);
  return [id, status, stage, waitingFor, ...failed].join(' | ');
};

export async function startCauseway(options: CausewayOptions = {}): Promise<Causeway> {
  const causeway = new Causeway(options);
  try {
    await causeway.start();
    return causeway;
  } catch (error) {
    await causeway.stop();
    throw error;
  }
}
