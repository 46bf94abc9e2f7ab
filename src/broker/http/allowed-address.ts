import type { RequestHandler } from 'express';
import type { AllowedAddresses } from '../../config/allowed-addresses.js';
import { AddressNotAllowed } from './http-errors.js';

/** Refuses calls from elsewhere. */
export function allowedAddress(addresses: AllowedAddresses): RequestHandler {
  return ({ socket }, _response, next) => {
    const address = socket.remoteAddress ?? '';
    next(addresses.has(address) ? undefined : new AddressNotAllowed(address));
  };
}
