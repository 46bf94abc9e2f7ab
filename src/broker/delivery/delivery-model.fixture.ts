import * as fc from 'fast-check';
import { expect } from 'vitest';
import { HELD_STATES, HELD_WAITS, type HeldState, type HeldWait } from '../../report/held.js';
import { isSettled } from '../../report/request-state.js';
import { WRITE_STATES, type WriteState } from '../../report/write-report.js';
import { LANES, type Lane } from '../../request/lane.js';
import { ACCEPTED, type Delivery, isHealing } from './delivery.js';
import type { DeliveryEvent, Unnamed } from './delivery-event.js';
import { next } from './next-delivery.js';
import { DeliveryQueue } from './delivery-queue.js';
import type { FailureFacts } from './failed.js';
import { Fleet, type FleetWriter, type Load } from './fleet.js';
import { placesOf } from './places.js';
import type { QueuedRequest } from './queued-request.js';
import { refusalWait } from './refusal-wait.js';

export const LEASE = 30;
const HEAL_FOR = 4000;
const UNNAMED: readonly Unnamed[] = ['again', 'held_back', 'unconfirmed'];
const WINDOW = 2;

const writerOf = (name: string, concurrency: number, heeds = true): FleetWriter => ({
  name,
  concurrency,
  heeds,
  isQuarantined: false,
});
const W1 = writerOf('w1', 1);
const W2 = writerOf('w2', 2);
/** Of a release that gives nothing back. */
const OLD = writerOf('old', 1, false);
const QUARANTINED = { ...W2, isQuarantined: true };
const FLEETS = [[W1], [W1, W2], [W1, W2, OLD], [W1, QUARANTINED], [OLD]];
export const FLEET: readonly FleetWriter[] = [W1, W2];
const FAILURES: readonly FailureFacts[] = [
  { faults: ['request'], passes: false },
  { faults: ['source', 'writer'], passes: true },
  { faults: ['folder', 'writer'], passes: true },
  { faults: ['source'], passes: true, retryAfter: 100 },
];
const FILES = ['/x/a.h5', '/x/b.h5', '/y/a.IMAGES.h5', undefined];

interface Named extends QueuedRequest {
  readonly id: string;
}

const fleetOf = (writers: readonly FleetWriter[], load?: ReadonlyMap<string, Load>, unplaced = 0) =>
  new Fleet(
    writers,
    {
      window: (places) => WINDOW * places,
      tellsWhenDone: true,
      allReport: true,
      keepsOrder: false,
    },
    load,
    unplaced,
  );

/** A queue whose requests are told by their ids, as those of the model are. */
export class TestedQueue {
  readonly queue = new DeliveryQueue<Named>();
  private readonly requests = new Map<string, Named>();

  add(id: string, outputFile: string | undefined, lane: Lane, delivery = ACCEPTED): void {
    const request = { id, outputFile, lane, delivery, blocked: undefined };
    this.requests.set(id, request);
    this.queue.add(request, delivery === ACCEPTED);
  }

  /** Undefined for one that is over. */
  get(id: string): Delivery | undefined {
    const request = this.requests.get(id)!;
    return this.queue.has(request) ? request.delivery : undefined;
  }

  request(id: string): Named {
    return this.requests.get(id)!;
  }

  apply(id: string, event: DeliveryEvent, now: number) {
    return this.queue.apply(this.request(id), event, now);
  }

  nextToSend(writers: readonly FleetWriter[], now: number): string | undefined {
    const { load, unplaced } = this.queue.counts;
    return this.queue.nextToSend(fleetOf(writers, load, unplaced), now)?.id;
  }

  isBlocked(id: string): boolean {
    return this.request(id).blocked !== undefined;
  }
}

/** What a request is, kept in another way than the queue does: one flat list, rules as sentences. */
interface Modelled {
  readonly id: string;
  readonly file: string | undefined;
  readonly accepted: Lane;
  where: 'waiting' | 'away' | 'healing' | 'over';
  state: string;
  attempt: number;
  namedBy?: string;
  runs: boolean;
  idle: boolean;
  retries: boolean;
  until: number;
  /** Sendings in a row that nobody named, before the present one. */
  inVain: number;
  /** Its lease ran out, and it still is away. */
  overdue: boolean;
  promised: boolean;
  tried: string[];
  stalled: string[];
  undecided?: { until: number; facts: FailureFacts };
  givenUp?: FailureFacts;
  refusals: number;
  notBefore: number;
  /** A writer that was lost may have it. */
  mayBeHeld: boolean;
  heals?: { failures: number; since: number; due: number; faults: readonly string[] };
  noMore: boolean;
  deaths: number;
  mayDie: number;
  /** Waited when a place of it went down, or came back to it since. */
  knowsOutage: boolean;
}

interface Place {
  failed: string[];
  down: boolean;
  probe?: string;
  nextProbe: number;
  waits: number;
}

/** All requests, the places that they go to, and the time. */
export class Model {
  readonly requests: Modelled[] = [];
  readonly places = new Map<string, Place>();
  now = 0;

  static newRequest(id: string, file: string | undefined, lane: Lane): Modelled {
    return {
      id,
      file,
      accepted: lane,
      where: 'waiting',
      state: 'queued',
      attempt: 0,
      runs: false,
      idle: false,
      retries: false,
      until: 0,
      inVain: 0,
      overdue: false,
      promised: false,
      tried: [],
      stalled: [],
      refusals: 0,
      notBefore: 0,
      mayBeHeld: false,
      noMore: false,
      deaths: 0,
      mayDie: 5,
      knowsOutage: false,
    };
  }

  lane({ accepted, heals }: Modelled): Lane {
    return heals ? 'background' : accepted;
  }

  placesOf({ file }: Modelled): Place[] {
    const { source, folder } = placesOf(file);
    return [source, folder].filter((name) => name !== undefined).map((name) => this.place(name));
  }

  place(name: string): Place {
    const place = this.places.get(name) ?? { failed: [], down: false, nextProbe: 0, waits: 0 };
    this.places.set(name, place);
    return place;
  }

  away(): Modelled[] {
    return this.requests.filter(({ where }) => where === 'away');
  }

  /** It is not away any more: whoever finds out with it whether a place is back has done so. */
  private leaves(request: Modelled): void {
    if (request.where !== 'away') return;
    for (const place of this.placesOf(request)) {
      if (place.probe !== request.id) continue;
      place.probe = undefined;
      this.probeLater(place);
    }
  }

  private probeLater(place: Place): void {
    const wait = [2, 4, 8][place.waits++] ?? 15;
    place.nextProbe = Math.max(place.nextProbe, this.now + wait);
  }

  /** It waits, and whoever has it may still have it. */
  isLost(request: Modelled): void {
    this.waits(request);
    request.mayBeHeld = true;
  }

  waits(request: Modelled, state = 'queued'): void {
    this.leaves(request);
    Object.assign(request, {
      where: 'waiting',
      state,
      namedBy: undefined,
      runs: false,
      idle: false,
      retries: false,
      inVain: 0,
      overdue: false,
      promised: false,
      refusals: 0,
      notBefore: 0,
      knowsOutage: true,
    });
    if (request.deaths >= request.mayDie) request.givenUp ??= DEADLY;
  }

  isOver(request: Modelled, state: string): void {
    this.leaves(request);
    Object.assign(request, { where: 'over', state });
  }

  fails(request: Modelled, attempt: number, facts: FailureFacts | undefined, by?: string): void {
    const { promised, givenUp } = request;
    request.attempt = attempt;
    if (!facts) return this.isOver(request, 'failed');
    if (!givenUp && promised && by !== undefined && facts.faults.includes('writer')) {
      const { source, folder } = placesOf(request.file);
      // It has not been there: another one may try at once.
      for (const [kind, name] of [
        ['source', source],
        ['folder', folder],
      ] as const) {
        const place = name === undefined ? undefined : this.places.get(name);
        if (place?.probe === request.id && !facts.faults.includes(kind)) place.probe = undefined;
      }
      this.waits(request);
      request.tried = [...request.tried, by];
      request.undecided = { until: this.now + LEASE, facts };
      return;
    }
    this.counts(request, givenUp ?? facts);
  }

  counts(request: Modelled, facts: FailureFacts): void {
    const { heals, noMore, deaths } = request;
    this.leaves(request);
    const failures = (heals?.failures ?? 0) + 1;
    const since = heals?.since ?? this.now;
    const goesOn =
      (facts.passes || facts.isDeadly === true) &&
      !noMore &&
      this.now < since + HEAL_FOR &&
      !(facts.isDeadly === true && failures > 3);
    if (!goesOn) return this.isOver(request, 'failed');
    const wait = Math.max([60, 120, 240, 480][failures - 1] ?? 900, facts.retryAfter ?? 0);
    Object.assign(request, {
      where: 'healing',
      state: 'failed',
      heals: { failures, since, due: this.now + wait, faults: facts.faults },
      namedBy: undefined,
      runs: false,
      idle: false,
      retries: false,
      inVain: 0,
      overdue: false,
      promised: false,
      tried: [],
      undecided: undefined,
      mayBeHeld: false,
      givenUp: undefined,
      refusals: 0,
      notBefore: 0,
      knowsOutage: true,
      ...(facts.isDeadly === true && { mayDie: deaths + 1 }),
    });
  }

  leaseEnded(request: Modelled, unnamed: Unnamed): void {
    const { namedBy, inVain, until } = request;
    if (namedBy !== undefined) return this.isLost(request);
    if (unnamed === 'unconfirmed') return this.isOver(request, 'unconfirmed');
    const leases = [1, 2, 4, 8][inVain] ?? 10;
    if (unnamed === 'held_back' || this.now < until + (leases - 1) * LEASE) request.overdue = true;
    else {
      this.isLost(request);
      request.inVain = inVain + 1;
    }
  }

  placeFailed(name: string, { id }: Modelled, retryAfter: number): void {
    const place = this.place(name);
    place.failed = [...place.failed.filter((each) => each !== id), id].slice(-3);
    place.nextProbe = Math.max(place.nextProbe, this.now + retryAfter);
    if (place.down || place.failed.length < 3) return;
    place.down = true;
    this.probeLater(place);
    for (const request of this.requests.filter((each) => each.where !== 'away')) {
      if (this.placesOf(request).includes(place)) request.knowsOutage = true;
    }
  }

  /** Whether a request may go out now, and in which order of rank. */
  rank(request: Modelled, writers: readonly FleetWriter[]): number | undefined {
    const { where, givenUp, tried, refusals, notBefore, undecided, deaths } = request;
    const isDue = where === 'healing' && request.heals!.due <= this.now;
    const lane = this.lane(request);
    const down = this.placesOf(request).filter((place) => place.down);
    const useful = writers.filter(({ isQuarantined }) => !isQuarantined);
    if (where !== 'waiting' && where !== 'healing') return undefined;
    if (givenUp) {
      if (!this.isTurnForFile(request)) return undefined;
      const someHeed = useful.some(({ heeds }) => heeds);
      if (givenUp.isDeadly) return someHeed && writers.every(({ heeds }) => heeds) ? 0 : undefined;
      const hasRoom = this.inWindow(lane) < WINDOW * this.slots(useful, lane);
      return someHeed || (hasRoom && writers.every(({ heeds }) => !heeds)) ? 0 : undefined;
    }
    const isBlocked = down.length > 0 && !(lane === 'live' && !request.knowsOutage);
    const canProbe = down.every(({ probe, nextProbe }) => !probe && this.now >= nextProbe);
    if (isBlocked && !canProbe) return undefined;
    const isProbe = down.some((place) => this.failedAt(request, place));
    if (where === 'healing' && !isDue && !isProbe) return undefined;
    if (this.inWindow(lane) >= WINDOW * this.slots(useful, lane)) return undefined;
    if (!this.isTurnForFile(request)) return undefined;
    if (
      tried.length > 0 &&
      !useful.some(
        (each) => each.heeds && !tried.includes(each.name) && this.freeAt(each, lane) > 0,
      )
    )
      return undefined;
    if (refusals > 0 && (notBefore > this.now || this.free(useful, lane) <= 0)) return undefined;
    if (isBlocked) return undecided ? 0 : 2;
    if (deaths > 0 || undecided) return down.length > 0 && !canProbe ? undefined : 0;
    const isBehindRefused = this.requests.some(
      (each) =>
        each.where !== 'away' &&
        each.where !== 'over' &&
        each.refusals > 0 &&
        this.lane(each) === lane,
    );
    if (isBehindRefused && this.free(useful, lane) <= 0) return undefined;
    return lane === 'live' ? 1 : 3;
  }

  /** Whether what failed the last time may have been that place. */
  failedAt(request: Modelled, place: Place): boolean {
    const { source, folder } = placesOf(request.file);
    const faults = request.heals?.faults ?? [];
    const places = [faults.includes('source') && source, faults.includes('folder') && folder];
    return places.some((name) => name && this.places.get(name) === place);
  }

  private isTurnForFile(request: Modelled): boolean {
    if (request.file === undefined) return true;
    const same = this.requests.filter(
      ({ file, where }) => file === request.file && where !== 'over',
    );
    if (same.some(({ where }) => where === 'away')) return false;
    const waiting = same.filter(
      (each) => each === request || each.where === 'waiting' || this.isAwake(each),
    );
    const held = waiting.find(({ mayBeHeld }) => mayBeHeld);
    if (held) return held === request;
    const live = waiting.filter((each) => this.lane(each) === 'live');
    return (live.length > 0 ? live : waiting).at(-1) === request;
  }

  /** A failed one whose time has come; the queue knows since it was last told the time. */
  isAwake(request: Modelled): boolean {
    return request.where === 'healing' && request.heals!.due <= this.now;
  }

  private inWindow(lane: Lane): number {
    return this.away().filter((each) => this.lane(each) === lane && !each.overdue && !each.idle)
      .length;
  }

  private slots(writers: readonly FleetWriter[], lane: Lane): number {
    return writers.reduce((sum, each) => sum + this.slotsAt(each, lane), 0);
  }

  private slotsAt({ concurrency, heeds }: FleetWriter, lane: Lane): number {
    return lane === 'background' && heeds ? Math.max(1, concurrency - 1) : concurrency;
  }

  private freeAt(writer: FleetWriter, lane: Lane): number {
    const running = this.away().filter(
      (each) => each.namedBy === writer.name && this.hasSlot(each),
    );
    const background = running.filter((each) => this.lane(each) === 'background').length;
    const free = writer.concurrency - running.length;
    if (lane === 'live') return Math.max(0, free);
    return Math.max(0, Math.min(free, this.slotsAt(writer, lane) - background));
  }

  private hasSlot({ runs, idle, overdue }: Modelled): boolean {
    return runs && !idle && !overdue;
  }

  private free(writers: readonly FleetWriter[], lane: Lane): number {
    const away = this.away().filter(({ overdue, idle }) => !overdue && !idle);
    const unplaced = away.filter(
      (each) => !each.retries && !(each.namedBy !== undefined && this.hasSlot(each)),
    ).length;
    return writers.reduce((sum, each) => sum + this.freeAt(each, lane), -unplaced);
  }
}

const DEADLY: FailureFacts = { faults: ['request', 'writer'], passes: false, isDeadly: true };

type Command = fc.Command<Model, TestedQueue>;

/** A command that is always possible, and after which queue and model agree. */
function command(name: string, run: (model: Model, real: TestedQueue) => void): Command {
  return {
    check: () => true,
    toString: () => name,
    run: (model, real) => {
      run(model, real);
      agree(model, real);
    },
  };
}

function agree(model: Model, real: TestedQueue): void {
  for (const { id, where, state, attempt, deaths, heals } of model.requests) {
    const delivery = real.get(id);
    if (where === 'over') expect(delivery).toBeUndefined();
    else {
      expect({
        id,
        state: delivery?.state,
        attempt: delivery?.attempt,
        deaths: delivery?.deaths ?? 0,
        failures: delivery?.healing?.failures ?? 0,
      }).toEqual({ id, state, attempt, deaths, failures: heals?.failures ?? 0 });
    }
  }
  const { counts } = real.queue;
  expect(counts.away).toBe(model.away().length);
  expect(counts.healing).toBe(model.requests.filter(({ where }) => where === 'healing').length);
  expect(real.queue.overview.unnamed).toBe(model.away().filter(({ overdue }) => overdue).length);
  const files = model.away().flatMap(({ file }) => file ?? []);
  expect(new Set(files).size).toBe(files.length);
  const down = [...model.places].filter(([, place]) => place.down).map(([name]) => name);
  expect(real.queue.down.map(({ place }) => place).toSorted()).toEqual(down.toSorted());
}

/** Applies a report to the request that a number picks; `apply` says what the model makes of it. */
function report(
  pick: number,
  back: number,
  event: (attempt: number, model: Model) => DeliveryEvent,
  apply: (request: Modelled, attempt: number, model: Model, real: TestedQueue) => void,
): Command {
  return command(
    `report ${pick} ${back} ${JSON.stringify(event(0, new Model()))}`,
    (model, real) => {
      if (model.requests.length === 0) return;
      const request = model.requests[pick % model.requests.length];
      const attempt = Math.max(1, request.attempt - back);
      real.apply(request.id, event(attempt, model), model.now);
      if (request.where !== 'over') apply(request, attempt, model, real);
    },
  );
}

const pick = fc.nat(20);
const back = fc.constantFrom(0, 0, 0, 1, 2);
const writer = fc.constantFrom('w1', 'w2');

const timeOf = ({ now }: Model) => ({ now, date: now, lease: LEASE, healFor: HEAL_FOR });

/** Whatever may happen to requests; of what was never sent nobody reports, as in life. */
export function commands(): fc.Arbitrary<Command>[] {
  return onlySent(everything());
}

function everything(): fc.Arbitrary<Command>[] {
  return [
    fc.tuple(fc.constantFrom(...FILES), fc.constantFrom(...LANES)).map(([file, lane]) =>
      command(`add ${file} ${lane}`, (model, real) => {
        const id = `r${model.requests.length}`;
        model.requests.push(Model.newRequest(id, file, lane));
        real.add(id, file, lane);
      }),
    ),
    ...FLEETS.map((fleet) => fc.boolean().map((others) => send(fleet, others))),
    ...FLEETS.map((fleet) => fc.boolean().map((others) => send(fleet, others))),
    // Outages and second tries take failures in a row.
    ...FAILURES.map((facts) => pick.map((n) => outcome(n, 0, 'w1', 'failed', facts))),
    fc
      .tuple(
        pick,
        back,
        writer,
        fc.constantFrom<HeldState>(...HELD_STATES),
        fc.constantFrom<HeldWait | undefined>(undefined, undefined, ...HELD_WAITS),
      )
      .map(([n, old, by, state, wait]) =>
        report(
          n,
          old,
          (attempt, { now }) => ({
            type: 'named',
            writer: by,
            attempt,
            state,
            leaseEnds: now + LEASE,
            wait,
          }),
          (request, attempt, model) => nameIt(request, by, attempt, state, wait, model),
        ),
      ),
    fc
      .tuple(
        pick,
        back,
        writer,
        fc.constantFrom<WriteState>(...WRITE_STATES),
        fc.constantFrom(undefined, ...FAILURES),
      )
      .map(([n, old, by, state, facts]) => outcome(n, old, by, state, facts)),
    fc.tuple(pick, back, writer).map(([n, old, by]) =>
      report(
        n,
        old,
        (attempt) => ({ type: 'returned', writer: by, attempt }),
        (request, attempt, model) => {
          if (request.where !== 'away' || attempt < request.attempt) return;
          request.attempt = attempt;
          model.waits(request, 'returned');
        },
      ),
    ),
    fc.tuple(pick, writer).map(([n, by]) => refuse(n, by)),
    fc
      .tuple(fc.constantFrom(1, 29, 31, 310, 1000), fc.constantFrom(...UNNAMED))
      .map(([seconds, unnamed]) => pass(seconds, unnamed)),
    pick.map((n) =>
      command(`${n} is overwritten`, (model, real) => {
        const written = model.requests.filter(({ state }) => state === 'written');
        if (written.length === 0) return;
        const [request] = model.requests.splice(
          model.requests.indexOf(written[n % written.length]),
          1,
        );
        // As one that comes last, which it is: the broker sends the newest of a file again.
        const again = { ...Model.newRequest(request.id, request.file, request.accepted) };
        model.requests.push(again);
        const before = { state: 'written', attempt: request.attempt } as const;
        real.add(request.id, request.file, request.accepted, next(before, { type: 'overwritten' }));
        again.attempt = request.attempt;
        again.knowsOutage = true;
      }),
    ),
    writer.map((gone) =>
      command(`${gone} ends`, (model, real) => {
        real.queue.applyToAll({ type: 'writer-gone', writer: gone }, model.now);
        for (const request of model.away()) if (request.namedBy === gone) model.isLost(request);
      }),
    ),
    fc.tuple(pick, back).map(([n, old]) =>
      report(
        n,
        old,
        (attempt) => ({ type: 'died', attempt }),
        (request, attempt, model) => {
          request.deaths++;
          if (request.where === 'away' && attempt >= request.attempt) model.isLost(request);
          else if (request.where === 'waiting' && request.deaths >= request.mayDie) {
            request.givenUp = DEADLY;
          }
        },
      ),
    ),
    pick.map((n) =>
      ofOne('cancel', n, { type: 'cancelled' }, (request, model) => {
        if (request.where !== 'away') model.isOver(request, 'recorded');
      }),
    ),
    pick.map((n) =>
      ofOne('replay', n, { type: 'replayed' }, (request, model) => {
        if (request.where === 'healing' && !request.noMore) model.isOver(request, 'failed');
        else request.noMore = true;
      }),
    ),
    pick.map((n) =>
      ofOne('left without', n, undefined, (request, model) => {
        if (request.where === 'waiting' && request.givenUp) model.counts(request, request.givenUp);
      }),
    ),
    fc.tuple(pick, fc.boolean()).map(([n, elsewhere]) => stall(n, elsewhere)),
  ];
}

function ofOne(
  name: string,
  n: number,
  event: DeliveryEvent | undefined,
  apply: (request: Modelled, model: Model) => void,
): Command {
  return command(`${name} ${n}`, (model, real) => {
    if (model.requests.length === 0) return;
    const request = model.requests[n % model.requests.length];
    real.apply(request.id, event ?? { type: 'left-without', time: timeOf(model) }, model.now);
    if (request.where !== 'over') apply(request, model);
  });
}

/** One is sent: one that may go, and none goes before it. None only if none may. */
function send(fleet: readonly FleetWriter[], others: boolean): Command {
  const names = fleet.map(({ name, isQuarantined }) => (isQuarantined ? `(${name})` : name));
  return command(`send to ${names.join()} ${others}`, (model, real) => {
    const ranks = new Map<Modelled, number>();
    for (const request of model.requests) {
      const rank = model.rank(request, fleet);
      if (rank !== undefined) ranks.set(request, rank);
    }
    const id = real.nextToSend(fleet, model.now);
    const sent = model.requests.find((request) => request.id === id);
    if (!sent) {
      expect([...ranks.keys()].map((request) => request.id)).toEqual([]);
      return;
    }
    expect([...ranks.keys()]).toContain(sent);
    expect(Math.min(...ranks.values())).toBe(ranks.get(sent));
    // Of those that were never sent, the one that was accepted first.
    const fresh = [...ranks].filter(
      ([each, rank]) => rank === ranks.get(sent) && each.attempt === 0,
    );
    if (sent.attempt === 0 && sent.refusals === 0 && !sent.knowsOutage) {
      const first = fresh.find(([each]) => each.refusals === 0 && !each.knowsOutage);
      expect(first?.[0].id).toBe(id);
    }
    real.apply(id!, { type: 'sent', leaseEnds: model.now + LEASE, others }, model.now);
    const { givenUp } = sent;
    if (!givenUp) {
      for (const place of model.placesOf(sent)) if (place.down) place.probe ??= id;
    }
    Object.assign(sent, {
      where: 'away',
      state: 'sent',
      attempt: sent.attempt + 1,
      namedBy: undefined,
      runs: false,
      idle: false,
      retries: false,
      overdue: false,
      promised: others,
      until: model.now + LEASE,
    });
  });
}

function nameIt(
  request: Modelled,
  by: string,
  attempt: number,
  state: HeldState,
  wait: HeldWait | undefined,
  model: Model,
): void {
  if (attempt < request.attempt) return;
  const isAway = request.where === 'away';
  if (!isAway && !request.mayBeHeld) {
    const gaveBack = request.state === 'returned' || request.refusals > 0;
    if (gaveBack || (attempt === request.attempt && attempt > 0)) return;
  }
  const isLeft = request.stalled.includes(by) && request.tried.includes(by);
  if (isLeft && request.namedBy !== by) return;
  // It finds out whether a place is back, as one that is sent.
  if (!isAway && !request.givenUp) {
    for (const place of model.placesOf(request)) if (place.down) place.probe ??= request.id;
  }
  Object.assign(request, {
    where: 'away',
    state,
    attempt,
    namedBy: by,
    runs: state !== 'received' && wait === undefined,
    idle: wait === 'time' || wait === 'data',
    retries: wait === 'retry',
    until: model.now + LEASE,
    inVain: 0,
    overdue: false,
    ...(state !== 'received' && { refusals: 0, notBefore: 0 }),
  });
}

function outcome(
  n: number,
  old: number,
  by: string,
  state: WriteState,
  facts: FailureFacts | undefined,
): Command {
  return report(
    n,
    old,
    (attempt, model) => ({
      type: 'outcome',
      attempt,
      state,
      writer: by,
      ...(state === 'failed' && { failure: facts, time: timeOf(model) }),
    }),
    (request, attempt, model, real) => {
      const isOld =
        request.where === 'healing' ? attempt <= request.attempt : attempt < request.attempt;
      if (isOld && state !== 'written') return;
      const { givenUp } = request;
      if (state === 'failed') model.fails(request, attempt, facts ?? givenUp, by);
      else {
        request.attempt = attempt;
        model.isOver(request, state);
      }
      if (state === 'written') {
        const older = model.requests.slice(0, model.requests.indexOf(request));
        for (const each of older.filter(
          ({ file }) => file !== undefined && file === request.file,
        )) {
          if (each.where === 'waiting') model.isOver(each, 'superseded');
          else if (each.where === 'healing') model.isOver(each, 'failed');
        }
      }
      learn(request, givenUp ?? facts, state, model, real);
    },
  );
}

/** As the broker learns from outcomes. */
function learn(
  request: Modelled,
  facts: FailureFacts | undefined,
  state: WriteState,
  model: Model,
  real: TestedQueue,
): void {
  const { source, folder } = placesOf(request.file);
  if (request.state === 'failed' && facts) {
    const places = [
      facts.faults.includes('source') && source,
      facts.faults.includes('folder') && folder,
    ];
    for (const place of places) {
      if (!place) continue;
      model.placeFailed(place, request, facts.retryAfter ?? 0);
      real.queue.placeFailed(place, real.request(request.id), model.now, facts.retryAfter);
    }
  }
  if (state !== 'written') return;
  for (const name of [source, folder]) {
    if (name === undefined) continue;
    const place = model.place(name);
    if (place.down) {
      for (const each of model.requests) {
        if (each.where === 'healing' && model.failedAt(each, place)) {
          each.heals = { ...each.heals!, due: model.now };
        }
      }
    }
    model.places.delete(name);
    real.queue.placeCameThrough(name);
  }
}

function refuse(n: number, by: string): Command {
  return command(`refuse ${n} by ${by}`, (model, real) => {
    if (model.requests.length === 0) return;
    const request = model.requests[n % model.requests.length];
    const { attempt, refusals } = request;
    const notBefore = model.now + refusalWait(refusals + 1, 2);
    real.apply(request.id, { type: 'refused', writer: by, attempt, notBefore }, model.now);
    if (request.where !== 'away') return;
    const { inVain } = request;
    const wasNew = attempt === 1 && model.lane(request) === 'live';
    model.waits(request);
    Object.assign(request, { attempt: attempt - 1, refusals: refusals + 1, notBefore, inVain });
    if (wasNew) request.knowsOutage = false;
  });
}

function stall(n: number, elsewhere: boolean): Command {
  return command(`stall ${n} ${elsewhere}`, (model, real) => {
    const named = model.away().filter(({ namedBy }) => namedBy !== undefined);
    if (named.length === 0) return;
    const request = named[n % named.length];
    const by = request.namedBy!;
    real.apply(request.id, { type: 'stalled', writer: by, elsewhere }, model.now);
    if (!request.stalled.includes(by)) request.stalled = [...request.stalled, by];
    if (!elsewhere || request.stalled.length > 1) return;
    model.isLost(request);
    request.tried = [...request.tried, by];
  });
}

function pass(seconds: number, unnamed: Unnamed): Command {
  return command(`${seconds} s, unnamed: ${unnamed}`, (model, real) => {
    model.now += seconds;
    const over = real.queue
      .applyToAll({ type: 'tick', now: model.now, lease: LEASE, unnamed }, model.now)
      .filter(({ after }) => isSettled(after.state) && !isHealing(after));
    expect(over.every(({ after }) => after.state === 'unconfirmed')).toBe(true);
    real.queue.wakeDue(model.now);
    const overdue = model.away().filter(({ until }) => until <= model.now);
    for (const request of model.requests.filter(({ where }) => where === 'waiting')) {
      const { undecided, givenUp } = request;
      if (givenUp || !undecided || undecided.until > model.now) continue;
      request.givenUp = undecided.facts;
      request.undecided = undefined;
    }
    for (const request of overdue) model.leaseEnded(request, unnamed);
  });
}

// Writers know of a request only what was sent, so one that waits for another of its file is never named.
const wasSent = (request: Modelled) => request.attempt > 0;

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
