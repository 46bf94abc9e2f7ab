import { Injectable, RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer, Reflector } from '@nestjs/core';
import { IS_CLIENT_FORM } from './client-form.js';

interface Route {
  readonly path: RegExp;
  readonly method: string;
  readonly isClientForm: boolean;
}

/** The calls that the controllers of the application declare. */
@Injectable()
export class Routes {
  private declared: readonly Route[] | undefined;

  constructor(private readonly modules: ModulesContainer) {}

  /** The methods that a path has; empty for an unknown path. */
  allowedMethods(path: string): string[] {
    const methods = this.of(path).map(({ method }) => method);
    return [...new Set(methods)].sort();
  }

  /** Whether a path answers in the form that the beamlines' clients read. */
  isClientForm(path: string): boolean {
    return this.of(path).some(({ isClientForm }) => isClientForm);
  }

  private of(path: string): Route[] {
    this.declared ??= routesOf(this.modules);
    return this.declared.filter((route) => route.path.test(path));
  }
}

function routesOf(modules: ModulesContainer): Route[] {
  const controllers = [...modules.values()].flatMap((module) => [...module.controllers.values()]);
  return controllers.flatMap(({ metatype }) => callsOf(metatype as new () => object));
}

function callsOf(controller: new () => object): Route[] {
  const prefix = Reflect.getMetadata(PATH_METADATA, controller) as string;
  const isClientForm = new Reflector().get(IS_CLIENT_FORM, controller) ?? false;
  const methods = controller.prototype as Record<string, object>;
  const calls = new MetadataScanner()
    .getAllMethodNames(methods)
    .filter((name) => Reflect.hasMetadata(PATH_METADATA, methods[name]));
  return calls.flatMap((name) => {
    const paths = [Reflect.getMetadata(PATH_METADATA, methods[name]) as string | string[]].flat();
    const method =
      RequestMethod[Reflect.getMetadata(METHOD_METADATA, methods[name]) as RequestMethod];
    return paths.map((path) => ({ path: patternOf(`/${prefix}/${path}`), method, isClientForm }));
  });
}

/** As Express matches paths: whatever their case, and with or without a slash at the end. */
function patternOf(path: string): RegExp {
  const normal = path.replaceAll(/\/+/g, '/').replace(/\/$/, '');
  return new RegExp(`^${normal.replaceAll(/:\w+/g, '[^/]+')}/?$`, 'i');
}
