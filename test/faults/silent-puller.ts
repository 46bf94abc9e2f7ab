import { Pull } from 'zeromq';
import { readAsOriginal } from '../support/original.js';
import { numberIn } from './planned-request.js';

/** Writers of the Python implementation, as the broker sees them: they never report, and these write nothing. */
export class SilentPuller {
  /** Numbers of the requests that it was sent. */
  readonly taken: number[] = [];
  private readonly socket = new Pull();
  private readonly reading: Promise<void>;

  constructor(port: number) {
    this.socket.connect(`tcp://127.0.0.1:${port}`);
    this.reading = this.read();
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.reading;
  }

  private async read(): Promise<void> {
    for await (const frames of this.socket) {
      const { dataApiRequest } = readAsOriginal(frames);
      this.taken.push(numberIn(JSON.stringify(dataApiRequest))!);
    }
  }
}
