import { rmdirSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { regularTextIfThere } from '../filesystem/regular-text.js';
import { EventLog } from '../logging/event-log.js';
import { jsonObjectIn } from '../request/json-object.js';
import { PlanOvertaken } from './errors.js';
import { type Places, placesOf } from './make-plan.js';
import { isMetadataOf, metadataText } from './metadata.js';
import { KINDS, type Plan } from './plan.js';
import { type RawFolder, allOf } from './raw-folder.js';
import type { JsonObject, NotWritten, Retrieval } from './retrieval.js';
import { DATA, LOGS, META, RUN_INFO } from './run-names.js';
import { ScanSteps } from './scan-file.js';

type ScanPlace = NonNullable<Places['scan']>;

/** Folders, metadata and scan step of one acquisition, made and removed while the pgroup is locked. */
export class AcquisitionOnDisk {
  private readonly places: Places;

  constructor(
    private readonly raw: RawFolder,
    private readonly retrieval: Retrieval,
    private readonly plan: Plan,
  ) {
    this.places = placesOf(retrieval, plan);
  }

  /** How many steps a scan file has. */
  static async stepsIn(raw: RawFolder, { folder, name }: ScanPlace): Promise<number> {
    const opened = raw.folderIfThere(folder);
    const text = opened && (await regularTextIfThere(opened.at(name)));
    return (text === undefined ? undefined : ScanSteps.parse(text))?.count ?? 0;
  }

  /** @throws PlanOvertaken when the metadata is another acquisition's */
  async refuseOvertaken(): Promise<void> {
    await this.ownMetadata();
  }

  /**
   * Makes what is missing, and waits until it is on disk.
   *
   * @param options.again a process that ended may have made some of it, and not waited
   * @throws PlanOvertaken
   */
  async make({ again = false } = {}): Promise<void> {
    const { raw, retrieval, plan, places } = this;
    this.makeFolders();
    if (again) {
      const { runFolder, metadataFolder, scan } = places;
      const folders = [RUN_INFO, runFolder, metadataFolder, ...(scan ? [scan.folder] : [])];
      for (const folder of folders.flatMap(withThoseAbove)) raw.touch(folder);
    }
    const metadata = await this.ownMetadata();
    const promised = metadata ? filesIn(metadata) : plan.files.map(({ path }) => path);
    const scan = places.scan && (await this.scanWith(places.scan, promised));
    // Whatever order these come to disk in: metadata and scan get their names afterwards.
    const [stagedMetadata, stagedScan] = await allOf([
      metadata ? Promise.resolve(undefined) : raw.stage(metadataText(retrieval, plan)),
      scan ? raw.stage(scan.text(retrieval.layout)) : Promise.resolve(undefined),
      raw.sync().then(() => undefined),
    ]);
    if (stagedMetadata !== undefined) {
      await raw.name(stagedMetadata, places.metadataFolder, places.metadataName);
    }
    if (stagedScan !== undefined) {
      await raw.name(stagedScan, places.scan!.folder, places.scan!.name);
    }
    await raw.sync();
  }

  /** Takes files out of metadata and scan. @throws PlanOvertaken */
  async withdraw(notWritten: NotWritten): Promise<Plan> {
    const { raw, retrieval, plan, places } = this;
    const amended = without(plan, retrieval, notWritten);
    const metadata = await this.ownMetadata();
    const before = metadata ? filesIn(metadata) : plan.files.map(({ path }) => path);
    const scan = places.scan && (await this.scanIn(places.scan));
    const index = scan?.find(retrieval, plan, before) ?? -1;
    const [stagedMetadata, stagedScan] = await allOf([
      raw.stage(metadataText(retrieval, amended)),
      scan && index >= 0
        ? raw.stage(
            scan
              .withFiles(
                index,
                amended.files.map(({ path }) => path),
              )
              .text(retrieval.layout),
          )
        : Promise.resolve(undefined),
    ]);
    await raw.name(stagedMetadata!, places.metadataFolder, places.metadataName);
    if (stagedScan !== undefined) {
      await raw.name(stagedScan, places.scan!.folder, places.scan!.name);
    }
    await raw.sync();
    return amended;
  }

  /** Removes metadata, scan step and empty folders. @throws PlanOvertaken */
  async remove(): Promise<void> {
    const { raw, retrieval, plan, places } = this;
    const folder = raw.folderIfThere(places.metadataFolder);
    const metadata = await this.ownMetadata();
    const files = metadata ? filesIn(metadata) : plan.files.map(({ path }) => path);
    const scan = places.scan && (await this.scanIn(places.scan));
    const index = scan?.find(retrieval, plan, files) ?? -1;
    if (scan && index >= 0) {
      const { folder: scanFolder, name } = places.scan;
      const rest = scan.without(index);
      if (rest.count > 0) {
        await raw.name(await raw.stage(rest.text(retrieval.layout)), scanFolder, name);
      } else if (raw.folder(scanFolder).remove(name)) raw.touch(scanFolder);
    }
    if (metadata && folder?.remove(places.metadataName)) raw.touch(places.metadataFolder);
    await raw.sync();
    if (retrieval.layout === 'run') this.removeEmptyFolders();
    await raw.sync();
  }

  private makeFolders(): void {
    const { raw, places, retrieval } = this;
    raw.make(places.runFolder);
    raw.make(places.metadataFolder);
    if (retrieval.layout === 'run') {
      raw.makeForOthers(places.runFolder, DATA);
      raw.makeForOthers(places.runFolder, LOGS);
    }
    if (places.scan) raw.make(places.scan.folder);
  }

  private removeEmptyFolders(): void {
    const { raw, places } = this;
    const run = raw.folderIfThere(places.runFolder);
    if (!run) return;
    // Where other acquisitions are, their folders stay, empty or not.
    if (!removedEmpty(run.at(META))) return;
    const left = [LOGS, DATA].filter((name) => !removedEmpty(run.at(name)));
    raw.touch(places.runFolder);
    if (left.length === 0 && removedEmpty(raw.folder('').at(places.runFolder))) raw.touch('');
  }

  /** The metadata that is there; undefined where none is. @throws PlanOvertaken when it is another's */
  private async ownMetadata(): Promise<JsonObject | undefined> {
    const { raw, places, retrieval, plan } = this;
    const folder = raw.folderIfThere(places.metadataFolder);
    const text = folder && (await regularTextIfThere(folder.at(places.metadataName)));
    if (text === undefined) return undefined;
    const metadata = jsonObjectIn(text);
    if (metadata && isMetadataOf(metadata, retrieval, plan)) return metadata;
    throw new PlanOvertaken(plan.runNumber, plan.acquisitionNumber, plan.metadataFile);
  }

  /** The scan with this acquisition's step; undefined where it has it already. */
  private async scanWith(
    place: ScanPlace,
    files: readonly string[],
  ): Promise<ScanSteps | undefined> {
    const { retrieval, plan } = this;
    const scan = (await this.scanIn(place)) ?? ScanSteps.begin(retrieval);
    return scan.find(retrieval, plan, files) >= 0 ? undefined : scan.with(retrieval, files);
  }

  /** The scan on disk. One that can't be understood is put aside, as its steps' data matters more. */
  private async scanIn({ folder, name }: ScanPlace): Promise<ScanSteps | undefined> {
    const opened = this.raw.folderIfThere(folder);
    const text = opened && (await regularTextIfThere(opened.at(name)));
    if (text === undefined) return undefined;
    const scan = ScanSteps.parse(text);
    if (scan) return scan;
    const aside = `${name}.damaged-${Date.now()}`;
    await rename(opened!.at(name), this.raw.folder(RUN_INFO).at(aside));
    this.raw.touch(folder);
    new EventLog('Broker').error('scan file of a run is damaged; a new one is begun', {
      file: join(this.raw.path, folder, name),
      kept_as: join(this.raw.path, RUN_INFO, aside),
    });
    return undefined;
  }
}

/** A folder below the raw folder, and each that it lies in, that one included. */
function withThoseAbove(folder: string): string[] {
  const parts = folder.split('/');
  return [...parts.map((_, index) => parts.slice(0, index).join('/')), folder];
}

function without(plan: Plan, { layout }: Retrieval, { pv_list, detectors }: NotWritten): Plan {
  const gone = new Set<string>([
    ...(pv_list?.length ? [KINDS[layout].pvs] : []),
    ...(detectors ?? []),
  ]);
  const all = (one: readonly string[] = [], other: readonly string[] = []) => [
    ...new Set([...one, ...other]),
  ];
  const pvs = all(plan.notWritten.pv_list, pv_list);
  const names = all(plan.notWritten.detectors, detectors);
  return {
    ...plan,
    files: plan.files.filter(({ kind }) => !gone.has(kind)),
    notWritten: {
      ...(pvs.length > 0 && { pv_list: pvs }),
      ...(names.length > 0 && { detectors: names }),
    },
  };
}

function filesIn({ files }: JsonObject): string[] {
  return Array.isArray(files) ? (files as string[]) : [];
}

/** @returns whether nothing is there any more */
function removedEmpty(path: string): boolean {
  try {
    rmdirSync(path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return true;
    if (['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(code ?? '')) return false;
    throw error;
  }
}
