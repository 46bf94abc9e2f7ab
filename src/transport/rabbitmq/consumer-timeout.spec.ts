import { describe, expect, it } from 'vitest';
import { ConsumerTimeout } from './consumer-timeout.js';

const SAID =
  'Channel closed by server: 406 (PRECONDITION-FAILED) with message "PRECONDITION_FAILED - delivery ' +
  'acknowledgement on channel 1 timed out. Timeout value used: 10000 ms. This timeout value can be ' +
  'configured, see consumers doc guide to learn more"';

describe('ConsumerTimeout', () => {
  it('is half an hour, of which a request uses 20 minutes', () => {
    expect(new ConsumerTimeout().patience).toBe(20 * 60 * 1000);
  });

  it('is what RabbitMQ says when it is over', () => {
    const timeout = new ConsumerTimeout();
    expect(timeout.learn(new Error(SAID))).toBe(true);
    expect(timeout.seconds).toBe(10);
    expect(timeout.patience).toBeCloseTo(6667, 0);
  });

  it.each([undefined, new Error('Connection closed'), new Error('timed out')])(
    'stays after another end: %s',
    (error) => {
      const timeout = new ConsumerTimeout();
      expect(timeout.learn(error)).toBe(false);
      expect(timeout.seconds).toBe(1800);
    },
  );
});
