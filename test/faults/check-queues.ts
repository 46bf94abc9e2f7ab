import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Patience } from './patience.js';
import type { RabbitMqNode } from './rabbitmq-node.js';
import type { Role } from './role.js';

/** Until the last report is acknowledged, and a connection that broke is noticed. */
const EMPTY_WITHIN_S = 30;

/**
 * What lies in RabbitMQ though nothing is open: requests, reports, dead letters.
 *
 * @param prefix of the queues
 * @param exceptRequests where nobody takes requests any more: what a full disk does not take is sent again now and then
 */
export async function checkQueues(
  node: RabbitMqNode,
  prefix: string,
  exceptRequests = false,
): Promise<string[]> {
  const patience = new Patience(EMPTY_WITHIN_S);
  for (;;) {
    const queues = (await node.queues()).filter(({ name }) => name.startsWith(`${prefix}.`));
    if (!queues.some(({ name }) => name === `${prefix}.live`)) {
      return [`there is no queue ${prefix}.live in RabbitMQ: ${JSON.stringify(queues)}`];
    }
    const left = queues.filter(({ name, messages, messages_unacknowledged: held }) => {
      const isRequests = name === `${prefix}.live` || name === `${prefix}.background`;
      return (exceptRequests && isRequests ? held : messages) > 0 && !isOfPresence(name);
    });
    if (left.length === 0) return [];
    if (patience.isOver) {
      return left.map(
        ({ name, messages, messages_unacknowledged: held }) =>
          `${messages} messages are left in the queue ${name}, ${held} of them unacknowledged`,
      );
    }
    await sleep(500);
  }
}

/** Whether a process logged what nobody may know. */
export function checkSecrets(roles: readonly Role[], secrets: readonly string[]): string[] {
  return roles.flatMap(({ log, name }) => {
    const text = readFileSync(log, 'utf8');
    return secrets.some((secret) => text.includes(secret))
      ? [`${name} logged the password of RabbitMQ`]
      : [];
  });
}

// Heartbeats come all the time, and expire.
function isOfPresence(name: string): boolean {
  return name.includes('.presence.');
}
