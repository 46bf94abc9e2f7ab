import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { NotHandedOn } from '../hand-on/errors.js';
import type { RequestExchange } from '../hand-on/request-exchange.js';
import type { PedestalRequest } from './pedestal-request.js';
import { Pedestals } from './pedestals.js';

it.each([
  ['goes where nobody has it', true, 0],
  ['stays where it may have been taken all the same', false, 1],
])('a request for pedestals that failed %s', async (_, isCertain, files) => {
  const raw = mkdtempSync(join(tmpdir(), 'pedestals-'));
  onTestFinished(() => rmSync(raw, { recursive: true }));
  const exchange = {
    assertThere: () => undefined,
    publish: () => Promise.reject(new NotHandedOn('request', 'detector.pedestal', '…', isCertain)),
  };
  const pedestals = new Pedestals(exchange as unknown as RequestExchange);
  const request = { pgroup: 'p12345', detectors: ['JF01'] } as unknown as PedestalRequest;
  await expect(pedestals.take(raw, 'alvra', request)).rejects.toThrow(NotHandedOn);
  expect(readdirSync(join(raw, 'JF_pedestals'))).toHaveLength(files);
});
