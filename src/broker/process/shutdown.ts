import { Injectable } from '@nestjs/common';
import { BrokerSettings } from '../../config/broker-settings.js';
import { now } from './clock.js';

/** The application's request to be closed, and the time that calls under way have then. */
@Injectable()
export class Shutdown {
  /** Settles at the first request to end. */
  readonly requested: Promise<void>;
  /** Asks for the end; answers under way are still given. */
  request!: () => void;
  private graceEnds: number | undefined;

  constructor(private readonly settings: BrokerSettings) {
    this.requested = new Promise((resolve) => (this.request = resolve));
  }

  /** Time left of `--shutdown_grace`, in ms. It starts with the first call, and is the same for all callers. */
  graceLeft(): number {
    this.graceEnds ??= now() + this.settings.shutdown_grace;
    return Math.max(this.graceEnds - now(), 0) * 1000;
  }
}
