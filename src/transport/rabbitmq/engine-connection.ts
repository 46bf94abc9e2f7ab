import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { AmqpConnectionManager } from 'amqp-connection-manager';
import type { Channel } from 'amqplib';
import type { QueueSettings } from '../../config/queue-choice.js';
import { withoutCredentials } from '../../config/url-credentials.js';
import type { EventLog } from '../../logging/event-log.js';
import { LogThrottle, notLoggedBefore } from '../../logging/log-throttle.js';
import { troubleFields } from './engine-trouble.js';

/** Seconds; an engine that is silent for two of them is taken for gone. */
const HEARTBEAT_S = 10;
const RECONNECT_S = 1;
/** Time for the engine to take a goodbye, ms. */
const CLOSING_MS = 1000;
/** To connect, ms: a host that drops packets must not hold up the next one. */
const CONNECT_TIMEOUT_MS = 5000;

/** Options of Nest's client and server for RabbitMQ. */
export function connectionOptions(
  { rabbitmq_url: urls }: Pick<QueueSettings, 'rabbitmq_url'>,
  name: string,
) {
  return {
    urls: [...urls],
    socketOptions: {
      heartbeatIntervalInSeconds: HEARTBEAT_S,
      reconnectTimeInSeconds: RECONNECT_S,
      connectionOptions: {
        timeout: CONNECT_TIMEOUT_MS,
        noDelay: true,
        clientProperties: { connection_name: name },
      },
    },
  };
}

/** Where RabbitMQ is, as anybody may read it. */
export function engineAddress({ rabbitmq_url: urls }: Pick<QueueSettings, 'rabbitmq_url'>): string {
  return urls.map((url) => withoutCredentials(url).replace(/\?.*$/, '')).join(',');
}

/** What became of a connection. */
export interface EngineListener {
  /** It is there no more. */
  lost(error: Error | undefined): void;
  /** RabbitMQ takes nothing for now, as it lacks memory or disk, or it does again. */
  blocked(isBlocked: boolean): void;
}

/**
 * Tells of a connection: to the log, each kind of trouble once a minute, and to whoever needs it.
 *
 * @returns to be called when the connection is of use: its channel is set up
 */
export function watchConnection(
  manager: AmqpConnectionManager,
  logger: EventLog,
  address: string,
  listener: EngineListener,
): () => void {
  const throttle = new LogThrottle();
  const warn = (message: string, error: unknown) => {
    const fields = troubleFields(error);
    const heldBack = throttle.pass(fields.error);
    if (heldBack === undefined) return;
    logger.warn(message, { address, ...fields, ...notLoggedBefore(heldBack) });
  };
  manager.on('connectFailed', ({ err }) => {
    warn('no connection to RabbitMQ, trying on', err);
    listener.lost(err);
  });
  manager.on('disconnect', ({ err }) => {
    warn('the connection to RabbitMQ ended, connecting again', err ?? 'it was closed');
    listener.lost(err);
  });
  manager.on('blocked', ({ reason }) => {
    warn('RabbitMQ takes nothing for now', reason);
    listener.blocked(true);
  });
  manager.on('unblocked', () => {
    logger.log('RabbitMQ takes messages again', { address });
    listener.blocked(false);
  });
  return () => {
    const heldBack = throttle.pass('connected');
    if (heldBack === undefined) return;
    logger.log('connected to RabbitMQ', { address, ...notLoggedBefore(heldBack) });
  };
}

/**
 * Ends the connection of a channel that RabbitMQ has closed, or that could not be set up: it is made again with all
 * its channels. Nothing else brings a channel back.
 */
export function connectAgain(manager: AmqpConnectionManager): void {
  void (manager.connection as { close(): Promise<void> } | undefined)
    ?.close()
    .catch(() => 'it is gone already');
}

/** Waits for something at the end, a moment at most. */
export async function forAMoment(end: Promise<unknown> | undefined): Promise<void> {
  await Promise.race([end, delay(CLOSING_MS, undefined, { ref: false })]);
}

/**
 * Ends a connection for good. One that RabbitMQ does not answer on, as it is cut off or takes nothing for now, would
 * keep the process for as long.
 */
export async function leave(manager: AmqpConnectionManager): Promise<void> {
  const { connection } = manager as { connection?: { connection: { stream: Duplex } } };
  await forAMoment(manager.close().catch(() => 'it is gone already'));
  connection?.connection.stream.destroy();
}

/** Whether an exchange or a queue is there. Asked on a channel of its own, which a "no" closes. */
export async function isThere(
  manager: AmqpConnectionManager,
  ask: (channel: Channel) => Promise<unknown>,
): Promise<boolean> {
  const connection = manager.connection as { createChannel(): Promise<Channel> } | undefined;
  const channel = await connection!.createChannel();
  channel.on('error', () => 'the call has it as well');
  try {
    await ask(channel);
  } catch (error) {
    if ((error as { code?: number }).code === 404) return false;
    throw error;
  }
  await channel.close();
  return true;
}
