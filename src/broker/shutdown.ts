import { Injectable } from '@nestjs/common';

/** How the application asks whoever runs it to close it. */
@Injectable()
export class Shutdown {
  /** Settles when the first wish to end comes. */
  readonly requested: Promise<void>;
  /** Asks for the end; answers under way are still given. */
  request!: () => void;

  constructor() {
    this.requested = new Promise((resolve) => (this.request = resolve));
  }
}
