import { EventLog } from '../../logging/event-log.js';
import { LogThrottle, notLoggedBefore } from '../../logging/log-throttle.js';
import type { ReportChannel } from '../../transport/report-channel.js';

/** Heartbeats that may fail before somebody is told. */
const HEARTBEATS_MISSED = 3;
const TELL_AGAIN_AFTER_MS = 600_000;

/** Notices that reports reach nobody although a broker is there, and says so. */
export class ReportPath {
  private readonly logger = new EventLog('Writer');
  private readonly throttle = new LogThrottle(TELL_AGAIN_AFTER_MS);
  private lastDelivered: number;
  private isBroken = false;

  /**
   * @param heartbeat seconds
   */
  constructor(
    private readonly channel: Pick<ReportChannel, 'address' | 'remedy'>,
    private readonly heartbeat: number,
    now: number,
  ) {
    this.lastDelivered = now;
  }

  /**
   * To be called at each heartbeat.
   *
   * @param delivers whether the report socket has a broker, and took what it was given
   * @param served whether a broker is connected that sends requests
   * @param now seconds of any clock
   */
  look(delivers: boolean, served: boolean, now: number): void {
    if (delivers) {
      if (this.isBroken)
        this.logger.log('reports are taken again', { report_address: this.channel.address });
      this.isBroken = false;
    }
    if (delivers || !served) {
      this.lastDelivered = now;
      return;
    }
    if (now - this.lastDelivered < HEARTBEATS_MISSED * this.heartbeat) return;
    this.isBroken = true;
    const heldBack = this.throttle.pass('broken');
    if (heldBack === undefined) return;
    this.logger.warn('reports reach no broker, though one sends requests', {
      report_address: this.channel.address,
      remedy: this.channel.remedy,
      ...notLoggedBefore(heldBack),
    });
  }
}
