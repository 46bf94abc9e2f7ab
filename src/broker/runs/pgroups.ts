import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { Beamlines } from '../../config/beamlines.js';
import { PgroupRoots } from '../../runs/pgroup-roots.js';
import { type RunBook, RunBooks } from '../../runs/run-book.js';
import { ClientAddress } from '../http/client-address.js';
import { UnknownNetwork } from './errors.js';

/** The beamline that a call comes from, and its pgroups. */
@Injectable()
export class Pgroups {
  constructor(
    private readonly beamlines: Beamlines,
    private readonly roots: PgroupRoots,
    private readonly books: RunBooks,
    private readonly clientAddress: ClientAddress,
  ) {}

  /** The address that a call comes from. @throws AmbiguousAddress */
  addressOf(request: Request): string {
    return this.clientAddress.of(request);
  }

  /** @throws UnknownNetwork */
  beamlineOf(request: Request): string {
    const address = this.addressOf(request);
    const beamline = this.beamlines.beamlineOf(address);
    if (beamline === undefined) throw new UnknownNetwork(address, this.beamlines.names);
    return beamline;
  }

  /** The book of a pgroup of a beamline. @throws InvalidRunName */
  bookOf(beamline: string, pgroup: string): RunBook {
    return this.books.of(this.roots.rawFolder(beamline, pgroup));
  }
}
