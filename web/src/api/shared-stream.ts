import { EventStream, type Hear, type StreamMessage } from './event-stream.js';

/** The stream that all pages of this browser share; one of its own where the browser has no shared workers. */
export class SharedStream {
  private port: MessagePort | undefined;
  private own: EventStream | undefined;
  private isRead = false;

  constructor(private readonly hear: Hear) {
    try {
      const worker = new SharedWorker(new URL('./events-worker.ts', import.meta.url), {
        type: 'module',
        name: 'events',
      });
      // Its script could not be loaded.
      worker.addEventListener('error', () => this.useOwn());
      this.port = worker.port;
      this.port.addEventListener('message', ({ data }: MessageEvent<StreamMessage>) => hear(data));
      this.port.start();
    } catch {
      this.useOwn();
    }
  }

  open(): void {
    this.isRead = true;
    if (this.own) this.own.open();
    else this.port?.postMessage('read');
  }

  close(): void {
    this.isRead = false;
    if (this.own) this.own.close();
    else this.port?.postMessage('leave');
  }

  private useOwn(): void {
    if (this.own) return;
    this.own = new EventStream(this.hear);
    if (this.isRead) this.own.open();
  }
}
