const GENERAL = {
  'general/created': '2026-11-24 10:15:00',
  'general/user': 'p12345',
  'general/process': 'DIA',
  'general/instrument': 'SARES20',
};

/** A past acquisition to try it with; its pulses are those of the time when it is tried, if they are replaced. */
export const PAST_EXAMPLES = {
  simulator: {
    summary: 'Channels of the embedded data buffer',
    value: {
      ...GENERAL,
      output_file: 'run_0003.h5',
      channels: ['SIMULATOR-SCALAR-FLOAT64-1'],
      start_pulse_id: 1000,
      stop_pulse_id: 1299,
    },
  },
};

/** Parameters to try the broker with. They work as they stand where `sf-databuffer start` runs. */
export const PARAMETERS_EXAMPLES = {
  simulator: {
    summary: 'Channels of the embedded data buffer',
    value: {
      ...GENERAL,
      output_file: 'run_0001.h5',
      channels: ['SIMULATOR-SCALAR-FLOAT64-1', 'SIMULATOR-WAVEFORM-FLOAT32-1024-1'],
    },
  },
  camera: {
    summary: 'With a camera, which gets a file of its own; extended format',
    value: {
      ...GENERAL,
      output_file: 'run_0002.h5',
      output_file_format: 'extended',
      channels: ['SIMULATOR-10HZ', 'SIMULATOR-PULSE-ID', 'SIMULATOR-CAMERA-SMALL:FPICTURE'],
    },
  },
};
