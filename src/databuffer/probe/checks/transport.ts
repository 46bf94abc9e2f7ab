import type { Answer } from '../data-server.js';
import type { Check } from '../check.js';
import { type Finding, ok } from '../finding.js';

/** A reply's length, encoding and speed. */
export const transport: Check = {
  name: 'transport',
  run: ({ answer, server }) => [
    ...ending(answer, server.protocol !== 'binary'),
    ...encoding(answer),
    ok(speedOf(answer)),
  ],
};

function ending({ headers }: Answer, tellsItsEnd: boolean): Finding[] {
  const hasLength = headers['content-length'] ?? headers['transfer-encoding'];
  const closes = [headers.connection].flat().some((word) => word?.toLowerCase() === 'close');
  const findings: Finding[] = [];
  if (hasLength === undefined && !tellsItsEnd) {
    findings.push({
      verdict: 'deviation',
      what: 'replies have neither Content-Length nor chunks',
      cost: 'a reply that breaks off between two frames looks whole: rows are lost unnoticed',
      remedy: 'send Content-Length, or chunks (Transfer-Encoding: chunked)',
    });
  }
  if (hasLength === undefined || closes) {
    findings.push({
      verdict: 'note',
      what: 'the connection ends with each reply',
      cost: 'a new connection for each question: some ms, with TLS more',
      remedy: "answer by HTTP/1.1, with Content-Length or chunks, and without 'Connection: close'",
    });
  }
  return findings.length > 0
    ? findings
    : [ok('replies tell their length, and the connection stays')];
}

function encoding({ headers }: Answer): Finding[] {
  const encodings = [headers['content-encoding'] ?? []].flat();
  if (encodings.length === 0 || encodings.includes('identity')) return [];
  return [
    {
      verdict: 'note',
      what: `replies are encoded as ${encodings.join(', ')}, though identity is asked for`,
      cost: 'time to undo it; the file is the same',
      remedy: 'heed Accept-Encoding: identity',
    },
  ];
}

function speedOf({ result: { bytes }, seconds, firstByteSeconds }: Answer): string {
  const ms = (time: number) => `${Math.round(time * 1000)} ms`;
  const rate = (bytes / 1e6 / Math.max(seconds, 0.001)).toFixed(1);
  return `${bytes} bytes within ${ms(seconds)} (${rate} MB/s), the first after ${ms(firstByteSeconds)}`;
}
