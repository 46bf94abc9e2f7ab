import { EventStream, type StreamMessage } from './event-stream.js';
import { StreamReaders } from './stream-readers.js';

/** All pages of a browser share this: it allows six connections to a server, and a stream keeps one for good. */
const readers = new StreamReaders((hear) => new EventStream(hear));

addEventListener('connect', (event: Event) => {
  const port = (event as MessageEvent).ports[0]!;
  const page = (message: StreamMessage) => port.postMessage(message);
  port.addEventListener('message', ({ data }: MessageEvent<'read' | 'leave'>) => {
    if (data === 'read') readers.add(page);
    else readers.remove(page);
  });
  port.start();
});
