// Runs orchestrations step by step with the real activities over a real ledger. People and the worker behave as a seed says, the
// same for the same questions and orders, whoever asks how often. No engine: nothing is replayed, and time passes only in waits.
import type { Services } from '../../functions/services';
import { rollback, type RollbackInput } from '../../orchestrations/rollback';
import { transfer, type TransferInput } from '../../orchestrations/transfer';
import type { CommandKind } from '../../shared/contracts/command';
import type { StepResult, WorkOrder } from '../../shared/contracts/step';
import { sha256Hex } from '../../shared/domain/hash';
import { submitCommand } from '../../shared/ledger/commands';
import { answerGate, readGate } from '../../shared/ledger/gates';
import { recordPass } from '../../shared/ledger/passes';
import { cutoverActivity, OTTO, PEOPLE } from './cutover-activities';
import type { LedgerUnderTest } from './ledger-under-test';
import { MINUTE_MS } from './sample-plan';
import { stepToEnd, type World } from './stepped-durable';

export interface Behaviour {
  readonly seed: number;
  /** Share of orders that do not go well at first, of 100. */
  readonly trouble: number;
  /** Commands given at the first waits, one each; null: none at that wait. */
  readonly commands: readonly (CommandKind | null)[];
  /** Each activity is executed twice and the second result counts. */
  readonly twice?: boolean;
  /** Wakes that nobody needed, before every change. */
  readonly extraWakes?: number;
}

export class LedgerWorld implements World {
  /** Orders that were done, in this order, each once. */
  readonly done: string[] = [];
  /** The most activities that ran between two waits. */
  busiest = 0;
  #busy = 0;
  #waits = 0;
  #extra = 0;
  readonly #readyAt = new Map<string, number>();
  readonly #services: Services;

  constructor(
    private readonly under: LedgerUnderTest,
    private readonly cutoverId: string,
    private readonly behaviour: Behaviour,
  ) {
    const worker = { perform: (order: WorkOrder) => this.#perform(order) };
    this.#services = { ledger: under.ledger, worker } as unknown as Services;
  }

  nowMs(): number {
    return this.under.now;
  }

  async activity(name: string, input: unknown): Promise<unknown> {
    this.#busy += 1;
    this.busiest = Math.max(this.busiest, this.#busy);
    const run = cutoverActivity(name);
    if (this.behaviour.twice) await run(this.#services, input as never).catch(() => undefined);
    return run(this.#services, input as never);
  }

  async child(name: string, input: unknown): Promise<unknown> {
    if (name === 'transfer') return stepToEnd(transfer, input as TransferInput, this);
    return stepToEnd(rollback, input as RollbackInput, this);
  }

  /** People answer what is asked, or give the next command; then the time passes. */
  async idle(timerAtMs: number): Promise<'wake' | 'time'> {
    this.#busy = 0;
    if (this.#extra < (this.behaviour.extraWakes ?? 0)) {
      this.#extra += 1;
      return 'wake';
    }
    this.#extra = 0;
    const command = this.behaviour.commands[this.#waits];
    this.#waits += 1;
    if (this.#waits > 2_000) throw new Error('it never comes to an end');
    // Whoever paused or held it goes on in the end.
    const { openGate, paused, held } = await this.under.cutover(this.cutoverId);
    const then = command ?? (this.#waits < 20 ? null : paused ? 'resume' : held ? 'release' : null);
    if (then && (await this.#command(then))) return 'wake';
    if (openGate && (await this.#answer(openGate))) return 'wake';
    this.under.now = Math.max(timerAtMs, this.under.now);
    return 'time';
  }

  async #command(kind: CommandKind): Promise<boolean> {
    const input = { kind, reason: 'because' };
    return (await submitCommand(this.under.ledger, OTTO, this.cutoverId, input)).kind === 'accepted';
  }

  /** Half of all questions are answered at once, some after a while; of the rest the clock takes care. */
  async #answer(gateId: string): Promise<boolean> {
    const { body: gate } = await readGate(this.under.ledger, gateId);
    const waitedMs = this.under.now - Date.parse(gate.openedAt);
    if (waitedMs < (this.#draw(`when ${gateId}`) % 4) * 600 * MINUTE_MS - 600 * MINUTE_MS) return false;
    // In the end people find the answer that lets the work go on.
    const settled = gate.choices[0]!;
    const choice =
      this.#waits > 200
        ? gate.choices.includes('skip')
          ? 'skip'
          : settled
        : gate.choices[this.#draw(gateId) % gate.choices.length]!;
    for (const person of PEOPLE.filter(({ roles }) => roles.some((role) => gate.roles.includes(role)))) {
      const evidence = choice === 'confirm' ? { evidence: 'seen' } : {};
      const hash = gate.planHash === null ? {} : { planHash: gate.planHash };
      await answerGate(this.under.ledger, person, gateId, {
        choice,
        reason: 'because',
        ...evidence,
        ...hash,
      });
    }
    return true;
  }

  #draw(text: string): number {
    return parseInt(sha256Hex(`${this.behaviour.seed} ${text}`).slice(0, 8), 16);
  }

  /** Depends on the order alone and on the time since it was first seen. */
  async #perform(order: WorkOrder): Promise<StepResult> {
    const readyAt =
      this.#readyAt.get(order.key) ?? this.under.now + (this.#draw(`time ${order.key}`) % 3) * MINUTE_MS;
    this.#readyAt.set(order.key, readyAt);
    if (this.under.now < readyAt) return { kind: 'pending', retryAfterMs: readyAt - this.under.now };
    const luck = this.#draw(order.key) % 100;
    const isPart = ['enumerateSource', 'copyPart', 'finishPass'].includes(order.step);
    if (luck < this.behaviour.trouble && !isPart && this.#waits < 200) return this.#trouble(order);
    if (order.step === 'finishPass') await this.#recordPass(order);
    if (!this.done.includes(order.step)) this.done.push(order.step);
    const facts = order.step === 'enumerateSource' ? { parts: 3 } : {};
    return { kind: 'done', evidence: { source: 'worker', summary: `${order.step} done`, facts } };
  }

  #trouble(order: WorkOrder): StepResult {
    const kinds: StepResult[] = [
      { kind: 'failed', code: 'broken', reason: 'it broke', facts: {} },
      { kind: 'refused', code: 'closed', reason: 'not now' },
      { kind: 'needsStatement', request: { question: 'Is it done?', roles: ['operator'] } },
    ];
    const kind = kinds[this.#draw(`kind ${order.key}`) % 4];
    if (!kind) throw new Error('no connection');
    return kind;
  }

  async #recordPass(order: WorkOrder): Promise<void> {
    const none = { items: 3, bytes: 3, copiedItems: 3, copiedBytes: 3, deletedItems: 0, failedItems: 0 };
    const pass = Number(order.input['pass']);
    await recordPass(this.under.ledger, order.cutoverId, order.input['assetId'] as string, {
      pass,
      ...none,
      unsupportedItems: 0,
      durationMs: 1_000,
    });
  }
}
