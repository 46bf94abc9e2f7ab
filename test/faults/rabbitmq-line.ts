import { join } from 'node:path';
import { freePort } from '../../src/transport/free-port.fixture.js';
import { Client } from './client.js';
import { HEARTBEAT, LEASE_S, type Laboratory, RETRIES } from './laboratory.js';
import type { RabbitMqNode } from './rabbitmq-node.js';
import type { Role } from './role.js';

/** Where a process runs, and how it reaches the others. */
export interface Place {
  /** The beginning of its command line. */
  readonly prefix?: readonly string[];
  /** Of RabbitMQ, with the password. */
  readonly url: string;
}

export interface BrokerPlace extends Place {
  /** At which it takes calls; 127.0.0.1 by default. */
  readonly address?: string;
}

export interface WriterPlace extends Place {
  /** Of the data API; 127.0.0.1 by default. */
  readonly dataAddress?: string;
  readonly state?: string;
}

/** A broker, its trail and who calls it. */
export interface Site {
  readonly broker: Role;
  readonly trail: string;
  readonly client: Client;
}

/** Brokers and writers that meet in RabbitMQ, under one prefix. */
export class RabbitMqLine {
  constructor(
    private readonly lab: Laboratory,
    readonly node: RabbitMqNode,
    /** Of the names in RabbitMQ. */
    readonly name: string,
  ) {}

  async broker(name: string, { prefix, url, address = '127.0.0.1' }: BrokerPlace): Promise<Site> {
    const { main } = this.lab.options;
    const { output } = this.lab;
    const rest = await freePort();
    const trail = join(this.lab.folder, `${this.name}-${name}.trail`);
    const broker = this.lab.role(
      `${this.name}-${name}`,
      [
        ...[main, 'broker', ...this.queue(url), '--audit_file', trail, '--output_root', output],
        ...['--rest_host', address, '--rest_port', String(rest)],
        ...['--lease', String(LEASE_S)],
      ],
      'takes acquisitions',
      prefix,
    );
    const client = new Client(`http://${address}:${rest}`, broker, trail, output);
    return { broker, trail, client };
  }

  writer(name: string, { prefix = [], url, dataAddress, state }: WriterPlace): Role {
    const { lab } = this;
    return lab.role(
      `${this.name}-${name}`,
      [
        ...[lab.options.main, 'writer', ...this.queue(url)],
        ...['--heartbeat', String(HEARTBEAT * LEASE_S), '--retries', String(RETRIES)],
        ...['--data_api_url', `http://${dataAddress ?? '127.0.0.1'}:${lab.dataPort}/query`],
        ...['--output_root', lab.output, '--state_dir', state ?? lab.state],
        ...['--shutdown_grace', '1'],
      ],
      'takes requests',
      [...prefix, ...lab.disks.limit],
    );
  }

  private queue(url: string): readonly string[] {
    return ['--queue', 'rabbitmq', '--rabbitmq_url', url, '--rabbitmq_prefix', this.name];
  }
}
