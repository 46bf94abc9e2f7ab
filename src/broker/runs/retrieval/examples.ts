/** Retrievals to try the broker with: where `sf-databuffer start` runs, with recent pulse ids. */
export const RETRIEVAL_EXAMPLES = {
  simulator: {
    summary: 'Channels of the embedded data buffer',
    value: {
      pgroup: 'p12345',
      start_pulseid: 1000,
      stop_pulseid: 1099,
      channels_list: ['SIMULATOR-SCALAR-FLOAT64-1', 'SIMULATOR-WAVEFORM-FLOAT32-1024-1'],
    },
  },
  scan: {
    summary: 'A step of a scan, whose run has its number already; with a camera',
    value: {
      pgroup: 'p12345',
      run_number: 7,
      start_pulseid: 1000,
      stop_pulseid: 1099,
      rate_multiplicator: 1,
      user_tag: 'delay_scan',
      append_user_tag_to_data_dir: true,
      channels_list: ['SIMULATOR-SCALAR-FLOAT64-1'],
      camera_list: ['SIMULATOR-CAMERA-SMALL:FPICTURE'],
      scan_info: {
        scan_name: 'delay',
        name: ['delay'],
        scan_values: [1.5],
        scan_readbacks: [1.5002],
      },
    },
  },
};
