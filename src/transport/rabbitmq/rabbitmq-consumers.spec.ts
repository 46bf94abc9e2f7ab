import { describe, expect, it } from 'vitest';
import { RabbitmqConsumers } from './rabbitmq-consumers.js';

describe('RabbitmqConsumers', () => {
  const consumersOf = (live: number, background: number) =>
    new RabbitmqConsumers(
      { queue_length: 100 },
      { live: { emptyFor: live }, background: { emptyFor: background } },
    );

  it('has RabbitMQ keep what nobody names, unless the queue of its lane was empty for long', () => {
    expect(consumersOf(119, 500).unnamed(0, 'live', 120)).toBe('kept');
    expect(consumersOf(120, 0).unnamed(0, 'live', 120)).toBe('again');
    expect(consumersOf(120, 0).unnamed(0, 'background', 120)).toBe('kept');
  });

  it('lets live requests go at once, and of background ones so many', () => {
    const consumers = consumersOf(0, 0);
    expect(consumers.window(0, 'live')).toBe(Infinity);
    expect(consumers.window(0, 'background')).toBe(100);
    expect(consumers.window(3, 'background')).toBe(106);
  });
});
