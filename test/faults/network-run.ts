import { join } from 'node:path';
import { checkQueues, checkSecrets } from './check-queues.js';
import { checkEnds, matchRequests } from './check-requests.js';
import { Laboratory, type RunOptions } from './laboratory.js';
import { Network } from './network.js';
import { type Host, NetworkFaults } from './network-faults.js';
import { Phases } from './phases.js';
import { type PlannedRequest, planned } from './planned-request.js';
import { RabbitMqLine } from './rabbitmq-line.js';
import { RabbitMqNode } from './rabbitmq-node.js';
import type { RunResult } from './report.js';
import type { Role } from './role.js';
import { readAccepted } from './trail.js';

const BROKER = 'broker';
const ENGINE = 'rabbitmq';
/** Five hosts and more: broker, RabbitMQ and each writer on its own. One at a time is cut off, slowed, and returns. */
export async function runInNetwork(options: RunOptions): Promise<RunResult> {
  const lab = await Laboratory.prepare(options);
  const writers = Array.from({ length: options.writers }, (_, n) => `writer-${n + 1}`);
  const network = Network.build([BROKER, ENGINE, ...writers], BROKER);
  const prefix = network.prefix(ENGINE);
  const address = network.address(ENGINE);
  const node = await RabbitMqNode.prepare({ folder: lab.folder, prefix, address });
  try {
    await node.start();
    return await new NetworkRun(lab, network, node, await Phases.prepare(lab)).all(writers);
  } finally {
    await node.close();
    await lab.clear();
    network.clear();
  }
}

class NetworkRun {
  constructor(
    private readonly lab: Laboratory,
    private readonly network: Network,
    private readonly node: RabbitMqNode,
    private readonly phases: Phases,
  ) {}

  async all(writerHosts: readonly string[]): Promise<RunResult> {
    const { seed, requests } = this.lab.options;
    const { lab, network, node } = this;
    const line = new RabbitMqLine(lab, node, 'network');
    const url = node.url();
    // At the switch: who is cut off from the others is cut off from the data.
    const dataAddress = network.address();
    const stalls = lab.stalls ? 'stalls' : 'no stalls';
    const dataApi = lab.dataApiAt(dataAddress, network.prefix(), 'storm', seed, stalls);
    const { broker, trail, client } = await line.broker(BROKER, {
      ...{ prefix: network.prefix(BROKER), url, address: network.controlAddress },
    });
    const states = writerHosts.map((host) => join(lab.folder, `state-${host}`));
    const writers = writerHosts.map((host, n) =>
      line.writer(host, { prefix: network.prefix(host), url, dataAddress, state: states[n] }),
    );
    await Promise.all([dataApi, broker, ...writers].map((role) => role.start()));

    const plans = Array.from({ length: requests }, (_, n) => this.plan(n));
    lab.options.say(`network of ${writerHosts.length + 2} hosts: ${requests} requests`);
    const hosts = this.hosts(broker, writers, writerHosts);
    const faults = new NetworkFaults(seed, network, hosts, this.phases.tally, lab.pace);
    try {
      const own = { clients: [client], clientOf: () => client };
      await this.phases.make({ ...own, name: 'network', plans, part: 1 });
    } finally {
      await faults.end();
    }
    await this.phases.settled([client], 'network');

    const told = await client.requests();
    const { outcomes, violations } = matchRequests(plans, readAccepted(trail), told);
    this.phases.violations.push(...violations, ...checkEnds(outcomes));
    this.phases.violations.push(...(await checkQueues(node, line.name)));
    await this.phases.end([...writers, broker], 'SIGTERM');
    await this.phases.end([dataApi], 'SIGKILL');
    this.phases.violations.push(...node.complaints, ...checkSecrets(lab.roles, node.secrets));
    return this.phases.judge(outcomes, states);
  }

  /** Writers in turn, and between two of them RabbitMQ or the broker. */
  private hosts(broker: Role, writers: readonly Role[], writerHosts: readonly string[]): Host[] {
    const { node } = this;
    const central: Host[] = [
      { ...{ name: ENGINE, kind: 'RabbitMQ' }, kill: () => node.kill(), start: () => node.start() },
      { name: BROKER, kind: 'the broker', ...inOne(broker) },
    ];
    return writerHosts.flatMap((name, n) => [
      { name, kind: 'a writer', ...inOne(writers[n]) },
      ...central,
    ]);
  }

  /** Disks are those of the machine, and none is full: what fails here can pass. */
  private plan(number: number): PlannedRequest {
    const plan = planned(this.lab.options.seed, number, this.lab.stalls);
    return plan.disk ? { ...plan, disk: undefined, file: `run-${number}.h5` } : plan;
  }
}

function inOne(role: Role): Pick<Host, 'kill' | 'start'> {
  return { kill: () => role.end('SIGKILL'), start: () => role.start() };
}
