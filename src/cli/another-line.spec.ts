import { describe, expect, it } from 'vitest';
import { anotherLine } from './another-line.js';

const PORTS = new Map([
  ['rest_port', 10003],
  ['output_port', 12502],
]);

const line = (args: readonly string[], script?: string) =>
  anotherLine({ argv: ['node', 'main.js', ...args], env: { npm_lifecycle_event: script } }, PORTS);

const FLAGS = '--rest_port 10003 --output_port 12502';

describe('a line with other values', () => {
  it('has the flags that were not given', () => {
    expect(line(['start'])).toBe(`sf-databuffer start ${FLAGS}`);
  });

  it.each([
    [['--rest_port', '10002', '--all']],
    [['--rest-port=10002', '-o', '12500', '--all']],
    [['-o12500', '--all', '--rest_port']],
    [['--output_port=12500', '--rest_port', '--all']],
  ])('has them in place of %j', (args) => {
    expect(line(['demo', ...args])).toBe(`sf-databuffer demo --all ${FLAGS}`);
  });

  it('keeps the others as a shell has to read them', () => {
    const args = ['--audit_file', 'a b.log', '--rest_port_x=1', '--config', "it's.json"];
    expect(line(['start', ...args])).toBe(
      `sf-databuffer start --audit_file 'a b.log' --rest_port_x=1 --config 'it'\\''s.json' ${FLAGS}`,
    );
  });

  it('is one of npm where npm runs a script of that name', () => {
    expect(line(['start'], 'start')).toBe(`npm start -- ${FLAGS}`);
    expect(line(['demo'], 'demo')).toBe(`npm run demo -- ${FLAGS}`);
    expect(line(['start'], 'test')).toBe(`sf-databuffer start ${FLAGS}`);
  });
});
