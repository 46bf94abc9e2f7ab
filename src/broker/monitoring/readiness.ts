import { Inject, Injectable } from '@nestjs/common';
import { BrokerSettings } from '../../config/broker-settings.js';
import { diskHealth } from '../../monitoring/disk-health.js';
import { DiskSpace } from '../../monitoring/disk-space.js';
import type { Checks, Finding } from '../../monitoring/health.js';
import { WORK_QUEUE, type WorkQueue } from '../../transport/work-queue.js';
import { ChannelListFile } from '../acquisition/channel-list-file.js';
import { now } from '../process/clock.js';
import { WriterRegistry } from '../delivery/writer-registry.js';
import type { WriterStatistics } from '../delivery/writer-statistics.js';
import { Ledger } from '../ledger/ledger.js';
import { Deliveries } from '../outbox/deliveries.js';
import { Outbox } from '../outbox/outbox.js';
import { TrailState } from './trail-state.js';
import { TroubleReadiness } from './trouble-readiness.js';

/** Seconds that a request may take before somebody should look, and before it is taken for stuck. */
const LONG = 600;
const TOO_LONG = 3600;
/** Only degraded: acquisitions are recorded meanwhile. */
const RECOVERING: Finding = {
  status: 'degraded',
  message: 'requests from before the start are being recovered',
};

const WITHHELD =
  'requests are withheld, as the outcomes of the trail were lost: start once with --recover_all to send them';

/** Whether the broker has everything that it needs to do its work. */
@Injectable()
export class Readiness {
  private readonly own: Checks = {
    trail: () => this.trail(),
    disks: () => diskHealth(this.disks),
    requests: () => this.requests(),
    writers: () => this.writers(),
    channel_list: () => this.channelList(),
  };
  private further: Checks = {};

  constructor(
    private readonly settings: BrokerSettings,
    private readonly trailState: TrailState,
    @Inject(WORK_QUEUE) private readonly queue: WorkQueue,
    private readonly disks: DiskSpace,
    private readonly outbox: Outbox,
    private readonly deliveries: Deliveries,
    private readonly registry: WriterRegistry,
    private readonly channels: ChannelListFile,
    private readonly ledger: Ledger,
    private readonly trouble: TroubleReadiness,
  ) {}

  get checks(): Checks {
    const way: Checks =
      this.settings.queue === 'rabbitmq'
        ? { queue: () => this.rabbitmq() }
        : { output_port: () => this.outputPort() };
    return { ...way, ...this.own, ...this.trouble.checks, ...this.further };
  }

  /** What a part of the broker needs that is not always there. */
  also(checks: Checks): void {
    this.further = { ...this.further, ...checks };
  }

  private async trail(): Promise<Finding> {
    const failure = await this.trailState.look();
    const { audit_file: file } = this.settings;
    return failure ? { status: 'down', file, message: failure.message } : { status: 'up', file };
  }

  private outputPort(): Finding {
    if (!this.outbox.isStarted) return RECOVERING;
    const { isOpen, facts } = this.queue.health();
    return { status: isOpen ? 'up' : 'down', ...facts };
  }

  /** Only degraded where it can't be reached: acquisitions are recorded and answered as ever. */
  private rabbitmq(): Finding {
    if (!this.outbox.isStarted) return RECOVERING;
    const { isOpen, facts } = this.queue.health();
    const { rabbitmq, problem } = facts;
    if (isOpen) return { status: 'up', rabbitmq };
    const { requests_queued: waiting } = this.outbox.counts();
    const message =
      `RabbitMQ takes no requests (${problem ?? "it can't be reached"}): they are recorded, and wait for it. ` +
      'Look at its log, and whether --rabbitmq_url is right';
    return { status: 'degraded', rabbitmq, waiting, message };
  }

  private requests(): Finding {
    if (!this.outbox.isStarted) return RECOVERING;
    const age = this.deliveries.oldestAge('live');
    const counts = this.outbox.counts();
    const { requests_queued: queued, requests_under_way, requests_unnamed: unnamed } = counts;
    const { withheld } = this.ledger;
    const facts = {
      queued,
      under_way: requests_under_way,
      unnamed,
      oldest_age_s: Math.round(age),
      oldest_background_age_s: Math.round(this.deliveries.oldestAge('background')),
      ...(withheld > 0 && { withheld }),
    };
    if (age < LONG && withheld > 0) return { status: 'degraded', ...facts, message: WITHHELD };
    if (age < LONG) return { status: 'up', ...facts };
    const message = `the oldest live request has been open for more than ${age < TOO_LONG ? LONG : TOO_LONG} s`;
    return { status: age < TOO_LONG ? 'degraded' : 'down', ...facts, message };
  }

  private writers(): Finding {
    const { consumers } = this.queue;
    const { connected } = consumers;
    const withoutHello = consumers.withoutHello(now());
    if (withoutHello > 0) {
      const alone = this.registry.reporting === 0;
      const consequence = alone
        ? 'nothing is sent'
        : 'the requests that they may have taken are held back';
      return {
        status: alone ? 'down' : 'degraded',
        connected,
        without_hello: withoutHello,
        message: `connected writers never said hello, so ${consequence}: ${consumers.advice.remedy}`,
      };
    }
    const { quarantined } = this.registry;
    if (quarantined.length > 0)
      return { status: 'degraded', connected, ...inQuarantine(quarantined) };
    if (connected > 0) return { status: 'up', connected };
    return { status: 'degraded', connected, message: 'no writer is connected' };
  }

  private async channelList(): Promise<Finding> {
    const state = await this.channels.state();
    if (!state) return { status: 'up', message: 'no channel list is configured' };
    const { path, channels, problem } = state;
    if (problem === null) return { status: 'up', path, channels };
    return { status: 'degraded', path, channels, message: `the channel list ${problem}` };
  }
}

function inQuarantine(writers: readonly WriterStatistics[]) {
  const quarantined = writers.map(({ writer_id, host, pid, unable, last_error }) => {
    const reason = unable ?? last_error?.message ?? 'unknown';
    return { writer_id, host, pid, reason };
  });
  const named = quarantined
    .map(({ host, pid, reason }) => `the one on ${host} (process ${pid}): ${reason}`)
    .join('; ');
  const message = `writers get no requests, as they failed at what others can do: ${named}`;
  return { quarantined, message };
}
