import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, type ModulesContainer } from '@nestjs/core';

export interface Route {
  readonly path: RegExp;
  readonly method: string;
}

/** The calls that the controllers of an application declare. */
export function routesOf(modules: ModulesContainer): readonly Route[] {
  const controllers = [...modules.values()].flatMap((module) => [...module.controllers.values()]);
  return controllers.flatMap(({ metatype }) => callsOf(metatype as new () => object));
}

/** The methods that a path has; empty for an unknown path. */
export function allowedMethods(routes: readonly Route[], path: string): string[] {
  const methods = routes.filter((route) => route.path.test(path)).map(({ method }) => method);
  return [...new Set(methods)].sort();
}

function callsOf(controller: new () => object): Route[] {
  const prefix = Reflect.getMetadata(PATH_METADATA, controller) as string;
  const methods = controller.prototype as Record<string, object>;
  const calls = new MetadataScanner()
    .getAllMethodNames(methods)
    .filter((name) => Reflect.hasMetadata(PATH_METADATA, methods[name]));
  return calls.map((name) => {
    const path = Reflect.getMetadata(PATH_METADATA, methods[name]) as string;
    const method = Reflect.getMetadata(METHOD_METADATA, methods[name]) as RequestMethod;
    return { path: patternOf(`/${prefix}/${path}`), method: RequestMethod[method] };
  });
}

/** As Express matches paths: whatever their case, and with or without a slash at the end. */
function patternOf(path: string): RegExp {
  const normal = path.replaceAll(/\/+/g, '/').replace(/\/$/, '');
  return new RegExp(`^${normal.replaceAll(/:\w+/g, '[^/]+')}/?$`, 'i');
}
