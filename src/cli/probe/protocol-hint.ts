import type { DataApiProtocol } from '../../config/writer-settings.js';

/** What to check when a URL looks like that of another protocol. */
export function protocolHint(protocol: DataApiProtocol, url: string): string | undefined {
  const { pathname } = new URL(url);
  if (protocol === 'api4') {
    if (/\/api\/4(\/query)?\/?$/.test(pathname)) return undefined;
    return 'For api4, --data_api_url is a base URL like http://host/api/4.';
  }
  if (!/\/api\/4(\/|$)/.test(pathname)) return undefined;
  return 'This is a URL of data API 4: give --data_api_protocol api4 with it.';
}
