/** Whether the parameters ask for one row a pulse id of each channel (false: the extended format). */
export function isCompact(parameters: { output_file_format?: unknown }): boolean {
  return parameters.output_file_format === undefined || parameters.output_file_format === 'compact';
}
