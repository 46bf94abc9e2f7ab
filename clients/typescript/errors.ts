import type { components } from './openapi.js';

type RequestHead = components['schemas']['RequestHead'];
type Run = components['schemas']['Run'];
type RunFile = components['schemas']['RunFile'];

/** The broker gave no answer for as long as it was waited for. */
export class BrokerAway extends Error {
  override readonly name = 'BrokerAway';
  readonly code = 'broker_away';
}

/** The broker does not do what a call asks for: the message is its own. */
export class BrokerRefused extends Error {
  override readonly name = 'BrokerRefused';
  readonly code = 'broker_refused';

  /** @param status of its HTTP reply; 404: it does not know the request */
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** Requests ended without a whole file. */
export class NotWritten extends Error {
  override readonly name = 'NotWritten';
  /** Of the first one: the code of its failure, or its state. */
  readonly code: string;

  /** @param requests those, as they ended */
  constructor(readonly requests: readonly [RequestHead, ...RequestHead[]]) {
    super(requests.map(whyNot).join('; '));
    this.code = requests[0].failure?.code ?? requests[0].state;
  }
}

/** Files of a run ended without being there. */
export class RunNotWritten extends Error {
  override readonly name = 'RunNotWritten';
  readonly code = 'run_not_written';

  /** @param run as it ended @param files those of it that are not there */
  constructor(
    readonly run: Run,
    readonly files: readonly RunFile[],
  ) {
    super(files.map((file) => `${file.output_file}: ${file.message ?? file.state}`).join('; '));
  }
}

const WHY: Readonly<Record<string, string>> = {
  recorded: 'is recorded only, and not written',
  superseded: 'a newer request has its file',
  unconfirmed: 'its writer does not report: look for the file',
};

function whyNot({ request_id, output_file, state, failure, cancelled }: RequestHead): string {
  const name = output_file ?? request_id;
  if (state === 'failed' && failure) return `${name}: ${failure.message} [${failure.code}]`;
  return `${name}: ${cancelled ? 'was cancelled' : (WHY[state] ?? state)}`;
}
