import { afterEach } from 'vitest';
import { Pull } from 'zeromq';
import { parseReport } from '../../report/report-message.js';
import type { Report } from '../../report/report.js';
import { ownDataIn } from '../../transport/own-messages.fixture.js';
import { freePort } from '../../transport/free-port.fixture.js';
import type { Reporter } from './reporter.js';
import { reporterFor } from './reporter.fixture.js';

/** A reporter whose broker listens, and what that has heard; gone after the test. Call it once in a describe. */
export function heardReporters() {
  const open: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const end of open.splice(0)) await end();
  });
  return async (): Promise<{ reporter: Reporter; reports: Report[] }> => {
    const address = `tcp://127.0.0.1:${await freePort()}`;
    const port = new Pull({ linger: 0 });
    await port.bind(address);
    const reports: Report[] = [];
    const listen = async () => {
      for await (const message of port)
        reports.push(parseReport(ownDataIn('write_report', message)));
    };
    const listening = listen();
    const reporter = reporterFor({
      stream_address: address,
      report_address: address,
      data_api_url: 'http://x/query',
    });
    open.push(
      () => reporter.end(),
      () => port.close(),
      () => listening,
    );
    await reporter.start();
    return { reporter, reports };
  };
}
