import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Middle } from './middle.js';
import { NOISES, makeNoise } from './noise.js';
import { Random } from './random.js';
import type { RabbitMqNode } from './rabbitmq-node.js';
import type { Role } from './role.js';
import type { Tally } from './tally.js';

/** Whom faults are done to. */
export interface Victims {
  /** Without those that are spared. */
  readonly brokers: readonly Role[];
  readonly writers: readonly Role[];
  readonly dataApi: Role;
  /** Of the broker, for strangers; undefined where it has none for them. */
  readonly ports?: { readonly output: number; readonly reports: number };
  /** Between brokers and writers, or between them and RabbitMQ; by name, a number at its end left out in tables. */
  readonly paths: Readonly<Record<string, Middle>>;
  readonly rabbitMq?: RabbitMqNode;
  /** Whose clocks are set. */
  readonly clocks: readonly Role[];
  /** Folder of the output files. */
  readonly output: string;
}

/** Seconds that clocks are set to, ahead of the true time. */
const CLOCKS = [-3600, -30, -2, 0, 2, 30, 3600] as const;

/** Seconds that a writer stands still, and that a path is cut: less and more than a lease. */
const STANDSTILL = [0.5, 8] as const;

/** Seconds between two cuts of a path. To RabbitMQ each process has one of its own, and takes longer to connect. */
const CUTS: Record<'zmq' | 'rabbitmq', readonly [number, number]> = {
  zmq: [3, 9],
  rabbitmq: [8, 25],
};

/** Seconds after which a process may be killed that is being started: with and without its sockets. */
const STARTING = [0.2, 1.5] as const;

/** Processes die, stand still and are made again, and strangers make noise, until it is ended. */
export class Storm {
  private readonly over = new AbortController();
  private readonly faults: Promise<void>[];

  constructor(
    private readonly seed: number,
    private readonly phase: string,
    { brokers, writers, dataApi, ports, paths, rabbitMq, clocks, output }: Victims,
    private readonly tally: Tally,
    /** Below 1: faults come more often, for a short run to have some of each. */
    private readonly pace: number,
  ) {
    // Each fault waits for it; Node.js takes more than ten for a leak.
    setMaxListeners(0, this.over.signal);
    this.faults = [
      ...brokers.map((broker, n) =>
        this.repeat(n === 0 ? 'broker' : `broker ${n + 1}`, 1, 4, (random) =>
          this.hitBroker(broker, random),
        ),
      ),
      ...writers.map((writer) =>
        this.repeat(writer.name, 1, 5, (random) => this.hitWriter(writer, random)),
      ),
      this.repeat('data API', 8, 20, (random) => this.hitDataApi(dataApi, random)),
      ...Object.entries(paths).map(([name, path]) =>
        this.repeat(`${name} path`, ...CUTS[rabbitMq ? 'rabbitmq' : 'zmq'], (random) =>
          this.cut(name.replace(/ \d+$/, ''), path, rabbitMq ? 'RabbitMQ' : 'the broker', random),
        ),
      ),
      ...(rabbitMq
        ? [this.repeat('RabbitMQ', 15, 40, (random) => this.hitRabbitMq(rabbitMq, random))]
        : []),
      this.repeat('clocks', 1, 4, async (random) => {
        const role = random.pick(clocks);
        this.tally.add(`clock of a ${role.name.includes('broker') ? 'broker' : 'writer'}: set`);
        role.setClock(random.pick(CLOCKS));
      }),
      this.repeat('files', 0.5, 2, async (random) => this.takeFileAway(output, random)),
      ...(ports
        ? [
            this.repeat('noise', 0.3, 1.5, async (random) => {
              const noise = random.pick(NOISES);
              this.tally.add(`noise: ${noise}`);
              await makeNoise(noise, ports, random);
            }),
          ]
        : []),
    ];
  }

  /** Whatever is being done to a process is done, and there is one of each. */
  async end(): Promise<void> {
    this.over.abort();
    await Promise.all(this.faults);
  }

  private async repeat(
    name: string,
    least: number,
    most: number,
    fault: (random: Random) => Promise<void>,
  ): Promise<void> {
    const random = new Random(this.seed, `${this.phase} ${name}`);
    const { signal } = this.over;
    while (!signal.aborted) {
      // Its end is no fault of the run.
      await sleep(random.between(least, most) * 1000 * this.pace, undefined, { signal }).catch(
        () => undefined,
      );
      if (!signal.aborted) await fault(random);
    }
  }

  private async hitBroker(broker: Role, random: Random): Promise<void> {
    if (random.chance(0.25)) {
      this.tally.add('broker: SIGSTOP, later SIGCONT');
      broker.stop();
      await sleep(random.between(...STANDSTILL) * 1000 * this.pace);
      broker.continue();
      return;
    }
    const signal = random.chance(0.8) ? 'SIGKILL' : 'SIGTERM';
    this.tally.add(`broker: ${signal}`);
    await this.endProcess(broker, signal);
    await sleep(random.between(0, 800));
    if (random.chance(0.2)) {
      this.tally.add('broker: SIGKILL while it starts');
      void broker.start();
      await sleep(random.between(...STARTING) * 1000);
      await broker.end('SIGKILL');
    }
    await broker.start();
  }

  private async hitWriter(writer: Role, random: Random): Promise<void> {
    if (random.chance(0.25)) {
      this.tally.add('writer: SIGSTOP, later SIGCONT');
      writer.stop();
      await sleep(random.between(...STANDSTILL) * 1000 * this.pace);
      writer.continue();
      return;
    }
    const signal = random.chance(0.7) ? 'SIGKILL' : 'SIGTERM';
    this.tally.add(`writer: ${signal}`);
    await this.endProcess(writer, signal);
    await sleep(random.between(0, 1500));
    await writer.start();
  }

  private async hitRabbitMq(rabbitMq: RabbitMqNode, random: Random): Promise<void> {
    const fault = random.pick(['SIGKILL', 'SIGKILL', 'SIGTERM', 'SIGSTOP', 'cut', 'cut'] as const);
    if (fault === 'cut') {
      this.tally.add('RabbitMQ: closes all connections');
      await rabbitMq.closeConnections();
      return;
    }
    if (fault === 'SIGSTOP') {
      this.tally.add('RabbitMQ: SIGSTOP, later SIGCONT');
      rabbitMq.suspend();
      await sleep(random.between(...STANDSTILL) * 1000 * this.pace);
      rabbitMq.resume();
      return;
    }
    this.tally.add(`RabbitMQ: ${fault}`);
    await (fault === 'SIGKILL' ? rabbitMq.kill() : rabbitMq.stop());
    await sleep(random.between(0, 3000) * this.pace);
    await rabbitMq.start();
  }

  /** The network fails on a path. */
  private async cut(name: string, path: Middle, who: string, random: Random): Promise<void> {
    const isSilent = random.chance(0.5);
    this.tally.add(`${name} path: ${isSilent ? 'nothing passes' : `half open, at ${who}'s end`}`);
    if (isSilent) path.silence();
    else path.halfOpen();
    await sleep(random.between(...STANDSTILL) * 1000 * this.pace);
    path.restore();
  }

  /** Somebody moves a file away that a writer is making, as those do who tidy up. */
  private takeFileAway(output: string, random: Random): void {
    const found = readdirSync(output, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.tmp'))
      .map((name) => join(output, name));
    if (found.length === 0) return;
    const file = random.pick(found);
    try {
      renameSync(file, `${file}.away`);
      rmSync(`${file}.away`);
      this.tally.add('file: moved away while it is made');
    } catch (error) {
      // It has got its name in this moment.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }

  private async hitDataApi(dataApi: Role, random: Random): Promise<void> {
    this.tally.add('data API: SIGKILL, connections refused meanwhile');
    await dataApi.end('SIGKILL');
    await sleep(random.between(200, 1500));
    await dataApi.start();
  }

  private async endProcess(role: Role, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const code = await role.end(signal);
    if (signal === 'SIGTERM' && code !== 0) {
      role.complaints.push(`${role.name} ended with exit code ${code} after SIGTERM`);
    }
  }
}
