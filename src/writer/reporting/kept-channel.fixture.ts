import { ClientProxy, type ReadPacket } from '@nestjs/microservices';
import { loadSettings } from '../../config/load-settings.js';
import { WriterSettings } from '../../config/writer-settings.js';
import { type AddressedReport, parseReport } from '../../report/report-message.js';
import type { Report } from '../../report/report.js';
import type { ReportChannel } from '../../transport/report-channel.js';
import { until } from '../writers.fixture.js';
import { Reporter } from './reporter.js';

/** A report that is on its way to the queue's disk. */
export interface UnderWay {
  readonly report: Report;
  readonly trailId: string | undefined;
  readonly confirm: () => void;
  readonly refuse: () => void;
}

/**
 * The channel of a queue that keeps reports: those on requests are confirmed when the test says so, all others
 * at once.
 */
export class KeptChannel extends ClientProxy implements ReportChannel {
  readonly address = 'amqp://scripted';
  readonly doubtMs = 0;
  readonly remedy = 'none';
  isConnected = false;
  /** Every report, in the order in which they came. */
  readonly came: UnderWay[] = [];
  private open = new Set<UnderWay>();

  connect(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.goes();
  }

  /** The queue is there. */
  comes(): void {
    this.isConnected = true;
    this._status$.next('connected');
  }

  /** It is gone, and what was not confirmed fails. */
  goes(): void {
    this.isConnected = false;
    this._status$.next('disconnected');
    for (const each of this.open) each.refuse();
  }

  /** The report on a request that is under way, once there is one. */
  async next(kind: Report['kind']): Promise<UnderWay> {
    const found = () => [...this.open].find(({ report }) => report.kind === kind);
    await until(() => found() !== undefined);
    return found()!;
  }

  publish(): never {
    throw new Error('nothing is asked');
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as Nest declares it
  unwrap<T>(): T {
    return undefined as T;
  }

  protected dispatchEvent<T>({ data }: ReadPacket<AddressedReport>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const end = (settle: () => void) => () => {
        this.open.delete(underWay);
        settle();
      };
      const underWay: UnderWay = {
        report: parseReport(data),
        trailId: data.trail_id,
        confirm: end(() => resolve(undefined as T)),
        refuse: end(() => reject(new Error('the connection ended'))),
      };
      this.came.push(underWay);
      this.open.add(underWay);
      if (!['taken', 'outcome', 'returned'].includes(data.kind)) underWay.confirm();
    });
  }
}

/** A reporter over such a channel, with the queue there. */
export async function keptReporter(heartbeat = 3600) {
  const channel = new KeptChannel();
  const flags = { stream_address: 'tcp://127.0.0.1:1', data_api_url: 'http://x/query', heartbeat };
  const settings = loadSettings(WriterSettings, { flags, environment: {} });
  const reporter = new Reporter(settings, channel);
  channel.comes();
  await reporter.start();
  return { channel, reporter };
}

/** Whether a promise has resolved, as far as all that was under way has been done. */
export async function isOver(promise: Promise<unknown>): Promise<boolean> {
  let over = false;
  void promise.then(() => (over = true));
  await new Promise(setImmediate);
  return over;
}
