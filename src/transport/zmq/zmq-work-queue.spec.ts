import { describeWorkQueue } from '../work-queue-contract.fixture.js';

describeWorkQueue('ZmqWorkQueue', () => ({
  broker: { output_host: '127.0.0.1', output_port: 0 },
  writer: {},
}));
