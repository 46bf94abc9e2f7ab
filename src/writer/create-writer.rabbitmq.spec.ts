import { join } from 'node:path';
import type { ConsumeMessage } from 'amqplib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadSettings } from '../config/load-settings.js';
import { WriterSettings } from '../config/writer-settings.js';
import type { AddressedReport } from '../report/report-message.js';
import { parseReport } from '../report/report-message.js';
import type { Report } from '../report/report.js';
import type { WriteRequest } from '../request/write-request.js';
import { requestKey } from '../transport/rabbitmq/names.js';
import { TestedRabbitmq, hasRabbitmq } from '../transport/rabbitmq/rabbitmq.fixture.js';
import {
  declareReports,
  declareReportsFor,
  declareRequests,
} from '../transport/rabbitmq/topology.js';
import { type Bundle, bundle } from './bundle.fixture.js';
import { SILENT_LOG, capturedLog } from './captured-log.fixture.js';
import { createWriter } from './create-writer.js';
import { dataApis } from './data-api.fixture.js';
import { temporaryFolders } from './temporary-folder.fixture.js';
import { ASKING_THREAD } from './threads/asking-thread.fixture.js';
import { writeRequest } from './write-request.fixture.js';
import { until } from './writers.fixture.js';

const isThere = await hasRabbitmq();

describe.skipIf(!isThere)(
  `a writer that takes requests from RabbitMQ${isThere ? '' : ' (skipped: there is none)'}`,
  { timeout: 60_000 },
  () => {
    const folder = temporaryFolders();
    const dataApi = dataApis();
    capturedLog();
    const ends: (() => Promise<unknown>)[] = [];
    let files: Bundle;
    beforeAll(async () => {
      files = await bundle('./threads/file-thread.ts');
    });
    afterAll(() => files.remove());
    afterEach(async () => {
      for (const end of ends.splice(0)) await end();
    });

    async function setUp() {
      const rabbitmq = await TestedRabbitmq.open();
      ends.unshift(() => rabbitmq.close());
      const { channel, names } = rabbitmq;
      const trail = rabbitmq.trail();
      await declareRequests(channel, names);
      await declareReports(channel, names);
      await declareReportsFor(channel, names, trail);
      const reports: Report[] = [];
      const note = (message: ConsumeMessage | null) => {
        if (!message) return;
        const { data } = JSON.parse(message.content.toString()) as { data: AddressedReport };
        reports.push(parseReport(data));
      };
      await channel.consume(names.reportsFor(trail), note, { noAck: true });
      const going: (() => void)[] = [];
      const api = await dataApi((response) => void going.push(() => response.end('data')));
      const flags = {
        ...rabbitmq.settings,
        ...{ data_api_url: api.url, output_root: [folder()], state_dir: join(folder(), 'state') },
        ...{ concurrency: 1, shutdown_grace: 0 },
      };
      const settings = loadSettings(WriterSettings, { flags, environment: {} });
      const writer = await createWriter(settings, SILENT_LOG, {
        jobs: ASKING_THREAD,
        files: files.url,
      });
      let closed: Promise<void> | undefined;
      const close = () => (closed ??= writer.close());
      ends.unshift(close);
      await writer.listen();
      return {
        ...{ api, going, reports, close },
        send: (id: string) => {
          const request: WriteRequest = {
            ...writeRequest(`${id}.h5`, ['A']),
            ...{ request_id: id, attempt: 1, trail_id: trail, sequence: 1, handling: '{}' },
          };
          const content = Buffer.from(JSON.stringify({ pattern: 'write_request', data: request }));
          channel.publish(names.requests, requestKey('live', trail), content, { persistent: true });
        },
        /** Messages in the queue once nobody has one in hand any more. */
        left: () => rabbitmq.depth(names.lane('live')),
      };
    }

    it('acknowledges what it has reported, and nothing else', async () => {
      const { send, going, reports, close, left, api } = await setUp();
      send('first');
      await until(() => going.length === 1);
      going[0]();
      await until(() => reports.length === 1);
      expect(reports).toMatchObject([{ kind: 'outcome', request_id: 'first' }]);
      send('second');
      await until(() => api.queries.length === 2);
      send('third');
      await close();
      await until(() => reports.length === 2);
      expect(reports.slice(1)).toMatchObject([
        { kind: 'returned', request_id: 'second', reason: 'end' },
      ]);
      // The third was never begun: it is there for the next writer.
      await expect.poll(left).toBe(1);
    });
  },
);
