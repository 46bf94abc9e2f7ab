import { cpus } from 'node:os';
import type { Fleet } from '../fleet.js';
import { machineSeconds, processorSeconds } from './processes.js';

/** Cores that were busy on average over a time, by what they were busy with. */
export interface ProcessorUse {
  readonly broker: number;
  /** All of them together. */
  readonly writers: number;
  /** Undefined where its process can't be seen. */
  readonly rabbitmq?: number;
  readonly data: number;
  readonly benchmark: number;
  /** All that ran on the machine, what is not ours included. */
  readonly machine: number;
}

/** Whose time it is. */
export interface Watched {
  readonly fleet: Fleet;
  readonly dataServer: number;
  readonly rabbitmq?: number;
}

/** Begins to count. @returns what to call at the end */
export function countProcessorTime(watched: Watched): () => ProcessorUse {
  const [before, begun] = [secondsOf(watched), performance.now()];
  return () => {
    const elapsed = (performance.now() - begun) / 1000;
    const after = secondsOf(watched);
    const cores = (who: 'broker' | 'writers' | 'data' | 'benchmark' | 'machine') =>
      (after[who] - before[who]) / elapsed;
    return {
      broker: cores('broker'),
      writers: cores('writers'),
      rabbitmq: watched.rabbitmq && (after.rabbitmq - before.rabbitmq) / elapsed,
      data: cores('data'),
      benchmark: cores('benchmark'),
      machine: cores('machine'),
    };
  };
}

/** What kept it from going faster. */
export function whatBinds({ broker, machine }: ProcessorUse): string {
  if (machine > 0.85 * cpus().length) return 'all cores';
  // Its main thread does nearly all that it does.
  return broker > 0.85 ? 'the broker’s thread' : 'waiting: disk, replies';
}

function secondsOf({ fleet, dataServer, rabbitmq }: Watched) {
  const { user, system } = process.cpuUsage();
  return {
    broker: processorSeconds(fleet.broker.child.pid!),
    writers: fleet.writers.reduce((sum, { child }) => sum + processorSeconds(child.pid!), 0),
    rabbitmq: rabbitmq === undefined ? 0 : processorSeconds(rabbitmq),
    data: processorSeconds(dataServer),
    benchmark: (user + system) / 1e6,
    machine: machineSeconds(),
  };
}
