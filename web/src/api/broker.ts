import createClient from 'openapi-fetch';
import type { components, paths } from '../../../clients/typescript/openapi.js';

type Schemas = components['schemas'];
export type RequestHead = Schemas['RequestHead'];
export type RequestRecord = Schemas['RequestRecord'];

/** The broker that serves this page. */
export const broker = createClient<paths>({ baseUrl: location.origin });
