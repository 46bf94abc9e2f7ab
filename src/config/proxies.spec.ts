import { expect, it } from 'vitest';
import { environmentProxies, proxyProblems } from './proxies.js';

it.each([
  [{}, { httpProxy: '', httpsProxy: '', noProxy: '' }],
  [{ HTTP_PROXY: 'http://a:1' }, { httpProxy: 'http://a:1' }],
  [{ HTTP_PROXY: 'http://a:1', http_proxy: 'http://b:2' }, { httpProxy: 'http://b:2' }],
  [{ HTTP_PROXY: 'http://a:1', http_proxy: '' }, { httpProxy: 'http://a:1' }],
  [
    { https_proxy: 'a:1', NO_PROXY: ' b, c ' },
    { httpsProxy: 'http://a:1', noProxy: 'b, c' },
  ],
])('takes the proxies of %j', (environment, proxies) => {
  expect(environmentProxies(environment)).toMatchObject(proxies);
  expect(proxyProblems(environment)).toEqual([]);
});

it.each([
  ['HTTP_PROXY', 'socks5://user:secret@a:1'],
  ['HTTPS_PROXY', 'http://'],
  ['http_proxy', 'http://a:port'],
])('refuses %s=%s, and quotes no password', (name, value) => {
  expect(proxyProblems({ [name]: value })).toEqual([
    `${name.toUpperCase()} must be the http URL of a proxy, e.g. http://proxy:3128`,
  ]);
});
