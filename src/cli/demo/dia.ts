import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';

interface Reply {
  readonly state?: string;
  readonly status?: string;
}

/** Talks to the broker as DIA and the detector writers do. */
export class Dia {
  /** @param url the broker's REST interface */
  constructor(private readonly url: string) {}

  /** The broker's status word. */
  async status(): Promise<string> {
    return (await this.call('GET', '/status')).status ?? '';
  }

  /** @throws Error with the broker's words when it does not accept the parameters */
  async setParameters(parameters: object): Promise<void> {
    await this.call('POST', '/parameters', parameters);
  }

  async start(pulseId: number): Promise<void> {
    await this.call('PUT', `/start_pulse_id/${pulseId}`);
  }

  async stop(pulseId: number): Promise<void> {
    await this.call('PUT', `/stop_pulse_id/${pulseId}`);
  }

  private async call(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<Reply> {
    const { statusCode, body: answer } = await request(this.url + path, {
      method,
      ...(body && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    const text = await answer.text();
    const reply = (text === '' ? {} : JSON.parse(text)) as Reply;
    if (statusCode !== 200) throw new Error(reply.status ?? `${method} ${path}: ${statusCode}`);
    return reply;
  }
}

/** Waits until a pulse has passed: pulses come 100 times a second. */
export async function pulsesPass(count: number, onProgress: (pulses: number) => void) {
  const begin = Date.now();
  for (let passed = 0; passed < count;) {
    await sleep(50);
    passed = Math.min(count, Math.floor((Date.now() - begin) / 10));
    onProgress(passed);
  }
}
