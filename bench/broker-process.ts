import { Pull } from 'zeromq';
import { freePort } from '../src/transport/free-port.fixture.js';
import type { Laboratory } from './laboratory.js';
import { LineProcess } from './line-process.js';

/**
 * Works with a broker process that has a peer which takes what is sent, so that its outbox works as at a
 * beamline.
 *
 * @param settings further ones
 */
export async function withBroker<T>(
  lab: Laboratory,
  settings: readonly string[],
  work: (url: string) => Promise<T>,
): Promise<T> {
  const [restPort, outputPort] = [await freePort(), await freePort()];
  const broker = new LineProcess({
    command: process.execPath,
    args: [
      ...[lab.options.main, 'broker', '--log_format', 'json', '--epics_writer_url', ''],
      ...['--rest_port', String(restPort), '--output_port', String(outputPort)],
      ...['--output_host', '127.0.0.1', '--output_root', lab.output],
      ...['--audit_file', lab.file('audit.log')],
      // One client, as fast as it can: on a fast machine more than the limit on calls allows.
      ...['--calls_per_second', '0', ...settings],
    ],
    listenTo: 'stderr',
  });
  const peer = new Pull();
  peer.connect(`tcp://127.0.0.1:${outputPort}`);
  const drained = drain(peer);
  try {
    await saying(broker, 'takes acquisitions');
    return await work(`http://127.0.0.1:${restPort}`);
  } finally {
    await broker.end();
    peer.close();
    await drained;
  }
}

async function drain(peer: Pull): Promise<void> {
  for await (const _ of peer);
}

async function saying(process: LineProcess, message: string): Promise<void> {
  while ((JSON.parse((await process.next()).text) as { msg: string }).msg !== message);
}
