import { expect, it } from 'vitest';
import { refusalOf } from './refusal.js';

const LABELS = {
  output_file_format: 'Format',
  output_file: 'File',
  channels: 'Channels',
  start_pulse_id: 'First pulse',
  stop_pulse_id: 'Last pulse',
};

it('puts each problem at its field', () => {
  const message =
    'Parameters were not accepted: channels is empty: name channels, or leave it out; ' +
    "output_file 'x' lies outside. Correct and post them again.";

  expect(refusalOf(message, LABELS)).toEqual({
    fields: {
      channels: 'Channels is empty: name channels, or leave it out',
      output_file: "File 'x' lies outside",
    },
    wrongChannels: [],
    general: undefined,
  });
});

it('takes entries of a list for the list', () => {
  const { fields, wrongChannels } = refusalOf("channels[1] 'A' is there twice", LABELS, ['B', 'A']);

  expect(fields).toEqual({ channels: "Channel 2 'A' is there twice" });
  expect(wrongChannels).toEqual(['A']);
});

it('is not misled by a longer name', () => {
  const { fields } = refusalOf('output_file_format is odd', LABELS);

  expect(fields).toEqual({ output_file_format: 'Format is odd' });
});

it('calls all fields what the form calls them', () => {
  const { fields } = refusalOf("stop_pulse_id is before start_pulse_id, in 'output_file'", LABELS);

  expect(fields).toEqual({ stop_pulse_id: "Last pulse is before First pulse, in 'output_file'" });
});

it('keeps a sentence whole that names no field', () => {
  expect(refusalOf('The disk is full; free some space.', LABELS)).toEqual({
    fields: {},
    wrongChannels: [],
    general: 'The disk is full; free some space.',
  });
});
