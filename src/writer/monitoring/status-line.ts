import type { INestApplicationContext } from '@nestjs/common';
import { type MessageServer, REQUEST_SERVER } from '../../transport/message-server.js';
import { WriterSettings } from '../../config/writer-settings.js';
import { WriterService } from '../writer.service.js';

/** What a writer does, on one line for `systemctl status`. */
export function statusLine(writer: INestApplicationContext): string {
  const stream = writer.get<MessageServer>(REQUEST_SERVER, { strict: false });
  const { heldRequests } = writer.get(WriterService);
  const running = heldRequests.filter(({ state }) => state !== 'received').length;
  const waiting = heldRequests.length - running;
  const work =
    heldRequests.length === 0 ? 'idle' : `carries out ${running} requests, ${waiting} wait`;
  if (stream.isConnected) return work;
  const { queue } = writer.get(WriterSettings);
  return `${work}; waits for ${queue === 'rabbitmq' ? 'RabbitMQ' : 'a broker'}`;
}
