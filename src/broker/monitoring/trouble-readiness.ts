import { Injectable } from '@nestjs/common';
import { BrokerSettings } from '../../config/broker-settings.js';
import type { Checks, Finding } from '../../monitoring/health.js';
import { counted } from './counted.js';
import { Deliveries } from '../outbox/deliveries.js';
import { now } from '../process/clock.js';

/** Names that a message has; the facts have all that there are. */
const NAMED = 3;

/**
 * What delivery deals with by itself, for a while: none of it keeps the broker from its work, and somebody should
 * look at each.
 */
@Injectable()
export class TroubleReadiness {
  readonly checks: Checks = {
    healing: () => this.healing(),
    places: () => this.places(),
    jobs: () => this.jobs(),
    error_files: () => this.errorFiles(),
  };

  constructor(
    private readonly settings: BrokerSettings,
    private readonly deliveries: Deliveries,
  ) {}

  private healing(): Finding {
    const { counts, nextToHeal: next } = this.deliveries.requests;
    const { healing: requests } = counts;
    if (!next) return { status: 'up', requests };
    const { next_attempt, output_file, failure } = next.live!.record;
    const due = Math.max(next.delivery.healing!.due - now(), 0);
    return {
      status: 'degraded',
      requests,
      next: { request_id: next.id, output_file, next_attempt, code: failure?.code },
      message:
        `${counted(requests, 'request')} failed for causes that can pass; the next is tried again in ` +
        `${Math.round(due)} s at the latest. It failed as: ${failure?.message ?? 'unknown'}. ` +
        'GET /requests?healing=true lists all: remove what they failed of',
    };
  }

  private places(): Finding {
    const time = now();
    const places = this.deliveries.placesDown.map(({ place, since, error }) => ({
      place,
      down_for_s: Math.round(time - since),
      error,
    }));
    if (places.length === 0) return { status: 'up' };
    const named = listed(
      places.map(({ place, down_for_s: for_s, error }) => `${place} (for ${for_s} s: ${error})`),
    );
    const message = `down, so that requests wait: ${named}. One at a time tries whether it is back`;
    return { status: 'degraded', places, message };
  }

  private jobs(): Finding {
    const stalled = this.deliveries.stalled().map(({ id, outputFile, delivery }) => ({
      request_id: id,
      output_file: outputFile,
      stalled_at: delivery.stalledAt ?? [delivery.holder],
    }));
    if (stalled.length === 0) return { status: 'up' };
    const named = listed(
      stalled.map(
        (each) =>
          `request ${each.request_id} (${each.output_file}) at ${each.stalled_at.join(', ')}`,
      ),
    );
    const message =
      `no progress for more than ${this.settings.stall_after} s: ${named}. Look at the disk of that ` +
      'folder and at the data source';
    return { status: 'degraded', stalled, message };
  }

  private errorFiles(): Finding {
    const { length: requests } = this.deliveries.withoutErrorFile;
    if (requests === 0) return { status: 'up' };
    const message =
      `${counted(requests, 'request')} failed, and no writer is there that can leave the error file: ` +
      'start one of this release, or see what keeps those in quarantine';
    return { status: 'degraded', requests, message };
  }
}

function listed(all: readonly string[]): string {
  const rest = all.length - NAMED;
  return all.slice(0, NAMED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
