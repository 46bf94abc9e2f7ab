import { describe, expect, it } from 'vitest';
import { RabbitmqConsumers } from './rabbitmq-consumers.js';

describe('RabbitmqConsumers', () => {
  const consumersOf = (lease: number, emptyFor: number) =>
    new RabbitmqConsumers({ lease, queue_length: 100 }, { emptyFor: () => emptyFor });

  it('has RabbitMQ keep what nobody names, unless its queues were empty for long', () => {
    expect(consumersOf(1, 119).unnamed(0)).toBe('kept');
    expect(consumersOf(1, 120).unnamed(0)).toBe('again');
    expect(consumersOf(60, 239).unnamed(0)).toBe('kept');
    expect(consumersOf(60, 240).unnamed(0)).toBe('again');
  });

  it('lets live requests go at once, and of background ones so many', () => {
    const consumers = consumersOf(30, 0);
    expect(consumers.window(0, 'live')).toBe(Infinity);
    expect(consumers.window(0, 'background')).toBe(100);
    expect(consumers.window(3, 'background')).toBe(106);
  });
});
