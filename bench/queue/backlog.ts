import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { DataServerProcess } from '../data-server-process.js';
import { Fleet } from '../fleet.js';
import type { Laboratory } from '../laboratory.js';
import { writeRequest } from '../requests.js';
import { WORKLOADS } from '../workload.js';
import { type Carrier, type CarrierName, carrier } from './carrier.js';
import { residentMemory } from './processes.js';
import { type ProcessorUse, countProcessorTime } from './processor-use.js';

/** Resident bytes; of RabbitMQ undefined where its process can't be seen. */
interface Memory {
  readonly broker: number;
  readonly rabbitmq?: number;
}

/** Requests that are asked for while no writer is there, and what becomes of them when writers come. */
export interface BacklogFigures {
  readonly carrier: CarrierName;
  readonly requests: number;
  /** Until all were asked for, recorded and, as far as the carrier keeps them, in it. */
  readonly queued: number;
  /** Of them in the carrier by then; the broker has the others. */
  readonly carried: number;
  readonly before: Memory;
  readonly full: Memory;
  readonly drained: Memory;
  /** With one writer half of them were written, with two the other half. */
  readonly drains: readonly Drain[];
}

export interface Drain {
  readonly writers: number;
  readonly perSecond: number;
  readonly use: ProcessorUse;
}

const POLL_MS = 200;
/** Times that the carrier has to look the same until nothing goes into it any more. */
const SAME = 5;

export async function measureBacklog(
  lab: Laboratory,
  server: DataServerProcess,
  name: CarrierName,
  requests: number,
): Promise<BacklogFigures> {
  const way = await carrier(name);
  const fleet = await Fleet.start(lab, server, { writers: 0, carrier: way });
  const files = Array.from({ length: requests }, (_, n) => lab.file(`backlog-${n}.h5`));
  const memory = (): Memory => ({
    broker: residentMemory(fleet.broker.child.pid!),
    rabbitmq: way.pid && residentMemory(way.pid),
  });
  try {
    const before = memory();
    const begun = performance.now();
    for (const file of files) await fleet.submit(writeRequest(WORKLOADS.SMALL, 1, file));
    const { carried, at } = await full(way, requests);
    const queued = (at - begun) / 1000;
    const filled = memory();
    console.error(`QUEUE ${name}: ${requests} requests wait, of them ${carried} in the queue`);
    const drains: Drain[] = [];
    for (const part of [0.5, 1]) {
      drains.push(await drain(fleet, server, way, Math.ceil(requests * part)));
    }
    // One that is not there ends the benchmark.
    for (const file of files) rmSync(file);
    return {
      ...{ carrier: name, requests, queued, carried, drains },
      ...{ before, full: filled, drained: memory() },
    };
  } finally {
    await fleet.end();
  }
}

/** Waits until all lie in the carrier, or no more go there. @returns how many do, and since when */
async function full(way: Carrier, requests: number): Promise<{ carried: number; at: number }> {
  let [carried, at, same] = [await way.waiting(), performance.now(), 0];
  while (carried > 0 && carried < requests && same < SAME) {
    await delay(POLL_MS);
    const now = await way.waiting();
    same = now === carried ? same + 1 : 0;
    if (now !== carried) [carried, at] = [now, performance.now()];
  }
  return { carried, at };
}

/** One writer more. Its start is not counted. */
async function drain(
  fleet: Fleet,
  server: DataServerProcess,
  way: Carrier,
  until: number,
): Promise<Drain> {
  await fleet.add(1);
  const [done, begun] = [fleet.files, performance.now()];
  const stop = countProcessorTime({ fleet, dataServer: server.pid, rabbitmq: way.pid });
  await fleet.filesThere(until);
  const perSecond = ((fleet.files - done) * 1000) / (performance.now() - begun);
  const drained = { writers: fleet.writers.length, perSecond, use: stop() };
  console.error(`QUEUE ${way.name}: ${drained.writers} writers, ${perSecond.toFixed(0)} a second`);
  return drained;
}
