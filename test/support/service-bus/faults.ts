/** What a test makes go wrong. Each count is used up by what it hits. */
export class Faults {
  /** How long the broker thinks before it answers a send, an outcome or a request. */
  delayMs = 0;
  /** Sends that are stored, after which the connection drops before the answer. */
  dropsAfterAccept = 0;
  /** Sends that are refused with `com.microsoft:server-busy` and not stored. */
  busySends = 0;
  /** Outcomes that come too late: answered as lock lost, the message stays. */
  lostSettlements = 0;
  /** Attaches refused, as by a namespace that fails over. */
  refusedAttaches = 0;

  constructor(
    /** Cuts every connection without a word. */
    readonly dropConnections: () => void,
    /** Detaches every link with `amqp:link:detach-forced`. */
    readonly detachLinks: () => void,
    /** Ends every lock, as if its time were over. */
    readonly loseLocks: () => void,
  ) {}

  takesDropAfterAccept = (): boolean => this.dropsAfterAccept > 0 && this.dropsAfterAccept-- > 0;
  takesBusySend = (): boolean => this.busySends > 0 && this.busySends-- > 0;
  takesSettlement = (): boolean => this.lostSettlements > 0 && this.lostSettlements-- > 0;
  takesAttach = (): boolean => this.refusedAttaches > 0 && this.refusedAttaches-- > 0;
}
