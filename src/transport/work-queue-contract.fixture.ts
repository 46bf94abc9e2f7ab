import { type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { lastValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AllowedAddresses } from '../config/allowed-addresses.js';
import { BrokerSettings } from '../config/broker-settings.js';
import { loadSettings } from '../config/load-settings.js';
import { WriterSettings } from '../config/writer-settings.js';
import { BrokerTransportModule } from './broker-transport.module.js';
import { type MessageServer, REPORT_SERVER, REQUEST_SERVER } from './message-server.js';
import { REPORT_CHANNEL, type ReportChannel } from './report-channel.js';
import { WORK_QUEUE, type WorkQueue } from './work-queue.js';
import { WriterTransportModule } from './writer-transport.module.js';

type Flags = Readonly<Record<string, unknown>>;
type Message = Record<string, unknown>;

/** Settings that choose a queue and have it on free ports of this machine. */
export interface ChosenQueue {
  readonly broker: Flags;
  readonly writer: Flags;
}

@Module({})
class TestedModule {}

/** One end of the queue: a Nest application, and a server that keeps what it takes. */
class End {
  readonly taken: Message[] = [];
  /** How many messages its handler shall fail with. */
  failures = 0;

  private constructor(
    readonly app: INestApplicationContext,
    readonly server: MessageServer,
  ) {}

  static async open(imports: DynamicModule['imports'], token: symbol, pattern: string) {
    const module = { module: TestedModule, imports };
    const app = await NestFactory.createApplicationContext(module, {
      abortOnError: false,
      logger: false,
    });
    const end = new End(app, app.get<MessageServer>(token, { strict: false }));
    end.server.addHandler(pattern, (data: Message) => end.take(data), true);
    await new Promise<void>((resolve, reject) => {
      void end.server.listen((error) => (error ? reject(error) : resolve()));
    });
    return end;
  }

  async close(): Promise<void> {
    await this.server.close();
    await this.app.close();
  }

  private async take(data: Message): Promise<void> {
    this.taken.push(data);
    if (this.failures-- > 0) throw new Error('as told');
  }
}

/** The contract of every {@link WorkQueue} and the ends that belong to it, tried over real connections. */
export function describeWorkQueue(name: string, chosen: ChosenQueue): void {
  describe(`${name}, as a work queue,`, () => {
    const writers: End[] = [];
    let broker: End;
    let queue: WorkQueue;

    beforeEach(async () => {
      const flags = {
        audit_file: '/nowhere/audit.log',
        output_root: ['/nowhere'],
        ...chosen.broker,
      };
      const settings = loadSettings(BrokerSettings, { flags, environment: {} });
      const providers = [
        { provide: BrokerSettings, useValue: settings },
        { provide: AllowedAddresses, useValue: new AllowedAddresses() },
      ];
      const exports = [BrokerSettings, AllowedAddresses];
      const common = { module: class {}, global: true, providers, exports };
      broker = await End.open([common, BrokerTransportModule], REPORT_SERVER, 'write_report');
      queue = broker.app.get<WorkQueue>(WORK_QUEUE, { strict: false });
    });

    afterEach(async () => {
      for (const writer of writers.splice(0)) await writer.close();
      await broker.close();
    });

    async function newWriter(): Promise<End> {
      const { stream_address, report_address } = queue.addresses;
      const flags = { stream_address, report_address, data_api_url: 'http://x', ...chosen.writer };
      const settings = loadSettings(WriterSettings, { flags, environment: {} });
      const transport = WriterTransportModule.forRoot(settings, () => undefined);
      const writer = await End.open([transport], REQUEST_SERVER, 'write_request');
      writers.push(writer);
      return writer;
    }

    const channelOf = ({ app }: End) => app.get<ReportChannel>(REPORT_CHANNEL, { strict: false });
    const request = (id: number) => ({
      data_api_request: '{"channels":["é"]}',
      parameters: '{}',
      timestamp: 1.5,
      request_id: String(id),
      force: true,
    });
    const send = (id: number) => lastValueFrom(queue.emit('write_request', request(id)));
    const idsOf = ({ taken }: End) => taken.map(({ request_id }) => Number(request_id));
    const connected = async (count: number) =>
      await expect.poll(() => queue.consumers.connected, { timeout: 4000 }).toBe(count);

    it('takes each request to one of the writers, as it is', async () => {
      await queue.connect();
      const both = [await newWriter(), await newWriter()];
      await connected(2);
      for (let id = 0; id < 10; id++) await send(id);
      const ids = () => both.flatMap(idsOf).toSorted((a, b) => a - b);
      await expect.poll(ids, { timeout: 4000 }).toEqual([...Array.from({ length: 10 }).keys()]);
      const [first] = both.flatMap(({ taken }) => taken);
      expect(first).toMatchObject(request(Number(first.request_id)));
    });

    it('keeps what comes before there is a writer, in order', async () => {
      await queue.connect();
      const sent = [0, 1, 2].map(send);
      const writer = await newWriter();
      await Promise.all(sent);
      await expect.poll(() => idsOf(writer), { timeout: 4000 }).toEqual([0, 1, 2]);
    });

    it('tells when writers come and go, and whether there is one', async () => {
      let changes = 0;
      queue.changes.subscribe(() => changes++);
      await queue.connect();
      expect(queue).toMatchObject({ isReady: false, refusedPeers: 0 });
      const writer = await newWriter();
      await connected(1);
      expect(queue.isReady).toBe(true);
      expect(writer.server.isConnected).toBe(true);
      await expect.poll(() => changes).toBeGreaterThan(0);
      const before = changes;
      await writer.server.close();
      await connected(0);
      expect(queue.isReady).toBe(false);
      await expect.poll(() => changes).toBeGreaterThan(before);
    });

    it('goes on after a handler failed', async () => {
      await queue.connect();
      const writer = await newWriter();
      writer.failures = 1;
      await send(0);
      await send(1);
      await expect.poll(() => idsOf(writer), { timeout: 4000 }).toEqual([0, 1]);
    });

    it('takes reports to the broker, and tells whether there is one', async () => {
      await queue.connect();
      const channel = channelOf(await newWriter());
      const statuses: string[] = [];
      channel.status.subscribe((status) => statuses.push(status));
      await channel.connect();
      await expect.poll(() => channel.isConnected, { timeout: 4000 }).toBe(true);
      expect(statuses.at(-1)).toBe('connected');
      const texts = ['{"kind":"hello"}', '{"kind":"é"}'];
      for (const write_report of texts) {
        await lastValueFrom(channel.emit('write_report', { write_report }));
      }
      const taken = () => broker.taken.map(({ write_report }) => write_report);
      await expect.poll(taken, { timeout: 4000 }).toEqual(texts);
      expect(broker.server.isConnected).toBe(true);
      expect(channel.doubtMs).toBeGreaterThanOrEqual(0);
    });

    it('fails what was not handed over when it is closed, and what comes after', async () => {
      await queue.connect();
      const waiting = send(0);
      const [[outcome]] = await Promise.all([Promise.allSettled([waiting]), queue.close()]);
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'transport_closed' } });
      await expect(send(1)).rejects.toMatchObject({ code: 'transport_closed' });
    });

    it('says where it can be reached, and whether', async () => {
      expect(queue.health().isOpen).toBe(false);
      await queue.connect();
      const { isOpen, facts } = queue.health();
      expect(isOpen).toBe(true);
      expect(Object.keys(facts)).not.toEqual([]);
      await queue.close();
      expect(queue.health().isOpen).toBe(false);
    });

    it('has writers report from the first hello on: what none of them names is sent again', async () => {
      const { consumers } = queue;
      await queue.connect();
      await newWriter();
      await connected(1);
      const now = performance.now() / 1000;
      consumers.attach({ size: 1, earliestSign: now, forgetLapsed: () => false });
      consumers.heard(now);
      // Writers that are known for long.
      for (const later of [now, now + 10]) consumers.look(later);
      expect(consumers).toMatchObject({ mustReport: true, tellsWhenDone: true, nonReporting: 0 });
      expect(consumers.unnamed(now + 20)).toBe('again');
      expect(consumers.withoutHello(now + 20)).toBe(0);
      expect(consumers.window(0, 'live')).toBe(0);
      expect(consumers.window(3, 'live')).toBeGreaterThanOrEqual(3);
    });

    it('knows of a connected writer that never said hello', async () => {
      const { consumers } = queue;
      await queue.connect();
      consumers.expectReports();
      await newWriter();
      await connected(1);
      const now = performance.now() / 1000;
      for (const later of [now, now + 10]) consumers.look(later);
      expect(consumers).toMatchObject({ nonReporting: 1 });
      expect(consumers.withoutHello(now + 10)).toBe(1);
      expect(consumers.advice.remedy).toEqual(expect.any(String));
      expect(consumers.window(0, 'live')).toBe(0);
    });
  });
}
