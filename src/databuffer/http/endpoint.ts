/**
 * The URL of a call of a data API.
 *
 * @param api its base, `http://host/api/1`, or where it takes queries, `http://host/api/1/query`
 * @param call e.g. `/query/mapping`
 */
export function endpointOf(api: string, call: string): string {
  const url = new URL(api);
  url.pathname = url.pathname.replace(/\/+$/, '').replace(/\/query$/, '') + call;
  return url.href;
}
