import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { connectTo } from './keep-alive-connection.js';
import { FIRST_PULSE_ID } from './workload.js';

/** What a client saw: milliseconds, one entry a cycle. */
export interface BrokerFigures {
  readonly cycles: readonly number[];
  /** Of an append of a trail line's length to a file in the same folder, with fsync, after each cycle. */
  readonly fsyncs: readonly number[];
}

const LINE_BYTES = 1200;

// A process that acquires like DIA and a detector writer, over one connection that is kept:
// `broker-client.js <broker> <cycles> <file for fsyncs>`. Its output is one line of JSON.
const [broker, cycles, path] = process.argv.slice(2);
const connection = await connectTo(broker);
const file = openSync(path, 'a');
const line = Buffer.alloc(LINE_BYTES, 'x');
const figures = { cycles: [] as number[], fsyncs: [] as number[] };
for (let n = 0; n < Number(cycles); n++) {
  figures.cycles.push(await milliseconds(() => acquire(n)));
  figures.fsyncs.push(await milliseconds(append));
}
closeSync(file);
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

function append(): Promise<void> {
  writeSync(file, line);
  fsyncSync(file);
  return Promise.resolve();
}

async function call(method: string, target: string, body?: string): Promise<void> {
  const { status, text } = await connection.call(method, target, body);
  if (status !== 200) throw new Error(`${method} ${target}: ${status} ${text}`);
}

async function milliseconds(action: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await action();
  return performance.now() - begun;
}
