import { FsyncProbe } from './fsync-probe.js';
import { connectTo } from './keep-alive-connection.js';
import { milliseconds } from './milliseconds.js';
import { FIRST_PULSE_ID } from './workload.js';

/** What a client saw: milliseconds. */
export interface RunFigures {
  /** By pgroup: of a call that is answered, one entry a retrieval. */
  readonly retrievals: Readonly<Record<string, readonly number[]>>;
  /** Of an append of a trail line's length to a file on the same disk, with fsync, beside each of them. */
  readonly fsyncs: readonly number[];
}

const CHANNELS = Array.from({ length: 100 }, (_, n) => `SARES11-BENCH-SMALL:CH${n}`);

// A process that asks for runs of 100 channels as the beamlines' clients do, over one connection that is kept:
// `runs-client.js <broker> <retrievals> <file for fsyncs> <pgroup>…`. Its output is one line of JSON.
const [broker, count, path, ...pgroups] = process.argv.slice(2);
const connection = await connectTo(broker);
const probe = new FsyncProbe(path);
const retrievals = Object.fromEntries(pgroups.map((pgroup) => [pgroup, [] as number[]]));
const fsyncs: number[] = [];
for (let n = 0; n < Number(count); n++) {
  // In turn: what the disk is busy with meanwhile is the same for all.
  for (const pgroup of pgroups) {
    retrievals[pgroup].push(await milliseconds(() => retrieve(pgroup, n)));
    fsyncs.push(await probe.append());
  }
}
probe.close();
connection.close();
console.log(JSON.stringify({ retrievals, fsyncs } satisfies RunFigures));

async function retrieve(pgroup: string, n: number): Promise<void> {
  const start = FIRST_PULSE_ID + 100 * n;
  const body = {
    ...{ pgroup, start_pulseid: start, stop_pulseid: start + 99, rate_multiplicator: 1 },
    channels_list: CHANNELS,
  };
  const { text } = await connection.call('POST', '/retrieve_from_buffers', JSON.stringify(body));
  if ((JSON.parse(text) as { status: string }).status !== 'ok') throw new Error(text);
}
