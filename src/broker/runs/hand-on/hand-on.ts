import { Injectable } from '@nestjs/common';
import { BrokerSettings } from '../../../config/broker-settings.js';
import type { Plan } from '../../../runs/plan.js';
import type { NotWritten, Retrieval } from '../../../runs/retrieval.js';
import { NotHandedOn } from './errors.js';
import type { PvNotification } from './pv-notification.js';
import { RequestExchange } from './request-exchange.js';
import type { RequestMessage } from './request-message.js';
import { detectorMessages, pvFile, pvMessage, pvNotification } from './run-messages.js';

/** What became of what others write of a run. */
export interface HandedOn {
  /** What nobody took after all. */
  readonly notWritten: NotWritten;
  /** For the EPICS writer, to be sent when the call is answered. */
  readonly notification?: PvNotification;
}

/**
 * Hands on what others write: PVs and detectors, over `--request_exchange`; PVs without one by a call of
 * `--epics_writer_url`, or where nobody at the exchange takes them.
 */
@Injectable()
export class HandOn {
  constructor(
    private readonly settings: BrokerSettings,
    private readonly exchange: RequestExchange,
  ) {}

  /** Whether somebody is configured to take PVs and detectors: only then are their files promised. */
  takes(): Retrieval['taken'] {
    const { audit_trail_only, epics_writer_url } = this.settings;
    const hasExchange = this.exchange.name !== undefined;
    const sends = !audit_trail_only;
    return {
      pvs: sends && (hasExchange || epics_writer_url !== undefined),
      detectors: sends && hasExchange,
    };
  }

  /**
   * Hands on what a plan promises of others, within 1.5 s. Never rejects: what nobody took is logged, counted
   * and named.
   */
  async send(retrieval: Retrieval, plan: Plan): Promise<HandedOn> {
    const time = Date.now() / 1000;
    const [pvs, detectors] = await Promise.all([
      this.sendPvs(retrieval, plan, time),
      this.sendDetectors(retrieval, plan, time),
    ]);
    const { notification, isLost } = pvs;
    return {
      notWritten: {
        ...(isLost && { pv_list: retrieval.pvs }),
        ...(detectors.length > 0 && { detectors }),
      },
      ...(notification && { notification }),
    };
  }

  private async sendPvs(
    retrieval: Retrieval,
    plan: Plan,
    time: number,
  ): Promise<{ readonly isLost: boolean; readonly notification?: PvNotification }> {
    const file = pvFile(retrieval, plan);
    if (!file) return { isLost: false };
    const hasWriter = this.settings.epics_writer_url !== undefined;
    const notification = hasWriter ? pvNotification(retrieval, file) : undefined;
    if (this.exchange.name === undefined) return { isLost: !hasWriter, notification };
    const failure = await this.failureOf(pvMessage(retrieval, file, time));
    if (!failure) return { isLost: false };
    // Where it may have arrived, a second writer would write the same file.
    return failure.isCertain ? { isLost: !hasWriter, notification } : { isLost: true };
  }

  /** @returns those that nobody took */
  private async sendDetectors(
    retrieval: Retrieval,
    plan: Plan,
    time: number,
  ): Promise<readonly string[]> {
    const failures = await Promise.all(
      detectorMessages(retrieval, plan, time).map(async ({ detector, message }) =>
        (await this.failureOf(message)) ? [detector] : [],
      ),
    );
    return failures.flat();
  }

  private async failureOf(message: RequestMessage): Promise<NotHandedOn | undefined> {
    try {
      await this.exchange.publish(message);
      return undefined;
    } catch (error) {
      if (error instanceof NotHandedOn) return error;
      throw error;
    }
  }
}
