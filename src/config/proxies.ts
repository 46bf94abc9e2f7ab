/** The proxies of outgoing HTTP; empty texts where none is set. */
export interface Proxies {
  /** URL of the proxy for `http:`. */
  readonly httpProxy: string;
  /** URL of the proxy for `https:`; without it that for `http:` is used. */
  readonly httpsProxy: string;
  /** Hosts and domains that are reached directly, separated by commas; `*` for all. */
  readonly noProxy: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The proxies that `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` name; small letters go first. */
export function environmentProxies(environment: Environment = process.env): Proxies {
  const proxy = (name: string) => withScheme(valueOf(environment, name));
  return {
    httpProxy: proxy('HTTP_PROXY'),
    httpsProxy: proxy('HTTPS_PROXY'),
    noProxy: valueOf(environment, 'NO_PROXY'),
  };
}

/** Problems with the proxies of an environment, in words that never quote a password. */
export function proxyProblems(environment: Environment): string[] {
  const { httpProxy, httpsProxy } = environmentProxies(environment);
  return [
    ['HTTP_PROXY', httpProxy],
    ['HTTPS_PROXY', httpsProxy],
  ].flatMap(([name, proxy]) =>
    proxy === '' || isHttpUrl(proxy)
      ? []
      : [`${name} must be the http URL of a proxy, e.g. http://proxy:3128`],
  );
}

function valueOf(environment: Environment, name: string): string {
  return (environment[name.toLowerCase()] || environment[name] || '').trim();
}

/** As curl and Python have it: `proxy:3128` is `http://proxy:3128`. */
function withScheme(proxy: string): string {
  return proxy === '' || proxy.includes('://') ? proxy : `http://${proxy}`;
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
