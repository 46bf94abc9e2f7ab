/** A recorded request was not sent yet, and its line is gone from the trail and its rotated files. */
export class RequestCutOff extends Error {
  readonly code = 'request_cut_off';

  constructor(trail: string) {
    super(
      `The request's line is gone from ${trail} and from its rotated copies: acquire again from a ` +
        'backup of it, with sf-databuffer audit replay. logrotate must move a trail, not cut it off.',
    );
  }
}
