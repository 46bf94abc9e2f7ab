import { type MouseEvent, Suspense, useEffect, useRef } from 'react';
import { useStore } from './api/store.js';
import { connection } from './api/connection.js';
import { Health } from './health/health.js';
import { Now } from './now/now.js';
import { Writers } from './now/writers.js';
import { Requests } from './requests/requests.js';
import { Boundary } from './shell/boundary.js';
import { ConnectionBanner } from './shell/connection-banner.js';
import { Header } from './shell/header.js';
import { Notices } from './shell/notices.js';
import { partOf } from './shell/part.js';
import { Questions } from './shell/question.js';
import { type Route, hrefOf, useRoute } from './shell/route.js';
import { SidePanel } from './shell/side-panel.js';
import css from './app.module.css';

const request = partOf(async () => (await import('./request/request-panel.js')).RequestPanel);
const acquire = partOf(async () => (await import('./acquire/acquire-panel.js')).AcquirePanel);
const file = partOf(async () => (await import('./files/file-panel.js')).FilePanel);
const runs = partOf(async () => (await import('./runs/runs-panel.js')).RunsPanel);
const run = partOf(async () => (await import('./runs/run-panel.js')).RunPanel);
const PARTS = [request, acquire, file, runs, run];

/** The whole page: header, what is now, the requests, and a panel where the address asks for one. */
export function App() {
  const route = useRoute();
  const requests = useRef<HTMLDivElement>(null);
  const { state } = useStore(connection);
  // H5Web is none of them: it is large.
  useEffect(() => {
    if (state === 'live') for (const part of PARTS) part.preload();
  }, [state]);
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
        <Boundary name="What is recorded now">
          <Now />
        </Boundary>
        <div className={css.columns}>
          <div className={css.side}>
            <Boundary name="Health">
              <Health />
            </Boundary>
            <Boundary name="Writers">
              <Writers />
            </Boundary>
          </div>
          <div className={css.requests} ref={requests} tabIndex={-1}>
            <Boundary name="The list">
              <Requests />
            </Boundary>
          </div>
        </div>
      </main>
      <Panel route={route} />
      <Notices />
      <Questions />
    </>
  );
}

function Panel({ route }: { readonly route: Route }) {
  if (route.view === 'list') return null;
  const { filter } = route;
  if (route.view === 'request') {
    return (
      <SidePanel key={route.view} title="Request" filter={filter}>
        <Boundary key={route.id} name="The request">
          <Suspense>
            <request.Component id={route.id} />
          </Suspense>
        </Boundary>
      </SidePanel>
    );
  }
  if (route.view === 'acquire') {
    return (
      <SidePanel key={route.view} title="Acquire by hand" filter={filter}>
        <Boundary name="The form">
          <Suspense>
            <acquire.Component />
          </Suspense>
        </Boundary>
      </SidePanel>
    );
  }
  if (route.view === 'runs') {
    return (
      <SidePanel key={hrefOf(route)} title="Runs" filter={filter}>
        <Boundary name="The runs">
          <Suspense>
            <runs.Component pgroup={route.pgroup} beamline={route.beamline} />
          </Suspense>
        </Boundary>
      </SidePanel>
    );
  }
  if (route.view === 'run') {
    const { pgroup, run: number, beamline } = route;
    const key = `${beamline}/${pgroup}/${number}`;
    return (
      <SidePanel key={route.view} title="Run" filter={filter}>
        <Boundary key={key} name="The run">
          <Suspense>
            <run.Component key={key} pgroup={pgroup} run={number} beamline={beamline} />
          </Suspense>
        </Boundary>
      </SidePanel>
    );
  }
  return (
    <SidePanel key={route.view} title="File" filter={filter} isWide>
      <Boundary key={route.file} name="The file">
        <Suspense>
          <file.Component file={route.file} path={route.path} />
        </Suspense>
      </Boundary>
    </SidePanel>
  );
}
