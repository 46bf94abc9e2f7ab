import { isSettled } from '../../report/request-state.js';
import { lost } from './back-in-line.js';
import { ACCEPTED, type Delivery, isAway, isOver } from './delivery.js';
import type { DeliveryEvent } from './delivery-event.js';
import { DeliveryQueue } from './delivery-queue.js';
import { Fleet } from './fleet.js';
import { patience } from './kept.js';
import { next } from './next-delivery.js';
import type { QueuedRequest } from './queued-request.js';

const LEASE = 30;
const PATIENCE = patience(LEASE);
/** How often a message may have been handed out before a writer gives it back. */
const HANDED_OUT = 2;
export const WRITERS = ['w1', 'w2'] as const;
export type WriterName = (typeof WRITERS)[number];

interface Message {
  readonly id: string;
  readonly attempt: number;
  /** Whether only the error file is to be left. */
  readonly givesUp: boolean;
  handedOut: number;
  wasDead: boolean;
}

interface Job {
  readonly message: Message;
  /** Whether the queue has it until it is acknowledged. */
  isKept: boolean;
}

/** A broker whose requests a queue keeps, the queue, and two writers: whatever can happen to a request among them. */
export class KeptModel {
  private now = 0;
  private broker = new DeliveryQueue<QueuedRequest>();
  private readonly requests = new Map<string, QueuedRequest>();
  /** What the ledger notes: how often each was sent, and whether the queue has it. */
  private readonly notes = new Map<string, { sent: number; kept?: boolean }>();
  private waiting: Message[] = [];
  private dead: Message[] = [];
  private emptySince = 0;
  private readonly jobs = { w1: [] as Job[], w2: [] as Job[] };
  /** Requests that something happened to after which two of the same may be under way. */
  private readonly upset = new Set<string>();

  add(): void {
    const id = `r${this.requests.size}`;
    const request = { id, outputFile: `/${id}.h5`, lane: 'live', blocked: undefined } as const;
    this.requests.set(id, { ...request, delivery: ACCEPTED });
    this.broker.add(this.requests.get(id)!, true);
  }

  /** @param isConfirmed false: the broker is killed before it has noted that the queue has it */
  send(isConfirmed = true): boolean {
    const request = this.broker.nextToSend(this.fleet(), this.now);
    if (!request) return false;
    const { id, delivery } = request;
    const attempt = delivery.attempt + 1;
    this.notes.set(id, { sent: attempt });
    const givesUp = delivery.givenUp !== undefined;
    this.waiting.push({ id, attempt, givesUp, handedOut: 0, wasDead: false });
    if (isConfirmed) {
      this.apply(id, { type: 'sent', kept: true, attempt, leaseEnds: this.now + PATIENCE });
      this.notes.set(id, { sent: attempt, kept: true });
    } else {
      this.upset.add(id);
      this.restart();
    }
    return true;
  }

  handOut(writer: WriterName): boolean {
    const message = this.waiting.shift();
    if (!message) return false;
    const { id, attempt, handedOut, wasDead } = message;
    if (wasDead) this.putBack(message);
    else if (handedOut > HANDED_OUT) {
      const [notBefore, leaseEnds] = [this.now, this.now + LEASE];
      this.apply(id, { type: 'refused', writer, attempt, notBefore, leaseEnds, keeps: true });
    } else {
      this.jobs[writer].push({ message, isKept: true });
      this.name(writer, message);
    }
    return true;
  }

  finish(writer: WriterName): boolean {
    const job = this.jobs[writer].shift();
    if (!job) return false;
    const { id, attempt, givesUp } = job.message;
    const failure = { faults: ['request'], passes: false } as const;
    const time = { now: this.now, date: this.now, lease: LEASE, healFor: 0 };
    const state = givesUp ? 'failed' : 'written';
    this.apply(id, { type: 'outcome', attempt, state, writer, failure, time });
    return true;
  }

  takeOff(writer: WriterName): void {
    const job = this.jobs[writer].find(({ isKept }) => isKept);
    if (!job) return;
    job.isKept = false;
    this.name(writer, job.message, 'taken');
  }

  giveBack(writer: WriterName): void {
    const job = this.jobs[writer].shift();
    if (job) this.apply(job.message.id, { type: 'returned', writer, attempt: job.message.attempt });
  }

  /** A writer dies with all that it has; one that comes after it tells so. */
  die(writer: WriterName): void {
    const jobs = this.jobs[writer].splice(0);
    for (const { message, isKept } of jobs) {
      message.handedOut++;
      if (isKept) this.waiting.unshift(message);
    }
    this.broker.applyToAll({ type: 'writer-gone', writer, leaseEnds: this.now + PATIENCE });
    this.noteAll();
    for (const { message } of jobs) {
      this.apply(message.id, { type: 'died', attempt: message.attempt });
    }
  }

  /** Its connection breaks: the queue hands on what it had, and it goes on with that. */
  cut(writer: WriterName): void {
    for (const job of this.jobs[writer].filter(({ isKept }) => isKept)) {
      job.isKept = false;
      this.upset.add(job.message.id);
      this.waiting.unshift({ ...job.message, handedOut: job.message.handedOut + 1 });
    }
  }

  reject(writer: WriterName): void {
    const job = this.jobs[writer].find(({ isKept }) => isKept);
    if (!job) return;
    this.jobs[writer].splice(this.jobs[writer].indexOf(job), 1);
    this.dead.push(job.message);
    const { id, attempt } = job.message;
    this.apply(id, { type: 'dead-lettered', attempt, keeps: true });
  }

  returnDead(): void {
    for (const message of this.dead.splice(0)) {
      this.waiting.push({ ...message, wasDead: true });
      // Another one may be under way to leave its error file.
      this.upset.add(message.id);
    }
  }

  purge(): void {
    for (const { id } of this.waiting) this.upset.add(id);
    this.waiting = [];
  }

  /** The queue loses all, and says so when the broker connects to it anew. */
  lose(): void {
    this.purge();
    for (const writer of WRITERS) {
      for (const job of this.jobs[writer]) {
        job.isKept = false;
        this.upset.add(job.message.id);
      }
    }
    this.broker.applyToAll({ type: 'queue-lost', leaseEnds: this.now + LEASE });
    this.noteAll();
  }

  /** @param areHeard whether the writers' heartbeats come */
  pass(seconds: number, areHeard = true): void {
    this.now += seconds;
    for (const writer of WRITERS) {
      for (const { message, isKept } of this.jobs[writer]) {
        if (areHeard) this.name(writer, message);
        else if (!isKept) this.upset.add(message.id);
      }
    }
    if (this.waiting.length > 0) this.emptySince = this.now;
    const isGone = this.now - this.emptySince >= PATIENCE;
    const unnamed = isGone ? 'again' : 'kept';
    if (isGone && !areHeard) for (const id of this.requests.keys()) this.upset.add(id);
    this.broker.applyToAll({ type: 'tick', now: this.now, lease: LEASE, unnamed }, this.now);
    this.noteAll();
  }

  restart(): void {
    this.broker = new DeliveryQueue<QueuedRequest>();
    for (const [id, request] of this.requests) {
      if (isSettled(request.delivery.state)) continue;
      request.delivery = this.resumed(id);
      this.broker.add(request);
    }
  }

  /**
   * Where nothing but deaths of writers happens, a request is with one writer, or in the queue.
   *
   * @returns the requests of which that is not so
   */
  misplaced(): string[] {
    const copies = new Map<string, number>();
    const all = [...this.waiting, ...WRITERS.flatMap((name) => this.jobs[name].map(messageOf))];
    for (const { id } of all) copies.set(id, (copies.get(id) ?? 0) + 1);
    return [...this.requests.values()]
      .filter(({ id }) => !this.upset.has(id))
      .filter(({ id, delivery }) => (copies.get(id) ?? 0) !== Number(isAway(delivery)))
      .map(({ id }) => id);
  }

  /** All goes well from now on. @returns the requests that are not settled in the end */
  drain(): string[] {
    for (let round = 0; round < 40; round++) {
      let goesOn = true;
      while (goesOn) {
        goesOn = this.send();
        for (const writer of WRITERS) {
          goesOn = this.handOut(writer) || goesOn;
          goesOn = this.finish(writer) || goesOn;
        }
      }
      this.pass(PATIENCE);
    }
    return [...this.requests.values()]
      .filter(({ delivery }) => !isOver(delivery))
      .map(({ id }) => id);
  }

  private putBack({ id, attempt }: Message): void {
    const request = this.requests.get(id)!;
    const event = { type: 'put-back', attempt, now: this.now } as const;
    if (this.broker.has(request)) return this.apply(id, event);
    const { state, attempt: last } = request.delivery;
    request.delivery = next({ state, attempt: last }, event);
    if (isOver(request.delivery)) return;
    this.notes.set(id, { sent: last });
    this.broker.add(request);
  }

  private name(writer: WriterName, message: Message, type: 'named' | 'taken' = 'named'): void {
    const { id, attempt } = message;
    const leaseEnds = this.now + LEASE;
    this.apply(id, { type, writer, attempt, state: 'received', leaseEnds });
  }

  private apply(id: string, event: DeliveryEvent): void {
    this.broker.apply(this.requests.get(id)!, event, this.now);
    this.note(id);
  }

  private noteAll(): void {
    for (const id of this.requests.keys()) this.note(id);
  }

  /** As the ledger does. */
  private note(id: string): void {
    const { delivery } = this.requests.get(id)!;
    const { sent = 0, kept } = this.notes.get(id) ?? {};
    if (sent === 0 || kept === undefined || delivery.kept) return;
    this.notes.set(id, { sent: delivery.attempt, kept: isAway(delivery) ? false : undefined });
  }

  /** As a broker does that is started anew. */
  private resumed(id: string): Delivery {
    const { sent = 0, kept } = this.notes.get(id) ?? {};
    if (sent === 0) return ACCEPTED;
    const delivery = { state: 'sent', attempt: sent } as const;
    if (kept === undefined) return lost(delivery);
    return kept
      ? { ...delivery, kept, leaseEnds: this.now + PATIENCE }
      : { ...delivery, leaseEnds: this.now + LEASE };
  }

  private fleet(): Fleet {
    const writers = WRITERS.map((name) => ({
      name,
      concurrency: 2,
      heeds: true,
      isQuarantined: false,
    }));
    const rules = { window: () => Infinity, tellsWhenDone: true, keeps: true, allReport: true };
    return new Fleet(writers, { ...rules, keepsOrder: false }, this.broker.counts.load);
  }
}

function messageOf({ message }: Job): Message {
  return message;
}
