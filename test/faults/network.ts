import { spawnSync } from 'node:child_process';

/** Beginnings of addresses that are kept for measurements of networks: nobody's own are among them. */
const ADDRESSES = '198.18';
const CONTROL = '198.19';
/** What a slow line takes; a heartbeat goes through, and what waits is dropped after a while. */
const SLOW = ['rate', '128kbit', 'burst', '8kb', 'latency', '1500ms'];

/**
 * Hosts in a network, as namespaces of this machine: each has a line to a switch, which can be cut or slowed.
 * One of them has a line to this process as well. Files are those of the machine.
 */
export class Network {
  private readonly id = process.pid % 250;
  private readonly name = `faults-${process.pid}`;
  /** Of lines in the namespace of the switch; those of a namespace have 15 characters at most. */
  private readonly control = `flt${process.pid}`;
  private readonly namespaces: string[] = [];

  private constructor(private readonly hosts: readonly string[]) {}

  /** Why there can't be one here; undefined if there can. */
  static get obstacle(): string | undefined {
    if (process.platform !== 'linux') return 'it needs Linux';
    if (process.getuid?.() !== 0) return 'it needs root';
    for (const program of ['ip', 'tc']) {
      if (spawnSync(program, ['-V']).error) return `it needs the program ${program} (iproute2)`;
    }
    const probe = `faults-${process.pid}-probe`;
    try {
      run('ip', 'netns', 'add', probe);
      run('ip', '-n', probe, 'link', 'add', 'one', 'type', 'veth', 'peer', 'name', 'other');
      run('ip', '-n', probe, 'link', 'add', 'switch', 'type', 'bridge');
      run('tc', '-n', probe, 'qdisc', 'add', 'dev', 'one', 'root', 'tbf', ...SLOW);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    } finally {
      spawnSync('ip', ['netns', 'del', probe]);
    }
  }

  /** @param hosts their names @param controlled the one that this process reaches whatever is cut */
  static build(hosts: readonly string[], controlled: string): Network {
    const network = new Network(hosts);
    process.once('exit', network.clear);
    network.build(controlled);
    return network;
  }

  /** The beginning of the command line of what runs on a host; without one, at the switch. */
  prefix(host?: string): readonly string[] {
    return ['ip', 'netns', 'exec', this.namespace(host)];
  }

  /** In the network. */
  address(host?: string): string {
    const n = host === undefined ? 1 : this.hosts.indexOf(host) + 2;
    return `${ADDRESSES}.${this.id}.${n}`;
  }

  /** Of the host that this process reaches. */
  get controlAddress(): string {
    return `${CONTROL}.${this.id}.2`;
  }

  cut(host: string): void {
    run('ip', '-n', this.namespace(), 'link', 'set', host, 'down');
  }

  /** Both ways. */
  slow(host: string): void {
    run('tc', '-n', this.namespace(), 'qdisc', 'replace', 'dev', host, 'root', 'tbf', ...SLOW);
    run('tc', '-n', this.namespace(host), 'qdisc', 'replace', 'dev', 'net', 'root', 'tbf', ...SLOW);
  }

  restore(host: string): void {
    run('ip', '-n', this.namespace(), 'link', 'set', host, 'up');
    // There is none where it was not slow.
    spawnSync('tc', ['-n', this.namespace(), 'qdisc', 'del', 'dev', host, 'root']);
    spawnSync('tc', ['-n', this.namespace(host), 'qdisc', 'del', 'dev', 'net', 'root']);
  }

  readonly clear = (): void => {
    spawnSync('ip', ['link', 'del', this.control]);
    for (const namespace of this.namespaces.splice(0)) {
      spawnSync('ip', ['netns', 'del', namespace]);
    }
    process.off('exit', this.clear);
  };

  private build(controlled: string): void {
    const hub = this.addNamespace();
    run('ip', '-n', hub, 'link', 'add', 'switch', 'type', 'bridge');
    run('ip', '-n', hub, 'addr', 'add', `${this.address()}/24`, 'dev', 'switch');
    run('ip', '-n', hub, 'link', 'set', 'switch', 'up');
    for (const host of this.hosts) {
      const own = this.addNamespace(host);
      const end = ['peer', 'name', 'net', 'netns', own];
      run('ip', '-n', hub, 'link', 'add', host, 'type', 'veth', ...end);
      run('ip', '-n', hub, 'link', 'set', host, 'master', 'switch', 'up');
      run('ip', '-n', own, 'addr', 'add', `${this.address(host)}/24`, 'dev', 'net');
      run('ip', '-n', own, 'link', 'set', 'net', 'up');
    }
    const own = this.namespace(controlled);
    const end = ['peer', 'name', 'control', 'netns', own];
    run('ip', 'link', 'add', this.control, 'type', 'veth', ...end);
    run('ip', 'addr', 'add', `${CONTROL}.${this.id}.1/30`, 'dev', this.control);
    run('ip', 'link', 'set', this.control, 'up');
    run('ip', '-n', own, 'addr', 'add', `${this.controlAddress}/30`, 'dev', 'control');
    run('ip', '-n', own, 'link', 'set', 'control', 'up');
  }

  private addNamespace(host?: string): string {
    const name = this.namespace(host);
    run('ip', 'netns', 'add', name);
    this.namespaces.push(name);
    run('ip', '-n', name, 'link', 'set', 'lo', 'up');
    return name;
  }

  private namespace(host = 'switch'): string {
    return `${this.name}-${host}`;
  }
}

function run(program: string, ...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status === 0) return;
  throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
}
