import { expect, it } from 'vitest';
import { refusalOf } from './refusal.js';

const NAMES = ['output_file', 'output_file_format', 'channels', 'start_pulse_id'];

it('puts each problem at its field', () => {
  const message =
    'Parameters were not accepted: channels is empty: name channels, or leave it out; ' +
    "output_file 'x' lies outside. Correct and post them again.";

  expect(refusalOf(message, NAMES)).toEqual({
    fields: {
      channels: 'channels is empty: name channels, or leave it out',
      output_file: "output_file 'x' lies outside",
    },
    general: undefined,
  });
});

it('takes entries of a list for the list', () => {
  const { fields } = refusalOf("channels[3] 'A' is there twice", NAMES);

  expect(fields).toEqual({ channels: "channels[3] 'A' is there twice" });
});

it('is not misled by a longer name', () => {
  const { fields } = refusalOf('output_file_format is odd', NAMES);

  expect(fields).toEqual({ output_file_format: 'output_file_format is odd' });
});

it('keeps a sentence whole that names no field', () => {
  expect(refusalOf('The disk is full; free some space.', NAMES)).toEqual({
    fields: {},
    general: 'The disk is full; free some space.',
  });
});
