import { expect, it } from 'vitest';
import { protocolHint } from './protocol-hint.js';

it.each(['http://host/query', 'http://host', 'http://host/api/1', 'http://host/api/4/events'])(
  'doubts that %s is data API 4',
  (url) => {
    expect(protocolHint('api4', url)).toMatch('http://host/api/4');
    expect(protocolHint('api4', `${url}/api/4/`)).toBeUndefined();
  },
);

it.each(['json', 'binary'] as const)('knows a URL of data API 4 asked by %s', (protocol) => {
  expect(protocolHint(protocol, 'http://host/api/4')).toMatch('--data_api_protocol api4');
  expect(protocolHint(protocol, 'http://host/api/4/query')).toMatch('--data_api_protocol api4');
  expect(protocolHint(protocol, 'http://host/api/1')).toBeUndefined();
});
