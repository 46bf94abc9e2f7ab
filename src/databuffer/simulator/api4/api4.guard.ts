import type { ServerResponse } from 'node:http';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { nameRequest } from './error.filter.js';
import { MethodNotAllowed } from './errors.js';
import { PathFaults } from './path-faults.js';
import { pause } from './pause.js';

interface Request {
  readonly method: string;
  readonly params: { readonly faults?: string };
}

/** What comes before every answer of API 4: it has an id, may be late, and only GET is heard. */
@Injectable()
export class Api4Guard implements CanActivate {
  constructor(private readonly faults: PathFaults) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const response = http.getResponse<ServerResponse>();
    const { method, params } = http.getRequest<Request>();
    nameRequest(response);
    await pause(response, this.faults.latencyOf(params.faults));
    if (method !== 'GET') throw new MethodNotAllowed(method);
    return true;
  }
}
