import { InvalidPulseId } from '../../request/errors.js';
import {
  AddressNotAllowed,
  BodyTooLarge,
  CrossSiteCall,
  MalformedJson,
  NotDeclaredJson,
  TooManyCalls,
  UnexpectedHost,
} from './http-errors.js';
import { BODY_LIMIT } from './request-body.js';

// Examples for the OpenAPI document of the errors with which the HTTP layer refuses calls.

export const REFUSALS_OF_ANY_CALL = [
  new AddressNotAllowed('10.1.2.3'),
  new UnexpectedHost('broker.example'),
  new CrossSiteCall('https://example.org'),
  new BodyTooLarge(BODY_LIMIT),
];

export const TOO_MANY_CALLS = new TooManyCalls('10.1.2.3', 1000);

export const BAD_PULSE_ID = new InvalidPulseId('Start pulse id', '1.5');

export const NOT_JSON = [
  new MalformedJson('Unexpected end of JSON input'),
  new NotDeclaredJson('text/html'),
];
