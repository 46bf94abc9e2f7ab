import { InvalidRunName } from './errors.js';
import { componentProblem, directoryProblem, isSuffix, scanNameProblem } from './names.js';
import type { Retrieval } from './retrieval.js';

/**
 * Makes sure that no name of a retrieval leads out of its pgroup. Calls are checked with all their other fields
 * before; this holds for whatever else makes a retrieval, as a damaged file.
 *
 * @throws InvalidRunName
 */
export function refuseNames(retrieval: Retrieval): void {
  const { directoryName, detectors, scanInfo, layout, suffix, runNumber = 1 } = retrieval;
  const scanName = scanInfo?.scan_name;
  const hasScanFile = layout === 'flat' && typeof scanName === 'string' && scanName !== '';
  const named: [field: string, problem: string | undefined][] = [
    ['directory_name', directoryName ? directoryProblem(directoryName) : undefined],
    ['user_tag', suffix === undefined || isSuffix(suffix) ? undefined : 'was not cleaned'],
    [
      'run_number',
      Number.isSafeInteger(runNumber) && runNumber >= 0
        ? undefined
        : `is ${runNumber}: give a number that /advance_run_number gave`,
    ],
    ['scan_info.scan_name', hasScanFile ? scanNameProblem(scanName) : undefined],
    ['detectors', Object.keys(detectors).map(componentProblem).find(Boolean)],
  ];
  for (const [field, problem] of named) {
    if (problem !== undefined) throw new InvalidRunName(field, problem);
  }
}
