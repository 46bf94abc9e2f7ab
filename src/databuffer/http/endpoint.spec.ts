import { expect, it } from 'vitest';
import { endpointOf } from './endpoint.js';

it.each([
  ['http://host/api/1', '/query', '', 'http://host/api/1/query'],
  ['http://host/api/1/query/', '/query/mapping', '', 'http://host/api/1/query/mapping'],
  ['http://host/api/4/', '/events', 'a=1&b=%2B', 'http://host/api/4/events?a=1&b=%2B'],
  ['http://host/api/4?key=x', '/map/pulse/b/1', '', 'http://host/api/4/map/pulse/b/1?key=x'],
  ['http://host/api/4?key=x', '/events', 'a=1', 'http://host/api/4/events?key=x&a=1'],
])('below %s the call %s with the query %j is %s', (api, call, query, url) => {
  expect(endpointOf(api, call, query)).toBe(url);
});
