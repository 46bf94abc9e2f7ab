import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { bundledPackages } from '../packaging/bundled-packages.mjs';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

const BROKER = process.env.BROKER_URL ?? 'http://localhost:10002';
const CALLS = [
  'acquisitions',
  'channels',
  'docs',
  'events',
  'files',
  'health',
  'overview',
  'requests',
  'runs',
  'version',
];

/** The page that the broker and `sf-databuffer view` serve, as files of dist/page. */
export default defineConfig({
  root: path('.'),
  base: '/page/',
  // React without a plugin: nothing but JSX is to be translated.
  esbuild: { jsx: 'automatic', legalComments: 'none' },
  plugins: [{ ...bundledPackages('page', { file: 'licences.txt' }), apply: 'build' }],
  css: { modules: { localsConvention: 'camelCaseOnly' } },
  resolve: {
    // H5Web's arrays: these packages compile their code in the page, which its security policy forbids.
    alias: [
      { find: /^ndarray$/, replacement: path('src/files/ndarray.ts') },
      { find: /^ndarray-ops$/, replacement: path('src/files/ndarray-ops.ts') },
    ],
  },
  build: {
    outDir: path('../dist/page'),
    emptyOutDir: true,
    // What beamline consoles have: Chrome and Firefox ESR of two years ago.
    target: ['chrome128', 'firefox128'],
    // The content security policy forbids scripts in the page and data: in styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // H5Web, which is loaded when a file is opened.
    chunkSizeWarningLimit: 2500,
    rollupOptions: {
      input: { index: path('index.html'), view: path('view.html') },
      onwarn(warning, warn) {
        // "use client" means nothing here.
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
      },
    },
  },
  // `npx vite --config web/vite.config.ts` beside a broker, to see changes at once.
  server: {
    proxy: Object.fromEntries(CALLS.map((call) => [`/${call}`, { target: BROKER }])),
  },
});
