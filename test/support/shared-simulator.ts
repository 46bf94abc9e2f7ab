import type { TestProject } from 'vitest/node';
import { freePort } from '../../src/transport/free-port.fixture.js';
import { Service } from './service.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Port of the simulator that all specs may ask. */
    simulatorPort: number;
  }
}

/** One simulator for all specs of a run: it computes what it answers, and keeps nothing but faults. */
export default async function startSimulator(project: TestProject): Promise<() => Promise<void>> {
  const port = await freePort();
  const simulator = Service.start(['simulator', '--port', String(port)]);
  await simulator.logged('answers queries');
  project.provide('simulatorPort', port);
  return async () => void (await simulator.end('SIGKILL'));
}
