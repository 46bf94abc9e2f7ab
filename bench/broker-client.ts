import { FsyncProbe } from './fsync-probe.js';
import { connectTo } from './keep-alive-connection.js';
import { milliseconds } from './milliseconds.js';
import { FIRST_PULSE_ID } from './workload.js';

/** What a client saw: milliseconds, one entry a cycle. */
export interface BrokerFigures {
  readonly cycles: readonly number[];
  /** Of an append of a trail line's length to a file in the same folder, with fsync, after each cycle. */
  readonly fsyncs: readonly number[];
}

// A process that acquires like DIA and a detector writer, over one connection that is kept:
// `broker-client.js <broker> <cycles> <file for fsyncs>`. Its output is one line of JSON.
const [broker, cycles, path] = process.argv.slice(2);
const connection = await connectTo(broker);
const probe = new FsyncProbe(path);
const figures = { cycles: [] as number[], fsyncs: [] as number[] };
for (let n = 0; n < Number(cycles); n++) {
  figures.cycles.push(await milliseconds(() => acquire(n)));
  figures.fsyncs.push(await probe.append());
}
probe.close();
connection.close();
console.log(JSON.stringify(figures satisfies BrokerFigures));

async function acquire(n: number): Promise<void> {
  const parameters = {
    'general/created': 'today',
    'general/instrument': 'bench',
    'general/process': 'bench',
    'general/user': 'bench',
    output_file: `run-${n}.h5`,
    channels: ['SARES11-BENCH-SMALL:CH0', 'SARES11-BENCH-SMALL:CH1'],
  };
  await call('POST', '/parameters', JSON.stringify(parameters));
  await call('PUT', `/start_pulse_id/${FIRST_PULSE_ID}`);
  await call('PUT', `/stop_pulse_id/${FIRST_PULSE_ID + 99}`);
}

async function call(method: string, target: string, body?: string): Promise<void> {
  const { status, text } = await connection.call(method, target, body);
  if (status !== 200) throw new Error(`${method} ${target}: ${status} ${text}`);
}
