import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { Beamlines } from '../../config/beamlines.js';
import { PgroupRoots } from '../../runs/pgroup-roots.js';
import { type RunBook, RunBooks } from '../../runs/run-book.js';
import { UnknownNetwork } from './errors.js';

/** The beamline that a call comes from, and its pgroups. */
@Injectable()
export class Pgroups {
  constructor(
    private readonly beamlines: Beamlines,
    private readonly roots: PgroupRoots,
    private readonly books: RunBooks,
  ) {}

  /** The address that a call comes from. */
  addressOf(request: Request): string {
    return request.socket.remoteAddress ?? '';
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
