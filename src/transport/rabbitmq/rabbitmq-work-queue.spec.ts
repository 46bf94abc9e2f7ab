import { describe } from 'vitest';
import { TRAIL, describeWorkQueue } from '../work-queue-contract.fixture.js';
import { TestedRabbitmq, hasRabbitmq } from './rabbitmq.fixture.js';

describe.skipIf(!(await hasRabbitmq()))('with a RabbitMQ', () => {
  describeWorkQueue(
    'RabbitmqWorkQueue',
    async () => {
      const rabbitmq = await TestedRabbitmq.open();
      rabbitmq.trail(TRAIL);
      return {
        broker: rabbitmq.settings,
        writer: rabbitmq.settings,
        end: () => rabbitmq.close(),
      };
    },
    { keeps: true },
  );
});
