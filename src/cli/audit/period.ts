import { Option } from 'commander';
import { parseMoment } from '../../audit/parse-moment.js';
import type { CommandLine } from '../command-line.js';

/** Flags that choose requests by their time; read by {@link periodOf}. */
export function periodOptions(): Option[] {
  return [
    new Option('--since <time>', 'from this time on: 20261124-101500 or 2026-11-24T10:15'),
    new Option('--until <time>', 'up to this time'),
  ];
}

/** Which times are asked for, both ends included, and what is wrong with how it was said. */
export function periodOf({ values }: CommandLine) {
  const problems: string[] = [];
  const [since, until] = (['since', 'until'] as const).map((name) => {
    const text = values[name] as string | undefined;
    const moment = text === undefined ? undefined : parseMoment(text, name === 'until');
    if (text !== undefined && !moment) {
      problems.push(`--${name} '${text}' is not a time: write 20261124-101500 or 2026-11-24T10:15`);
    }
    return moment;
  });
  const includes = (time: Date) => !(since && time < since) && !(until && time > until);
  return { includes, problems };
}
