import type { InstanceRow } from '../../host/storage/engine-store';
import { Afterlife } from './afterlife';
import type { CrashMoment } from './crashing-engine';
import { LEDGERS } from './make-program';
import type { Ask, Move } from './move';
import { eventsOf, type ProgramInput } from './program';
import { TERMINATED_BECAUSE, type SimulatedInstance } from './simulated-instance';
import type { SimulatedHost } from './simulated-host';
import { inputOf, rowOf } from './simulated-row';

const MINUTE_MS = 60_000;
const MOMENTS: readonly CrashMoment[] = ['before', 'during', 'after'];
const ALL = Number.MAX_SAFE_INTEGER;

/** What can happen around an engine: time passes, work ends, people intervene, the process dies. */
export class Moves {
  /** While true, everything happens; then only what lets all come to its end. */
  isChaos = true;
  /** Signals from outside, and whether they were accepted. */
  readonly signals = new Map<string, boolean>();
  /** Events that an instance has accepted while it could wait for them. */
  private readonly delivered = new Set<string>();
  private readonly underWay = new Set<string>();

  private readonly afterlife: Afterlife;

  constructor(private readonly simulation: SimulatedHost) {
    this.afterlife = new Afterlife(simulation, this.ask);
  }

  forgetUnderWay(): void {
    this.underWay.clear();
  }

  /** Makes one of the moves that are possible; false where none is. */
  make(): boolean {
    const { random } = this.simulation;
    const rows = this.engine.list({ statuses: ['Running', 'Suspended'] }, 0, ALL);
    const possible = [...this.calmMoves(rows), ...(this.isChaos ? this.chaosMoves(rows) : [])];
    let point = random.next() * possible.reduce((sum, { weight }) => sum + weight, 0);
    const move = possible.find(({ weight }) => (point -= weight) < 0) ?? possible[0];
    move?.make();
    return move !== undefined;
  }

  private get engine(): SimulatedHost['current']['engine'] {
    return this.simulation.current.engine;
  }

  private calmMoves(rows: readonly InstanceRow[]): Move[] {
    const { work, clock, random } = this.simulation;
    const moves: Move[] = [];
    if (work.isWaiting) moves.push({ weight: 8, make: () => this.note('work ends', work.endOne(random)) });
    if (clock.waiting.length > 0) moves.push({ weight: 3, make: () => this.toNextAlarm() });
    const unstarted = this.instances.filter(
      ({ path, isStarted }) => !isStarted && !this.underWay.has(`start ${path}`),
    );
    if (unstarted.length > 0) moves.push({ weight: 4, make: () => this.start(random.pick(unstarted)) });
    const events = rows.flatMap((row) => this.awaited(row));
    if (events.length > 0) moves.push({ weight: 5, make: () => this.raise(random.pick(events)) });
    const suspended = rows.filter(
      ({ status, id }) => status === 'Suspended' && !this.underWay.has(`resume ${id}`),
    );
    if (suspended.length > 0) moves.push({ weight: 2, make: () => this.resume(random.pick(suspended)) });
    return moves;
  }

  private chaosMoves(rows: readonly InstanceRow[]): Move[] {
    const { random, current, clock } = this.simulation;
    const moves: Move[] = [
      { weight: 3, make: () => undefined },
      { weight: 1, make: () => this.note('time passes', clock.advance(random.below(MINUTE_MS))) },
      { weight: 1, make: () => this.signal() },
      { weight: 0.3, make: () => this.note('crash', current.crash()) },
      { weight: 0.6, make: () => this.planCrash() },
      ...this.afterlife.moves(),
    ];
    if (rows.length > 0) {
      moves.push({ weight: 1, make: () => this.suspend(random.pick(rows)) });
      moves.push({ weight: 1, make: () => this.raiseAnything(random.pick(rows)) });
    }
    const doomed = this.instances.filter(
      ({ isDoomed, isStarted, terminated, last }) =>
        isDoomed && isStarted && terminated === 'never' && last === null,
    );
    if (doomed.length > 0) moves.push({ weight: 0.3, make: () => this.terminate(random.pick(doomed)) });
    const failed = this.instances.filter(
      (instance) =>
        instance.mayBeRewound && !instance.isRewound && rowOf(this.engine, instance)?.status === 'Failed',
    );
    if (failed.length > 0) moves.push({ weight: 2, make: () => this.rewind(random.pick(failed)) });
    return moves;
  }

  private get instances(): readonly SimulatedInstance[] {
    return this.simulation.instances;
  }

  private toNextAlarm(): void {
    const { clock, random } = this.simulation;
    const at = Date.parse(clock.waiting[0] ?? '');
    const beyond = random.below(3) === 0 ? random.below(MINUTE_MS) : 0;
    clock.advance(Math.max(0, at - clock.now()) + beyond);
    this.note(`the clock goes to ${clock.now()}`);
  }

  private start(instance: SimulatedInstance): void {
    const { id, path, program } = instance;
    if (rowOf(this.engine, instance) !== undefined) {
      // It was stored, but nobody lived to say so.
      instance.isStarted = true;
      return;
    }
    const input: ProgramInput = { program, path };
    this.ask(`start ${path}`, this.engine.start('Program', JSON.stringify(input), id), ({ kind }) => {
      instance.isStarted = kind === 'started';
    });
  }

  /** Events that this instance waits for, or may soon, and has not been given. */
  private awaited(row: InstanceRow): { row: InstanceRow; name: string; value: number }[] {
    const events = eventsOf(inputOf(row));
    return events
      .filter(({ name }) => !this.delivered.has(`${row.no} ${name}`) && !this.underWay.has(`event ${name}`))
      .map((event) => ({ row, ...event }));
  }

  private raise({ row, name, value }: { row: InstanceRow; name: string; value: number }): void {
    this.ask(`event ${name}`, this.engine.raiseEvent(row.id, name, JSON.stringify(value)), ({ kind }) => {
      if (kind === 'accepted') this.delivered.add(`${row.no} ${name}`);
    });
  }

  /** Twice, or one of the next round, or one that nobody knows: it must not matter. */
  private raiseAnything(row: InstanceRow): void {
    const { random } = this.simulation;
    const input = inputOf(row);
    const round = (input.round ?? 1) + random.below(2);
    const { name, value } = random.pick([...eventsOf({ ...input, round }), { name: 'unheard-of', value: 0 }]);
    this.ask(`once more ${name}`, this.engine.raiseEvent(row.id, name, JSON.stringify(value)));
  }

  private suspend({ id }: InstanceRow): void {
    this.ask(`suspend ${id}`, this.engine.suspend(id, 'wait'));
  }

  private resume({ id }: InstanceRow): void {
    this.ask(`resume ${id}`, this.engine.resume(id, 'go on'));
  }

  private terminate(instance: SimulatedInstance): void {
    instance.terminated = 'asked';
    this.ask(
      `terminate ${instance.id}`,
      this.engine.terminate(instance.id, TERMINATED_BECAUSE),
      ({ kind }) => {
        if (kind === 'accepted') instance.terminated = 'accepted';
      },
    );
  }

  private rewind(instance: SimulatedInstance): void {
    instance.isRewound = true;
    this.simulation.work.mend(instance.path);
    this.ask(`rewind ${instance.id}`, this.engine.rewind(instance.id, 'mended'));
  }

  private signal(): void {
    const key = `outside#${this.signals.size}`;
    this.signals.set(key, false);
    const ledger = this.simulation.random.pick(LEDGERS);
    this.ask(
      `signal ${key}`,
      this.engine.entities.signal(`@ledger@${ledger}`, 'add', JSON.stringify(key)),
      ({ kind }) => this.signals.set(key, kind === 'accepted'),
    );
  }

  private planCrash(): void {
    const { random, current } = this.simulation;
    const commits = random.below(6);
    const moment = random.pick(MOMENTS);
    current.planCrash(commits, moment);
    this.note(`a crash is due ${moment} a commit, after ${commits} others`);
  }

  private readonly ask: Ask = (question, answer, answered = () => undefined) => {
    const { current } = this.simulation;
    this.note(question);
    this.underWay.add(question);
    void answer.then((outcome) => {
      if (current.isDead) return;
      this.underWay.delete(question);
      this.note(`${question}: ${outcome.kind}`);
      answered(outcome);
    });
  };

  private note(move: string, _done?: void): void {
    this.simulation.note(move);
  }
}
