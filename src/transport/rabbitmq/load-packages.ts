import { loadPackage } from '@nestjs/common/utils/load-package.util.js';

/**
 * Loads what Nest's client and server for RabbitMQ take from Nest's cache, or else look for by name in node_modules,
 * where an installed program has nothing. Others than those who use RabbitMQ have no need of it.
 */
export async function loadPackages(): Promise<void> {
  await loadPackage('amqplib', 'RabbitMQ', () => import('amqplib'));
  await loadPackage('amqp-connection-manager', 'RabbitMQ', () => import('amqp-connection-manager'));
}
