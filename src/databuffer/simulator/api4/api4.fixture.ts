import { Agent, request } from 'undici';
import { type RunningSimulator, startSimulator } from '../simulator.fixture.js';
import { timestampOf } from '../pulse-clock.js';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** The body, as text. */
  readonly text: string;
}

type Parameters = Readonly<Record<string, string | number | bigint>>;

/** API 4 of a simulator of its own, asked over HTTP. */
export class Api4Fixture {
  private constructor(
    readonly simulator: RunningSimulator,
    private readonly dispatcher: Agent,
  ) {}

  static async start(): Promise<Api4Fixture> {
    return new Api4Fixture(await startSimulator(), new Agent());
  }

  async close(): Promise<void> {
    await this.dispatcher.destroy();
    await this.simulator.app.close();
  }

  /** @param path below `/api/4`, or from the root where it begins with `/faults` */
  async get(path: string, parameters: Parameters = {}, accept?: string): Promise<Answer> {
    const url = new URL((path.startsWith('/faults') ? '' : '/api/4') + path, this.simulator.url);
    for (const [name, value] of Object.entries(parameters)) {
      url.searchParams.set(name, String(value));
    }
    const headers = accept === undefined ? {} : { accept };
    const { statusCode, body, ...reply } = await request(url, {
      headers,
      dispatcher: this.dispatcher,
      // A spec that computes for long would find an idle connection closed.
      reset: true,
    });
    const bytes = Buffer.from(await body.arrayBuffer());
    return { status: statusCode, headers: reply.headers, body: bytes, text: bytes.toString() };
  }

  /** A channel's points of some pulses. @param format such as `cbor-framed` */
  events(
    channelName: string,
    firstPulse: number,
    pulses: number,
    { format = 'cbor-framed', ...more }: Parameters & { format?: string } = {},
  ): Promise<Answer> {
    const range = {
      begNs: timestampOf(firstPulse),
      endNs: timestampOf(firstPulse + pulses),
    };
    const backend = channelName.endsWith(':FPICTURE') ? 'sf-imagebuffer' : 'sf-databuffer';
    const parameters = { backend, channelName, ...range, ...more };
    return this.get('/events', parameters, `application/${format}`);
  }
}
