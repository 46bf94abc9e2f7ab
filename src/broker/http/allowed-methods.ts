import type { Express } from 'express';

interface RouteLayer {
  readonly route?: { readonly methods: Readonly<Record<string, boolean>> };
  match(path: string): boolean;
}

/** The methods that routes of an Express application have for a path; none for an unknown path. */
export function allowedMethods(express: Express, path: string): string[] {
  const layers = express.router.stack as unknown as RouteLayer[];
  const methods = layers
    .filter((layer) => layer.route && layer.match(path))
    .flatMap(({ route }) => Object.keys(route!.methods))
    .map((method) => method.toUpperCase());
  return [...new Set(methods)].sort();
}
