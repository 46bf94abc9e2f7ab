import { once } from 'node:events';
import { createServer } from 'node:net';
import type { BrokerSettings } from '../config/broker-settings.js';
import type { SimulatorSettings } from '../config/simulator-settings.js';
import type { WriterSettings } from '../config/writer-settings.js';
import { anotherLine } from './another-line.js';

/** A port that a service wants to listen on. */
interface WantedPort {
  /** The setting that gives it. */
  readonly setting: string;
  readonly what: string;
  readonly host: string;
  readonly port: number;
  /** The setting that it follows, one higher. */
  readonly follows?: string;
}

/** Ports of a command that others listen on: all of them, with a line that would work. */
export class PortsTaken extends Error {
  override readonly name = 'PortsTaken';
  readonly code = 'ports_taken';

  constructor(
    /** Each for a line of its own. */
    readonly lines: readonly string[],
  ) {
    super(lines.join(' '));
  }
}

interface Settings {
  readonly broker: Readonly<BrokerSettings>;
  readonly writer: Readonly<WriterSettings>;
  /** Undefined where none is started. */
  readonly simulator: Readonly<SimulatorSettings> | undefined;
}

/**
 * Checks that all services that run together can have their ports, before any of them starts.
 *
 * @throws PortsTaken
 */
export async function checkPorts(settings: Settings): Promise<void> {
  const wanted = portsOf(settings);
  const isTaken = await Promise.all(wanted.map(({ host, port }) => isInUse(host, port)));
  const taken = wanted.filter((_, index) => isTaken[index]);
  if (taken.length === 0) return;
  const named = taken.map(({ port, what, setting }) => `${port} (${what}, --${setting})`);
  const line = anotherLine(process, await freeOnes(wanted, taken));
  throw new PortsTaken([`Taken: ${named.join(', ')}.`, `Free just now: ${line}`]);
}

function portsOf({ broker, writer, simulator }: Settings): WantedPort[] {
  const { rest_host, rest_port, output_host: host, output_port, report_port, reports } = broker;
  const { queue } = broker;
  const { metrics_host, metrics_port } = writer;
  const reportPort = report_port ?? (output_port && output_port + 1);
  const wanted: WantedPort[] = [
    { setting: 'rest_port', what: 'REST and page', host: rest_host, port: rest_port },
  ];
  const { slow_rest_port } = broker;
  if (slow_rest_port !== undefined) {
    const of = { setting: 'slow_rest_port', what: 'REST for slow calls', host: rest_host };
    wanted.push({ ...of, port: slow_rest_port });
  }
  if (simulator) {
    const of = { setting: 'port', what: 'simulated data', host: '127.0.0.1' };
    wanted.push({ ...of, port: simulator.port });
  }
  const ofQueue: WantedPort[] = [
    { setting: 'output_port', what: 'requests for writers', host, port: output_port },
  ];
  if (reports !== 'off') {
    const follows = report_port === undefined ? 'output_port' : undefined;
    const of = { setting: 'report_port', what: 'reports of writers', follows };
    ofQueue.push({ ...of, host, port: reportPort });
  }
  if (queue === 'zmq') wanted.splice(1, 0, ...ofQueue);
  if (metrics_port !== undefined) {
    const of = { setting: 'metrics_port', what: 'metrics of the writer' };
    wanted.push({ ...of, host: metrics_host, port: metrics_port });
  }
  return wanted.filter(({ port }) => port !== 0);
}

/** By setting, ports to give instead: free, next above, and each for one. */
async function freeOnes(
  wanted: readonly WantedPort[],
  taken: readonly WantedPort[],
): Promise<Map<string, number>> {
  const used = new Set(wanted.map(({ port }) => port));
  const instead = new Map<string, number>();
  for (const { setting, host, port, follows } of taken) {
    if (follows !== undefined && instead.has(follows)) continue;
    const width = wanted.some((each) => each.follows === setting) ? 2 : 1;
    const areFree = async (first: number) => {
      const ports = Array.from({ length: width }, (_, index) => first + index);
      const isTaken = await Promise.all(
        ports.map(async (each) => used.has(each) || isInUse(host, each)),
      );
      return !isTaken.includes(true);
    };
    let free = port + width < 65_536 ? port + 1 : 1024;
    // Above it all may be taken: below the ports that are given out at random there is room.
    while (!(await areFree(free))) free = free + width < 65_535 ? free + 1 : 1024;
    for (let each = free; each < free + width; each++) used.add(each);
    instead.set(setting, free);
  }
  return instead;
}

/** Whether another program listens there. Whatever else keeps a service from it, the service says itself. */
async function isInUse(host: string, port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen({ port, host: host === '*' ? undefined : host }), 'listening');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  }
  await once(server.close(), 'close');
  return false;
}
