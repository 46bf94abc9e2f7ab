import { RequestError } from '../../request/errors.js';

/** A call that a page of another site had a browser make, or may have. */
export class OtherSite extends RequestError {
  override readonly name = 'OtherSite';
  readonly code = 'cross_site_call';

  constructor() {
    super('This seems to come from a page of another site: open the address that was printed.');
  }
}
