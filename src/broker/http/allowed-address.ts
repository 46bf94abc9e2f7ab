import type { RequestHandler } from 'express';
import type { AllowedAddresses } from '../../config/allowed-addresses.js';
import { AddressNotAllowed } from './http-errors.js';

/** Refuses calls from addresses that may not use the broker. */
export function allowedAddress(addresses: AllowedAddresses): RequestHandler {
  return ({ socket }, response, next) => {
    const address = socket.remoteAddress ?? '';
    if (addresses.has(address)) return next();
    response.setHeader('Connection', 'close');
    next(new AddressNotAllowed(address));
  };
}
