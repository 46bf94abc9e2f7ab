// Writes what the package says of the packages that it brings: their licences, and a bill of materials in the form of
// CycloneDX. Of our own licence it says nothing: that is the owner's to choose.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as Contrib from '@cyclonedx/cyclonedx-library/Contrib';
import * as Enums from '@cyclonedx/cyclonedx-library/Enums';
import * as Models from '@cyclonedx/cyclonedx-library/Models';
import * as Serialize from '@cyclonedx/cyclonedx-library/Serialize';
import * as Spec from '@cyclonedx/cyclonedx-library/Spec';
import { PackageURL } from 'packageurl-js';
import parseExpression from 'spdx-expression-parse';
import { RULE, licencesOf } from './bundled-packages.mjs';

/** What no bundler sees: files that are served, the library in the kernel, types, and what bundlers add of themselves. */
const ALSO = [
  'swagger-ui-dist',
  'assemblyscript',
  'openapi-typescript-helpers',
  'rolldown',
  'vite',
];

/** Libraries inside the binaries of a package, which says neither which of their versions nor their licences. */
const INSIDE = [
  { name: 'libzmq', license: 'MPL-2.0', text: 'node_modules/zeromq/LICENSE_MPL-2.0.txt' },
  { name: 'libsodium', license: 'ISC', text: 'packaging/licences/libsodium.txt' },
];

const read = (file) => JSON.parse(readFileSync(file, 'utf8'));
const lock = read('package-lock.json').packages;

const bundled = readdirSync('dist')
  .filter((file) => file.startsWith('.packages-'))
  .flatMap((file) => read(join('dist', file)));
const installed = Object.keys(lock).filter((folder) => lock[folder].inBundle);
const folders = [...bundled, ...installed, ...ALSO.map((name) => `node_modules/${name}`)];

writeFileSync('THIRD_PARTY_LICENSES', [licencesOf(folders), ...INSIDE.map(textOf)].join(RULE));
writeFileSync('sbom.cdx.json', `${billOf(folders)}\n`);

function textOf({ name, license, text }) {
  return `${name} (${license}), inside zeromq\n\n${readFileSync(text, 'utf8').trim()}\n`;
}

/** Of the same sources it is the same text: it has no date and no number of its own. */
function billOf(parts) {
  const builder = new Contrib.FromNodePackageJson.Builders.ComponentBuilder(
    new Contrib.FromNodePackageJson.Factories.ExternalReferenceFactory(),
    new Contrib.License.Factories.LicenseFactory(parseExpression),
  );
  const componentOf = (folder, type) => {
    const description = read(join(folder, 'package.json'));
    const component = builder.makeComponent(description, type);
    const { group, name, version } = component;
    component.purl = new PackageURL('npm', group, name, version).toString();
    component.bomRef.value = component.purl;
    const { integrity } = lock[folder] ?? {};
    if (integrity)
      component.hashes.set(...Contrib.FromNodePackageJson.Utils.parsePackageIntegrity(integrity));
    return component;
  };
  const application = componentOf('.', Enums.ComponentType.Application);
  const bom = new Models.Bom({ metadata: new Models.Metadata({ component: application }) });
  const components = parts.map((folder) => componentOf(folder));
  for (const component of new Map(components.map((each) => [each.purl, each])).values()) {
    bom.components.add(component);
    application.dependencies.add(component.bomRef);
  }
  for (const { name, license } of INSIDE) {
    const licenses = new Models.LicenseRepository([new Models.SpdxLicense(license)]);
    const component = new Models.Component(Enums.ComponentType.Library, name, { licenses });
    component.bomRef.value = name;
    bom.components.add(component);
    application.dependencies.add(component.bomRef);
  }
  const normalizers = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  return new Serialize.JsonSerializer(normalizers).serialize(bom, { sortLists: true, space: 2 });
}
