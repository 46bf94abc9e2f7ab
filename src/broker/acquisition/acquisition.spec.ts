import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Acquisition, type Configuration } from './acquisition.js';
import { NeverConfigured, StopBelowStart } from './errors.js';

function configuration(id: string): Configuration {
  return { id, outputFile: `/sf/${id}.h5`, channels: ['A'], parameters: {} as never };
}

const pulseId = fc.integer({ min: 0, max: 3 });
const call = fc.oneof(
  fc.record({ call: fc.constant('configure' as const), id: fc.constantFrom('a', 'b') }),
  fc.record({ call: fc.constant('start' as const), pulseId }),
  fc.record({ call: fc.constant('stop' as const), pulseId }),
);

describe('Acquisition', () => {
  // What the table of calls says, told from the history instead of from a state.
  it('acquires exactly what the history of calls asks for', () => {
    fc.assert(
      fc.property(fc.array(call, { maxLength: 30 }), (calls) => {
        let acquisition = Acquisition.NONE;
        let sinceLastEnd: typeof calls = [];
        for (const made of calls) {
          const started = sinceLastEnd.findLast((earlier) => earlier.call === 'start')?.pulseId;
          const configured = sinceLastEnd.findLast((earlier) => earlier.call === 'configure')?.id;
          sinceLastEnd.push(made);
          if (made.call === 'configure') {
            acquisition = acquisition.configure(configuration(made.id));
          } else if (made.call === 'start') {
            acquisition = acquisition.start(made.pulseId, 0);
          } else {
            const decision = acquisition.stop(made.pulseId);
            if (started === undefined) {
              expect(decision).toEqual({ action: 'nothing' });
            } else if (configured === undefined) {
              expect(decision).toEqual({
                action: 'refuse',
                error: expect.any(NeverConfigured),
                next: Acquisition.NONE,
              });
              acquisition = Acquisition.NONE;
              sinceLastEnd = [];
            } else if (made.pulseId < started) {
              expect(decision).toEqual({
                action: 'refuse',
                error: expect.any(StopBelowStart),
                next: acquisition,
              });
            } else {
              expect(decision).toEqual({
                action: 'acquire',
                configuration: configuration(configured),
                range: { startPulseId: started, endPulseId: made.pulseId },
              });
              acquisition = Acquisition.NONE;
              sinceLastEnd = [];
            }
          }
          const isStarted = sinceLastEnd.some((earlier) => earlier.call === 'start');
          const isConfigured = sinceLastEnd.some((earlier) => earlier.call === 'configure');
          const whenConfigured = isStarted ? 'receiving' : 'configured';
          expect(acquisition.status).toBe(isConfigured ? whenConfigured : 'stopped');
        }
      }),
      { numRuns: 200 },
    );
  });

  it('never changes a value that was given out', () => {
    const configured = Acquisition.NONE.configure(configuration('a'));
    configured.start(5, 0).stop(6);
    expect(configured.status).toBe('configured');
    expect(Acquisition.NONE.status).toBe('stopped');
  });

  it('is the same value after the same start', () => {
    const started = Acquisition.NONE.start(5, 0);
    expect(started.start(5, 1)).toBe(started);
    expect(started.start(6, 1)).not.toBe(started);
  });

  it('keeps the starts that another one replaced, each once', () => {
    const starts = [5, 6, 5, 7];
    const last = starts.reduce((state, pulse, time) => state.start(pulse, time), Acquisition.NONE);
    expect(last.configure(configuration('a'))).toMatchObject({
      startPulseId: 7,
      startTime: 3,
      earlierStarts: [
        { start_pulse_id: 6, time: 1 },
        { start_pulse_id: 5, time: 2 },
      ],
    });
  });

  it('does not keep them without end', () => {
    let state = Acquisition.NONE;
    for (let pulse = 0; pulse < 300; pulse++) state = state.start(pulse, pulse);
    expect(state.earlierStarts.map(({ time }) => time)).toEqual(
      Array.from({ length: 100 }, (_, n) => 199 + n),
    );
  });
});
