import { Suspense, lazy } from 'react';
import { Header } from './header.js';
import { type Route, useRoute } from './route.js';
import { SidePanel } from './side-panel.js';
import css from './app.module.css';

const RequestPanel = lazy(async () => ({
  default: (await import('../request/request-panel.js')).RequestPanel,
}));
const AcquirePanel = lazy(async () => ({
  default: (await import('../acquire/acquire-panel.js')).AcquirePanel,
}));
const FilePanel = lazy(async () => ({
  default: (await import('../files/file-panel.js')).FilePanel,
}));

/** The whole page: header, what is now, the requests, and a panel where the address asks for one. */
export function App() {
  const route = useRoute();
  return (
    <>
      <a className={css.skip} href="#requests">
        Skip to the requests
      </a>
      <Header />
      <main className={css.main} id="requests" tabIndex={-1} />
      <Panel route={route} />
    </>
  );
}

function Panel({ route }: { readonly route: Route }) {
  if (route.view === 'list') return null;
  const { filter } = route;
  if (route.view === 'request') {
    return (
      <SidePanel title="Request" filter={filter}>
        <Suspense>
          <RequestPanel id={route.id} />
        </Suspense>
      </SidePanel>
    );
  }
  if (route.view === 'acquire') {
    return (
      <SidePanel title="Acquire by hand" filter={filter}>
        <Suspense>
          <AcquirePanel />
        </Suspense>
      </SidePanel>
    );
  }
  return (
    <SidePanel title="File" filter={filter} isWide>
      <Suspense>
        <FilePanel file={route.file} path={route.path} />
      </Suspense>
    </SidePanel>
  );
}
