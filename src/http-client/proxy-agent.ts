import { BlockList, isIP } from 'node:net';
import type { EnvHttpProxyAgent as ProxyAgent } from 'undici';
import type { Proxies } from '../config/proxies.js';

const OWN_ADDRESSES = new BlockList();
OWN_ADDRESSES.addSubnet('127.0.0.0', 8);
OWN_ADDRESSES.addAddress('0.0.0.0');
OWN_ADDRESSES.addAddress('::1', 'ipv6');
OWN_ADDRESSES.addAddress('::', 'ipv6');

/** Whether a URL may have to be reached through a proxy; URLs of this machine never are. */
export function mayNeedProxy(url: string, { httpProxy, httpsProxy }: Proxies): boolean {
  return (httpProxy !== '' || httpsProxy !== '') && !isLoopback(new URL(url).hostname);
}

/**
 * An agent that sends requests through the proxies, except to hosts that `noProxy` names. To `http:` it sends
 * them as all clients do, with the whole URL; to `https:` it makes a tunnel.
 */
export async function proxyAgent(
  proxies: Proxies,
  options: ProxyAgent.Options = {},
): Promise<ProxyAgent> {
  // Only loaded where there are proxies: of the whole of undici each thread keeps 8 MB.
  const { EnvHttpProxyAgent } = await import('undici');
  return new EnvHttpProxyAgent({ ...options, ...proxies, proxyTunnel: false });
}

function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$|\.$/g, '');
  const family = isIP(host);
  if (family > 0) return OWN_ADDRESSES.check(host, family === 4 ? 'ipv4' : 'ipv6');
  return host === 'localhost' || host.endsWith('.localhost');
}
