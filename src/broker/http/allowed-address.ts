import type { RequestHandler } from 'express';
import type { AllowedAddresses } from '../../config/allowed-addresses.js';
import type { ClientAddress } from './client-address.js';
import { AddressNotAllowed } from './http-errors.js';

/** Refuses calls from addresses that may not use the broker. */
export function allowedAddress(
  addresses: AllowedAddresses,
  clientAddress: ClientAddress,
): RequestHandler {
  return (request, response, next) => {
    const address = clientAddress.of(request);
    if (addresses.has(address)) return next();
    response.setHeader('Connection', 'close');
    next(new AddressNotAllowed(address));
  };
}
