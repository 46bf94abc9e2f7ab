import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorText } from '../../logging/error-text.js';
import type { RequestHead } from '../../report/request-record.js';
import { isSettled } from '../../report/request-state.js';
import { BrokerAway, type BrokerClient } from '../audit/broker-client.js';
import { eventsOf } from './event-stream.js';
import { isHealing } from './picture/state-words.js';

const AGAIN_MS = 1000;
/** Ms that a broker which is away is waited for. */
const PATIENCE_MS = 60_000;

/** What is told of a request while it is waited for. */
export interface Follower {
  /** Where it stands now. */
  standsAt(head: RequestHead): void;
  /** The broker can't say for now. */
  away(reason: string): void;
}

/** The id of a request, as it is or of the newest one for an output file; undefined where there is none. */
async function idOf(asked: string, broker: BrokerClient): Promise<string | undefined> {
  if (await broker.find(asked)) return asked;
  const output_file = asked.includes('/') ? resolve(asked) : asked;
  const [newest] = await broker.newest(1, { output_file });
  return newest?.request_id;
}

/**
 * Waits until nothing more becomes of a request: one that fails and is tried again by itself is waited for.
 *
 * @param asked its id, or an output file, whose newest request is meant
 * @returns where it stands then; undefined where the broker knows none
 * @throws BrokerAway after a minute, BrokerRefused, AbortError
 */
export async function endOfRequest(
  asked: string,
  broker: BrokerClient,
  follower: Follower,
  signal: AbortSignal,
): Promise<RequestHead | undefined> {
  let following: Following | undefined;
  for (let since: number | undefined; ; await sleep(AGAIN_MS, undefined, { signal })) {
    try {
      const id: string | undefined = following?.id ?? (await idOf(asked, broker));
      if (id === undefined) return undefined;
      following ??= new Following(id, broker, follower);
      const end = await following.untilBroken();
      if (end !== 'broken') return end;
      since = undefined;
    } catch (error) {
      if (!(error instanceof BrokerAway)) throw error;
      since ??= Date.now();
      if (Date.now() - since > PATIENCE_MS) throw error.after(PATIENCE_MS);
      follower.away(error.reason);
    }
  }
}

/** One request by the broker's events. */
class Following {
  private lastEventId: string | undefined;

  constructor(
    readonly id: string,
    private readonly broker: BrokerClient,
    private readonly follower: Follower,
  ) {}

  /** @returns the end of the request, or that the events broke off before. @throws BrokerAway, BrokerRefused */
  async untilBroken(): Promise<RequestHead | undefined | 'broken'> {
    // First: what happens after the look is among them.
    const stream = await this.broker.events(this.lastEventId);
    try {
      const head = await this.broker.find(this.id);
      if (!head || this.isEnd(head)) return head;
      return stream ? await this.endIn(stream) : 'broken';
    } finally {
      stream?.destroy();
    }
  }

  private async endIn(stream: Readable): Promise<RequestHead | 'broken'> {
    try {
      for await (const { id, kind, data } of eventsOf(stream)) {
        this.lastEventId = id;
        if (kind === 'gap') return 'broken';
        const head = data.includes(this.id) ? (JSON.parse(data) as RequestHead) : undefined;
        if (head?.request_id === this.id && this.isEnd(head)) return head;
      }
    } catch (error) {
      this.follower.away(errorText(error));
    }
    return 'broken';
  }

  private isEnd(head: RequestHead): boolean {
    this.follower.standsAt(head);
    return isSettled(head.state) && !isHealing(head);
  }
}
