import { environmentName } from './setting.js';

const OF_A_SERVICE = /_SERVICE_HOST$|_SERVICE_PORT(_|$)|_PORT_\d+_/;

/**
 * Whether Kubernetes put a variable there: every container gets some for each Service beside it, and
 * one named `sf-databuffer` has the prefix of our settings. `<SERVICE>_PORT` is one where its value is
 * a URL; another service's name can make it look like one of our ports.
 */
export function isOfKubernetes(
  variable: string,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  if (OF_A_SERVICE.test(variable)) return true;
  if (!/^(tcp|udp):\/\//.test(environment[variable] ?? '')) return false;
  if (variable === environmentName('port')) return true;
  const [, service] = /^(.+)_PORT$/.exec(variable) ?? [];
  return service !== undefined && `${service}_SERVICE_HOST` in environment;
}
