import type { BrokerFigures } from './broker-client.js';
import { withBroker } from './broker-process.js';
import type { Laboratory } from './laboratory.js';
import { LineProcess } from './line-process.js';
import { compiled } from './paths.js';

/** Cycles of an acquisition (parameters, start, stop) against a broker process, one client. */
export function measureBroker(lab: Laboratory, cycles: number): Promise<BrokerFigures> {
  return withBroker(lab, [], async (url) => {
    const client = new LineProcess({
      command: process.execPath,
      args: [compiled('broker-client'), url, String(cycles), lab.file('fsync.log')],
      listenTo: 'stdout',
    });
    return JSON.parse((await client.next()).text) as BrokerFigures;
  });
}
