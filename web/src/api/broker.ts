import createClient from 'openapi-fetch';
import type { components, paths } from '../../../clients/typescript/openapi.js';

type Schemas = components['schemas'];
export type Overview = Schemas['Overview'];
export type WriterOverview = Schemas['WriterOverview'];
export type Throughput = Schemas['Throughput'];
export type RequestHead = Schemas['RequestHead'];
export type RequestRecord = Schemas['RequestRecord'];
export type Runs = Schemas['RunsReply'];
export type Run = Schemas['Run'];
export type RunAcquisition = Schemas['RunAcquisition'];
export type RunFile = Schemas['RunFile'];

/** The broker that serves this page. */
export const broker = createClient<paths>({ baseUrl: location.origin });
