import * as fc from 'fast-check';
import { expect } from 'vitest';
import { HELD_STATES, type HeldState } from '../../report/held.js';
import { WRITE_STATES, type WriteState } from '../../report/write-report.js';
import { ACCEPTED, type Delivery, type DeliveryEvent, type Unnamed, next } from './delivery.js';
import { DeliveryQueue, type QueuedRequest } from './delivery-queue.js';
import { isSettled } from '../../report/request-state.js';

export const LEASE = 30;
const WRITERS = ['w1', 'w2'];
const UNNAMED: readonly Unnamed[] = ['again', 'held_back', 'unconfirmed'];

interface Named extends QueuedRequest {
  readonly id: string;
}

/** A queue whose requests are told by their ids, as those of the model are. */
export class TestedQueue {
  private readonly queue = new DeliveryQueue<Named>();
  private readonly requests = new Map<string, Named>();

  add(id: string, outputFile: string | undefined, delivery: Delivery = ACCEPTED): void {
    const request = { id, outputFile, delivery };
    this.requests.set(id, request);
    this.queue.add(request);
  }

  /** Undefined for one that is settled. */
  get(id: string): Delivery | undefined {
    const request = this.requests.get(id)!;
    return this.queue.has(request) ? request.delivery : undefined;
  }

  apply(id: string, event: DeliveryEvent) {
    return this.queue.apply(this.requests.get(id)!, event);
  }

  applyToAll(event: DeliveryEvent) {
    return this.queue.applyToAll(event);
  }

  nextToSend(window: number): string | undefined {
    return this.queue.nextToSend(window)?.id;
  }

  get underWay(): number {
    return this.queue.underWay;
  }

  get size(): number {
    return this.queue.size;
  }

  waitingBy() {
    return this.queue.waitingBy();
  }
}

/** The expected result of the queue, computed in another way: one flat list, rules as sentences. */
interface Modelled {
  readonly id: string;
  readonly file: string | undefined;
  where: 'waiting' | 'away' | 'settled';
  state: string;
  attempt: number;
  namedBy: string | undefined;
  until: number;
  givenBack: boolean;
  /** Sendings in a row that nobody named, before the present one. */
  inVain: number;
  /** Its lease ran out, and it still is away. */
  overdue: boolean;
}

/** All requests, and the time. */
export class Model {
  readonly requests: Modelled[] = [];
  now = 0;
  waits(request: Modelled, state = 'queued'): void {
    Object.assign(request, {
      where: 'waiting',
      state,
      namedBy: undefined,
      givenBack: state === 'returned',
      inVain: 0,
      overdue: false,
    });
  }

  settles(request: Modelled, state: string): void {
    Object.assign(request, { where: 'settled', state });
  }

  leaseEnded(request: Modelled, unnamed: Unnamed): void {
    const { namedBy, inVain, until } = request;
    if (namedBy !== undefined) return this.waits(request);
    if (unnamed === 'unconfirmed') return this.settles(request, 'unconfirmed');
    const leases = [1, 2, 4, 8][inVain] ?? 10;
    if (unnamed === 'held_back' || this.now < until + (leases - 1) * LEASE) request.overdue = true;
    else {
      this.waits(request);
      request.inVain = inVain + 1;
    }
  }

  away(): Modelled[] {
    return this.requests.filter(({ where }) => where === 'away');
  }

  nextToSend(window: number): Modelled | undefined {
    if (this.away().filter(({ overdue }) => !overdue).length >= window) return undefined;
    const open = this.requests.filter(({ where }) => where !== 'settled');
    return open.find(
      (request, index) =>
        request.where === 'waiting' &&
        (request.file === undefined ||
          open.findIndex(({ file }) => file === request.file) === index),
    );
  }
}

type Command = fc.Command<Model, TestedQueue>;

/** A command that is always possible, and after which queue and model agree. */
function command(name: string, run: (model: Model, queue: TestedQueue) => void): Command {
  return {
    check: () => true,
    toString: () => name,
    run: (model, queue) => {
      run(model, queue);
      agree(model, queue);
    },
  };
}

function agree(model: Model, queue: TestedQueue): void {
  for (const { id, where, state, attempt } of model.requests) {
    const delivery = queue.get(id);
    if (where === 'settled') expect(delivery).toBeUndefined();
    else
      expect({ id, state: delivery?.state, attempt: delivery?.attempt }).toEqual({
        id,
        state,
        attempt,
      });
  }
  expect(queue.underWay).toBe(model.away().length);
  const waiting = [...queue.waitingBy().values()].reduce((sum, count) => sum + count, 0);
  expect(waiting).toBe(model.away().filter(({ overdue }) => overdue).length);
  const files = model
    .away()
    .map(({ file }) => file)
    .filter((file) => file !== undefined);
  expect(new Set(files).size).toBe(files.length);
}

/** Applies a report to the request that a number picks; `apply` says what the model makes of it. */
function report(
  pick: number,
  back: number,
  event: (attempt: number) => DeliveryEvent,
  apply: (request: Modelled, attempt: number, model: Model) => void,
): Command {
  return command(`report ${pick} ${back} ${JSON.stringify(event(0))}`, (model, queue) => {
    if (model.requests.length === 0) return;
    const request = model.requests[pick % model.requests.length];
    const attempt = Math.max(1, request.attempt - back);
    queue.apply(request.id, withTime(event(attempt), model.now));
    // Nobody holds what was never sent, but a predecessor may have sent it.
    if (request.where !== 'settled') apply(request, attempt, model);
  });
}

const withTime = (event: DeliveryEvent, now: number): DeliveryEvent =>
  'leaseEnds' in event ? { ...event, leaseEnds: now + LEASE } : event;

// Writers know of a request only what was sent, so a newer one of the same file is never named
// while it waits for an older: the broker does not send it.
const wasSent = (request: Modelled) => request.attempt > 0;

const pick = fc.nat(20);
const back = fc.constantFrom(0, 0, 0, 1, 2);
const writer = fc.constantFrom(...WRITERS);

/** Whatever may happen to requests; of what was never sent nobody reports, as in life. */
export function commands(): fc.Arbitrary<Command>[] {
  return onlySent(everything());
}

function everything(): fc.Arbitrary<Command>[] {
  return [
    fc.constantFrom('/a', '/b', undefined).map((file) =>
      command(`add ${file}`, (model, queue) => {
        const id = `r${model.requests.length}`;
        model.requests.push({
          id,
          file,
          where: 'waiting',
          state: 'queued',
          attempt: 0,
          namedBy: undefined,
          until: 0,
          givenBack: false,
          inVain: 0,
          overdue: false,
        });
        queue.add(id, file);
      }),
    ),
    fc.nat(4).map((window) =>
      command(`send, window ${window}`, (model, queue) => {
        const expected = model.nextToSend(window);
        const id = queue.nextToSend(window);
        expect(id).toBe(expected?.id);
        if (id === undefined || !expected) return;
        queue.apply(id, { type: 'sent', leaseEnds: model.now + LEASE });
        Object.assign(expected, {
          where: 'away',
          state: 'sent',
          attempt: expected.attempt + 1,
          namedBy: undefined,
          givenBack: false,
          until: model.now + LEASE,
        });
      }),
    ),
    fc
      .tuple(pick, back, writer, fc.constantFrom<HeldState>(...HELD_STATES))
      .map(([n, old, by, state]) =>
        report(
          n,
          old,
          (attempt) => ({ type: 'named', writer: by, attempt, state, leaseEnds: 0 }),
          (request, attempt, model) => {
            if (attempt < request.attempt || request.givenBack) return;
            Object.assign(request, {
              where: 'away',
              state,
              attempt,
              namedBy: by,
              until: model.now + LEASE,
              inVain: 0,
              overdue: false,
            });
          },
        ),
      ),
    fc.tuple(pick, back, fc.constantFrom<WriteState>(...WRITE_STATES)).map(([n, old, state]) =>
      report(
        n,
        old,
        (attempt) => ({ type: 'outcome', attempt, state }),
        (request, attempt, model) => {
          if (attempt >= request.attempt || state === 'written') model.settles(request, state);
        },
      ),
    ),
    fc.tuple(pick, back, writer).map(([n, old, by]) =>
      report(
        n,
        old,
        (attempt) => ({ type: 'returned', writer: by, attempt }),
        (request, attempt, model) => {
          if (request.where === 'away' && attempt >= request.attempt)
            model.waits(request, 'returned');
        },
      ),
    ),
    fc
      .tuple(fc.constantFrom(1, 29, 31, 310), fc.constantFrom(...UNNAMED))
      .map(([seconds, unnamed]) =>
        command(`${seconds} s, unnamed: ${unnamed}`, (model, queue) => {
          model.now += seconds;
          const settled = queue
            .applyToAll({ type: 'tick', now: model.now, lease: LEASE, unnamed })
            .filter(({ after }) => isSettled(after.state));
          expect(settled.every(({ after }) => after.state === 'unconfirmed')).toBe(true);
          for (const request of model.away().filter(({ until }) => until <= model.now)) {
            model.leaseEnded(request, unnamed);
          }
        }),
      ),
    pick.map((n) =>
      command(`${n} is overwritten`, (model, queue) => {
        const written = model.requests.filter(({ state }) => state === 'written');
        if (written.length === 0) return;
        const [request] = model.requests.splice(
          model.requests.indexOf(written[n % written.length]),
          1,
        );
        // As one that comes last, which it is: the broker sends the newest of a file again.
        model.requests.push(request);
        const before = { state: 'written', attempt: request.attempt } as const;
        queue.add(request.id, request.file, next(before, { type: 'overwritten' }));
        model.waits(request);
      }),
    ),
    writer.map((gone) =>
      command(`${gone} ends`, (model, queue) => {
        queue.applyToAll({ type: 'writer-gone', writer: gone });
        for (const request of model.away()) if (request.namedBy === gone) model.waits(request);
      }),
    ),
  ];
}

function onlySent(all: fc.Arbitrary<Command>[]): fc.Arbitrary<Command>[] {
  return all.map((arbitrary) =>
    arbitrary.map((each) => ({
      check: (model: Readonly<Model>) => {
        const picked = /^report (\d+)/.exec(each.toString())?.[1];
        if (picked === undefined) return true;
        const { requests } = model;
        return requests.length > 0 && wasSent(requests[Number(picked) % requests.length]);
      },
      run: each.run.bind(each),
      toString: () => each.toString(),
    })),
  );
}
