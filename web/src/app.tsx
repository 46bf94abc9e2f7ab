import { type MouseEvent, Suspense, lazy, useRef } from 'react';
import { useStore } from './api/store.js';
import { connection } from './api/connection.js';
import { Health } from './health/health.js';
import { Now } from './now/now.js';
import { Writers } from './now/writers.js';
import { Requests } from './requests/requests.js';
import { ConnectionBanner } from './shell/connection-banner.js';
import { Header } from './shell/header.js';
import { Notices } from './shell/notices.js';
import { type Route, hrefOf, useRoute } from './shell/route.js';
import { SidePanel } from './shell/side-panel.js';
import css from './app.module.css';

const RequestPanel = lazy(async () => ({
  default: (await import('./request/request-panel.js')).RequestPanel,
}));
const AcquirePanel = lazy(async () => ({
  default: (await import('./acquire/acquire-panel.js')).AcquirePanel,
}));
const FilePanel = lazy(async () => ({
  default: (await import('./files/file-panel.js')).FilePanel,
}));

/** The whole page: header, what is now, the requests, and a panel where the address asks for one. */
export function App() {
  const route = useRoute();
  const requests = useRef<HTMLDivElement>(null);
  const { state } = useStore(connection);
  const skip = (event: MouseEvent) => {
    event.preventDefault();
    requests.current?.focus();
  };
  return (
    <>
      <Header>
        <a className={css.skip} href={hrefOf(route)} onClick={skip}>
          Skip to the requests
        </a>
      </Header>
      <ConnectionBanner />
      <main className={css.main} data-lost={state === 'lost'}>
        <Now />
        <div className={css.columns}>
          <div className={css.side}>
            <Health />
            <Writers />
          </div>
          <div className={css.requests} ref={requests} tabIndex={-1}>
            <Requests />
          </div>
        </div>
      </main>
      <Panel route={route} />
      <Notices />
    </>
  );
}

function Panel({ route }: { readonly route: Route }) {
  if (route.view === 'list') return null;
  const { filter } = route;
  if (route.view === 'request') {
    return (
      <SidePanel key={route.view} title="Request" filter={filter}>
        <Suspense>
          <RequestPanel key={route.id} id={route.id} />
        </Suspense>
      </SidePanel>
    );
  }
  if (route.view === 'acquire') {
    return (
      <SidePanel key={route.view} title="Acquire by hand" filter={filter}>
        <Suspense>
          <AcquirePanel />
        </Suspense>
      </SidePanel>
    );
  }
  return (
    <SidePanel key={route.view} title="File" filter={filter} isWide>
      <Suspense>
        <FilePanel key={route.file} file={route.file} path={route.path} />
      </Suspense>
    </SidePanel>
  );
}
