import { useSyncExternalStore } from 'react';

/** What the list of requests shows. It is part of every address, so that a panel closes to the same list. */
export interface Filter {
  /** States, in the order of the address; none: all. */
  readonly state: readonly string[];
  readonly lane?: 'live' | 'background';
  readonly healing?: boolean;
  readonly incomplete?: boolean;
  /** Part of the file's name or of the id. */
  readonly search: string;
}

/** An address of the page. All but `list` have a panel beside the list. */
export type Route = { readonly filter: Filter } & (
  | { readonly view: 'list' }
  | { readonly view: 'request'; readonly id: string }
  | { readonly view: 'acquire' }
  | { readonly view: 'runs'; readonly pgroup?: string; readonly beamline?: string }
  | {
      readonly view: 'run';
      readonly pgroup: string;
      readonly run: number;
      readonly beamline?: string;
    }
  | { readonly view: 'file'; readonly file: string; readonly path?: string }
);

export const NO_FILTER: Filter = { state: [], search: '' };

/** @param hash with its `#`, as `location.hash` has it; what is not understood is the list of all */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = split(hash.replace(/^#/, ''));
  const parameters = new URLSearchParams(query);
  const filter = filterOf(parameters);
  const [, view, id, number] = path.split('/');
  if (view === 'requests' && id) return { view: 'request', id: decoded(id), filter };
  if (view === 'acquire') return { view: 'acquire', filter };
  if (view === 'runs' && (!number || /^\d+$/.test(number))) {
    if (!id) return { view: 'runs', filter };
    const pgroup = decoded(id);
    const beamline = parameters.get('beamline') ?? undefined;
    return number
      ? { view: 'run', pgroup, run: Number(number), beamline, filter }
      : { view: 'runs', pgroup, beamline, filter };
  }
  const file = parameters.get('file');
  if (view === 'files' && file) {
    return { view: 'file', file, path: parameters.get('path') ?? undefined, filter };
  }
  return { view: 'list', filter };
}

/** The address of a route, for links: `#/requests/<id>?state=failed`. */
export function hrefOf(route: Route): string {
  const parameters = new URLSearchParams();
  if (route.view === 'file') {
    parameters.set('file', route.file);
    if (route.path !== undefined) parameters.set('path', route.path);
  }
  if ((route.view === 'runs' || route.view === 'run') && route.beamline !== undefined) {
    parameters.set('beamline', route.beamline);
  }
  const { state, lane, healing, incomplete, search } = route.filter;
  if (state.length > 0) parameters.set('state', state.join(','));
  if (lane) parameters.set('lane', lane);
  if (healing !== undefined) parameters.set('healing', String(healing));
  if (incomplete !== undefined) parameters.set('incomplete', String(incomplete));
  if (search) parameters.set('search', search);
  // Commas and slashes may stand in a query, and an address is read by people.
  const query = parameters.toString().replaceAll('%2C', ',').replaceAll('%2F', '/');
  return `#${pathOf(route)}${query && `?${query}`}`;
}

/** The present route; a component that uses it is drawn anew when the address changes. */
export function useRoute(): Route {
  return useSyncExternalStore(subscribe, current);
}

/** Goes to a route. With `replace` the address before is not gone back to. */
export function navigate(route: Route, { replace = false } = {}): void {
  const href = hrefOf(route);
  if (replace) {
    history.replaceState(null, '', href);
    dispatchEvent(new HashChangeEvent('hashchange'));
  } else location.hash = href;
}

let parsed: { readonly hash: string; readonly route: Route } | undefined;

/** The same object while the address is the same. */
function current(): Route {
  const { hash } = location;
  if (parsed?.hash !== hash) parsed = { hash, route: parseRoute(hash) };
  return parsed.route;
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

function pathOf(route: Route): string {
  if (route.view === 'request') return `/requests/${encodeURIComponent(route.id)}`;
  if (route.view === 'acquire') return '/acquire';
  if (route.view === 'runs')
    return route.pgroup ? `/runs/${encodeURIComponent(route.pgroup)}` : '/runs';
  if (route.view === 'run') return `/runs/${encodeURIComponent(route.pgroup)}/${route.run}`;
  return route.view === 'file' ? '/files' : '/';
}

function filterOf(parameters: URLSearchParams): Filter {
  const lane = parameters.get('lane');
  return {
    state: parameters.get('state')?.split(',').filter(Boolean) ?? [],
    ...((lane === 'live' || lane === 'background') && { lane }),
    ...flag(parameters, 'healing'),
    ...flag(parameters, 'incomplete'),
    search: parameters.get('search') ?? '',
  };
}

function flag(parameters: URLSearchParams, name: string): Record<string, boolean> {
  const text = parameters.get(name);
  return text === 'true' || text === 'false' ? { [name]: text === 'true' } : {};
}

function split(hash: string): string[] {
  const at = hash.indexOf('?');
  return at < 0 ? [hash] : [hash.slice(0, at), hash.slice(at + 1)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
