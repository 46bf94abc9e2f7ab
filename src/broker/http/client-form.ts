import { HttpCode, UseInterceptors } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, Reflector } from '@nestjs/core';
import { ClientFormInterceptor } from './client-form.interceptor.js';

/** Whether the calls of a controller answer in the form that the beamlines' clients read. */
export const IS_CLIENT_FORM = Reflector.createDecorator<boolean>();

/**
 * Calls of a controller answer in the form that the beamlines' clients read: always with HTTP 200 and
 * `{"status": "ok", "message": …}`, or `{"status": "error", "message": …, "exception": …}` whatever went
 * wrong; only 403 and 429 keep their code. Calls that are declared with GET alone are answered for POST too.
 */
export function ClientForm(): ClassDecorator {
  return (controller) => {
    IS_CLIENT_FORM(true)(controller);
    UseInterceptors(ClientFormInterceptor)(controller);
    const { prototype } = controller as unknown as { prototype: object };
    for (const name of new MetadataScanner().getAllMethodNames(prototype)) {
      const descriptor = Object.getOwnPropertyDescriptor(prototype, name)!;
      const method = descriptor.value as object;
      if (Reflect.hasMetadata(METHOD_METADATA, method)) HttpCode(200)(prototype, name, descriptor);
    }
  };
}
