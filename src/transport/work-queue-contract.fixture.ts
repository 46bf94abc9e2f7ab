import { type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { lastValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AllowedAddresses } from '../config/allowed-addresses.js';
import { BrokerSettings } from '../config/broker-settings.js';
import { loadSettings } from '../config/load-settings.js';
import { WriterSettings } from '../config/writer-settings.js';
import { BrokerTransportModule } from './broker-transport.module.js';
import {
  DEAD_LETTER,
  type MessageContext,
  type MessageFacts,
  type MessageServer,
  REPORT_SERVER,
  REQUEST_SERVER,
} from './message-server.js';
import { REPORT_CHANNEL, type ReportChannel } from './report-channel.js';
import { WORK_QUEUE, type WorkQueue } from './work-queue.js';
import { WriterTransportModule } from './writer-transport.module.js';

/** The trail of the broker. */
export const TRAIL = 'trail-of-the-broker';

type Flags = Readonly<Record<string, unknown>>;
type Message = Record<string, unknown>;

/** Settings that choose a queue for one test, on free ports of this machine or under names of its own. */
export interface ChosenQueue {
  readonly broker: Flags;
  readonly writer: Flags;
  /** Tidies up. */
  readonly end?: () => Promise<void>;
}

@Module({})
class TestedModule {}

/** One end of the queue: a Nest application, and a server that keeps what it takes. */
class End {
  readonly taken: Message[] = [];
  readonly facts: MessageFacts[] = [];
  /** How many messages its handler shall fail with. */
  failures = 0;
  /** Whether its handler is never done with what comes, until it is released. */
  holds = false;
  private readonly held: (() => void)[] = [];

  private constructor(
    readonly app: INestApplicationContext,
    readonly server: MessageServer,
  ) {}

  static async open(
    imports: DynamicModule['imports'],
    token: symbol,
    pattern: string,
    prepare: (app: INestApplicationContext) => void = () => undefined,
  ) {
    const module = { module: TestedModule, imports };
    const app = await NestFactory.createApplicationContext(module, {
      abortOnError: false,
      logger: false,
    });
    prepare(app);
    const end = new End(app, app.get<MessageServer>(token, { strict: false }));
    const handler = (data: Message, context?: MessageContext) => end.take(data, context);
    end.server.addHandler(pattern, handler, true);
    await new Promise<void>((resolve, reject) => {
      void end.server.listen((error) => (error ? reject(error) : resolve()));
    });
    return end;
  }

  async close(): Promise<void> {
    await this.server.close();
    await this.app.close();
  }

  /** Its handler is done with all that it has, and with what comes. */
  release(): void {
    this.holds = false;
    for (const done of this.held.splice(0)) done();
  }

  private async take(data: Message, context?: MessageContext): Promise<void> {
    this.taken.push(data);
    this.facts.push(context!.facts);
    if (this.failures-- > 0) throw new Error('as told');
    if (this.holds) await new Promise<void>((resolve) => this.held.push(resolve));
  }
}

/**
 * The contract of every {@link WorkQueue} and the ends that belong to it, tried over real connections.
 *
 * @param keeps whether the queue keeps requests until they are done
 */
export function describeWorkQueue(
  name: string,
  choose: () => ChosenQueue | Promise<ChosenQueue>,
  { keeps = false }: { readonly keeps?: boolean } = {},
): void {
  describe(`${name}, as a work queue,`, () => {
    const writers: End[] = [];
    const brokers: End[] = [];
    let chosen: ChosenQueue;
    let broker: End;
    let queue: WorkQueue;

    beforeEach(async () => {
      chosen = await choose();
      await openBroker();
    });

    async function openBroker(): Promise<End> {
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
      broker = await End.open(
        [common, BrokerTransportModule],
        REPORT_SERVER,
        'write_report',
        (app) => {
          queue = app.get<WorkQueue>(WORK_QUEUE, { strict: false });
          queue.isFor(TRAIL);
        },
      );
      brokers.push(broker);
      return broker;
    }

    afterEach(async () => {
      for (const writer of writers.splice(0)) await writer.close();
      for (const each of brokers.splice(0)) await each.close();
      await chosen.end?.();
    });

    async function newWriter(): Promise<End> {
      const { stream_address, report_address } = queue.addresses;
      const flags = { stream_address, report_address, data_api_url: 'http://x', ...chosen.writer };
      const settings = loadSettings(WriterSettings, { flags, environment: {} });
      const transport = await WriterTransportModule.forRoot(settings, () => undefined);
      const writer = await End.open([transport], REQUEST_SERVER, 'write_request');
      writers.push(writer);
      return writer;
    }

    const channelOf = ({ app }: End) => app.get<ReportChannel>(REPORT_CHANNEL, { strict: false });
    const request = (id: number, lane = 'live') => ({
      lane,
      data_api_request: '{"channels":["é"]}',
      parameters: '{}',
      timestamp: 1.5,
      request_id: String(id),
      force: true,
    });
    const send = (id: number, lane?: string) =>
      lastValueFrom(queue.emit('write_request', request(id, lane)), { defaultValue: undefined });
    const idsOf = ({ taken }: End) => taken.map(({ request_id }) => Number(request_id));
    /** Writers are there that take requests; a queue that keeps them knows no more of writers than they say. */
    const connected = async (count: number) => {
      const there = () =>
        keeps
          ? writers.filter(({ server }) => server.isConnected).length
          : queue.consumers.connected;
      await expect.poll(there, { timeout: 4000 }).toBe(count);
    };
    const ready = async () => await expect.poll(() => queue.isReady, { timeout: 4000 }).toBe(true);

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

    it('takes one of 50,000 channels with the longest names', async () => {
      await queue.connect();
      const writer = await newWriter();
      await connected(1);
      const channels = Array.from({ length: 50_000 }, (_, n) => ({
        name: `${n}`.padEnd(255, '-'),
        backend: 'sf-databuffer',
      }));
      const large = {
        ...request(1),
        data_api_request: JSON.stringify({ channels }),
        parameters: JSON.stringify({ channels: channels.map(({ name }) => name) }),
      };
      await lastValueFrom(queue.emit('write_request', large), { defaultValue: undefined });
      await expect.poll(() => writer.taken.length, { timeout: 10_000 }).toBe(1);
      expect(writer.taken[0].data_api_request === large.data_api_request).toBe(true);
      expect(writer.taken[0].parameters === large.parameters).toBe(true);
    });

    it('keeps what comes before there is a writer, in order', async () => {
      await queue.connect();
      const sent = [0, 1, 2].map((id) => send(id));
      const writer = await newWriter();
      await Promise.all(sent);
      await expect.poll(() => idsOf(writer), { timeout: 4000 }).toEqual([0, 1, 2]);
    });

    it.skipIf(keeps)('tells when writers come and go, and whether there is one', async () => {
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
      if (keeps) await expect.poll(() => broker.server.isConnected, { timeout: 4000 }).toBe(true);
      const channel = channelOf(await newWriter());
      const statuses: string[] = [];
      channel.status.subscribe((status) => statuses.push(status));
      await channel.connect();
      await expect.poll(() => channel.isConnected, { timeout: 4000 }).toBe(true);
      expect(statuses.at(-1)).toBe('connected');
      const texts = ['{"kind":"hello"}', '{"kind":"é"}'];
      for (const [index, write_report] of texts.entries()) {
        const to = index === 0 ? { kind: 'hello' } : { kind: 'outcome', trail_id: TRAIL };
        const sent = channel.emit('write_report', { write_report, ...to });
        await lastValueFrom(sent, { defaultValue: undefined });
      }
      const taken = () => broker.taken.map(({ write_report }) => write_report);
      await expect.poll(taken, { timeout: 4000 }).toEqual(texts);
      expect(broker.server.isConnected).toBe(true);
      expect(channel.doubtMs).toBeGreaterThanOrEqual(0);
    });

    it.skipIf(keeps)('fails what was not handed over when it is closed', async () => {
      await queue.connect();
      const waiting = send(0);
      const [[outcome]] = await Promise.all([Promise.allSettled([waiting]), queue.close()]);
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'transport_closed' } });
    });

    it('fails what comes after it is closed', async () => {
      await queue.connect();
      await queue.close();
      await expect(send(1)).rejects.toMatchObject({ code: 'transport_closed' });
    });

    it('says where it can be reached, and whether', async () => {
      expect(queue.health().isOpen).toBe(false);
      await queue.connect();
      await expect.poll(() => queue.health().isOpen, { timeout: 4000 }).toBe(true);
      expect(Object.keys(queue.health().facts)).not.toEqual([]);
      await queue.close();
      expect(queue.health().isOpen).toBe(false);
    });

    it('has writers report from the first hello on', async () => {
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
      expect(consumers.keeps).toBe(keeps);
      expect(consumers.unnamed(now + 20, 'live', 120)).toBe(keeps ? 'kept' : 'again');
      expect(consumers.withoutHello(now + 20)).toBe(0);
      expect(consumers.window(3, 'live')).toBeGreaterThanOrEqual(3);
    });

    it.skipIf(keeps)('knows of a connected writer that never said hello', async () => {
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

    describe.skipIf(!keeps)('as one that keeps requests,', () => {
      it('takes requests while no writer is there, and hands them out when one comes', async () => {
        await queue.connect();
        await ready();
        await Promise.all([0, 1, 2].map((id) => send(id)));
        const writer = await newWriter();
        await expect.poll(() => idsOf(writer), { timeout: 4000 }).toEqual([0, 1, 2]);
      });

      it('hands out a request again until its handler is done with it', async () => {
        await queue.connect();
        const first = await newWriter();
        first.holds = true;
        await send(0);
        await expect.poll(() => idsOf(first), { timeout: 4000 }).toEqual([0]);
        await first.server.close();
        await send(1);
        expect(idsOf(first)).toEqual([0]);
        await first.app.close();
        const second = await newWriter();
        await expect.poll(() => idsOf(second), { timeout: 4000 }).toEqual([0, 1]);
        expect(second.facts[0]).toMatchObject({ redeliveries: 1, wasDead: false });
        await second.close();
        const third = await newWriter();
        await send(2);
        await expect.poll(() => idsOf(third), { timeout: 4000 }).toEqual([2]);
      });

      it('hands out as many as there are places; what waits aside takes none', async () => {
        await queue.connect();
        const writer = await newWriter();
        writer.holds = true;
        await connected(1);
        for (let id = 0; id < 6; id++) await send(id);
        await expect.poll(() => idsOf(writer), { timeout: 4000 }).toEqual([0, 1]);
        await writer.facts[0].setAside!(true);
        await expect.poll(() => idsOf(writer), { timeout: 4000 }).toEqual([0, 1, 2]);
        await writer.facts[0].setAside!(false);
        writer.release();
        await expect.poll(() => idsOf(writer), { timeout: 4000 }).toEqual([0, 1, 2, 3, 4, 5]);
      });

      it('has live requests go before background ones that were there first', async () => {
        await queue.connect();
        await ready();
        for (let id = 0; id < 3; id++) await send(id, 'background');
        for (let id = 3; id < 6; id++) await send(id, 'live');
        const writer = await newWriter();
        writer.holds = true;
        await expect
          .poll(() => idsOf(writer).toSorted((a, b) => a - b), { timeout: 4000 })
          .toEqual([0, 3, 4]);
      });

      it('tells the broker of a request that no handler could take', async () => {
        await queue.connect();
        await ready();
        const dead: Message[] = [];
        broker.server.addHandler(DEAD_LETTER, async (data: Message) => void dead.push(data), true);
        const writer = await newWriter();
        writer.failures = 1;
        await send(0);
        const ids = () => dead.map(({ request_id }) => request_id);
        await expect.poll(ids, { timeout: 4000 }).toEqual(['0']);
      });

      it('keeps reports on requests while the broker is away, and no others', async () => {
        await queue.connect();
        await ready();
        await broker.server.close();
        const channel = channelOf(await newWriter());
        await channel.connect();
        await expect.poll(() => channel.isConnected, { timeout: 4000 }).toBe(true);
        const report = async (kind: string, trail_id?: string) => {
          const message = { write_report: kind, kind, trail_id };
          await lastValueFrom(channel.emit('write_report', message), { defaultValue: undefined });
        };
        await report('heartbeat');
        await report('outcome', TRAIL);
        await report('returned', TRAIL);
        await report('progress', TRAIL);
        await report('taken', TRAIL);
        await openBroker();
        const taken = () => broker.taken.map(({ write_report }) => write_report);
        await expect.poll(taken, { timeout: 4000 }).toEqual(['outcome', 'returned', 'taken']);
      });

      it('keeps a report until its handler is done with it', async () => {
        await queue.connect();
        await ready();
        broker.holds = true;
        const channel = channelOf(await newWriter());
        await channel.connect();
        const message = { write_report: 'a', kind: 'outcome', trail_id: TRAIL };
        await lastValueFrom(channel.emit('write_report', message), { defaultValue: undefined });
        await expect.poll(() => broker.taken.length, { timeout: 4000 }).toBe(1);
        await broker.close();
        await openBroker();
        await expect.poll(() => broker.taken.length, { timeout: 4000 }).toBe(1);
      });
    });
  });
}
