import type { Overview, RequestHead, WriterOverview } from '../api/broker.js';
import { useTimeText } from '../api/clock.js';
import { useOverview } from '../api/overview.js';
import { Clipped } from '../format/clipped.js';
import { fileName, listedName } from '../format/files.js';
import { counted, grouped, megabytes, rate } from '../format/numbers.js';
import { rowsAtMost } from '../format/progress.js';
import { type Sign, type Tone, lookOf } from '../format/states.js';
import { age, moment } from '../format/times.js';
import { writerNames } from '../format/writers.js';
import { Icon } from '../shell/icon.js';
import { hrefOf, useRoute } from '../shell/route.js';
import css from './writers.module.css';

/** Who writes, what each is doing, and what waits. */
export function Writers() {
  const overview = useOverview();
  if (!overview) return null;
  const { writers, silent_writers: silent, queue } = overview;
  const names = writerNames(writers);
  return (
    <>
      <section className={css.section} aria-label="Queue">
        <h2>Queue</h2>
        <Queue queue={queue} />
      </section>
      <section className={css.section} aria-label="Writers">
        <h2>Writers</h2>
        {writers.length + silent === 0 && (
          <p className={css.empty}>
            None connected. Start one with <code>sf-databuffer writer</code> and the broker’s output
            address.
          </p>
        )}
        <ul className={css.writers}>
          {writers.map((writer) => (
            <Writer
              key={writer.writer_id}
              writer={writer}
              name={names.get(writer.writer_id) ?? writer.host}
            />
          ))}
          {silent > 0 && (
            <li className={css.writer}>
              <p className={css.trouble}>
                {counted(silent, 'connected writer')} never said hello: what{' '}
                {silent === 1 ? 'it does' : 'they do'} is not known.
              </p>
            </li>
          )}
        </ul>
      </section>
    </>
  );
}

function Queue({ queue }: { readonly queue: Overview['queue'] }) {
  const { waiting, under_way, healing, oldest_age } = queue;
  return (
    <dl className={css.queue}>
      <div>
        <dd>{grouped(waiting)}</dd>
        <dt>waiting</dt>
      </div>
      <div>
        <dd>{grouped(under_way)}</dd>
        <dt>under way</dt>
      </div>
      <div data-tone={healing > 0 ? 'attention' : undefined}>
        <dd>{grouped(healing)}</dd>
        <dt>retrying</dt>
      </div>
      <div title="Age of the oldest open live request">
        <dd>{oldest_age > 0 ? age(oldest_age) : '–'}</dd>
        <dt>oldest</dt>
      </div>
    </dl>
  );
}

function Writer({ writer, name }: { readonly writer: WriterOverview; readonly name: string }) {
  const {
    host,
    version,
    pid,
    jobs,
    requests_under_way: held,
    concurrency,
    bytes_per_second,
    requests_lost: lost = 0,
  } = writer;
  const { filter } = useRoute();
  const { word, sign, tone } = conditionOf(writer);
  const silence = useTimeText((now) =>
    writer.silent ? ` for ${age(now - writer.last_seen)}` : '',
  );
  return (
    <li className={css.writer}>
      <p className={css.head}>
        <strong
          title={`Writer ${writer.writer_id}, process ${pid} on ${host}, up since ${moment(writer.started)}`}
        >
          {name}
        </strong>
        <span className={css.condition} data-tone={tone}>
          <Icon name={sign} size={14} />
          {word}
          {silence}
        </span>
        {!writer.silent && <span className={css.rate}>{rate(bytes_per_second)}</span>}
      </p>
      <p className={css.facts}>
        <span>{version}</span>
        <span>
          {held} of {counted(concurrency, 'job')}
        </span>
        <span>{grouped(writer.requests_written)} written</span>
        {writer.requests_failed > 0 && <span>{grouped(writer.requests_failed)} failed</span>}
      </p>
      {writer.silent && (
        <p className={css.trouble}>
          {lost > 0
            ? `Lost: ${counted(lost, 'request')} it held ${lost === 1 ? 'was' : 'were'} sent again.`
            : 'No heartbeat: check whether it still runs.'}
        </p>
      )}
      {writer.unable && <p className={css.trouble}>{writer.unable}</p>}
      {jobs.length > 0 && (
        <ul className={css.jobs}>
          {jobs.map((job) => (
            <li key={job.request_id}>
              <a
                href={hrefOf({ view: 'request', id: job.request_id, filter })}
                title={job.output_file}
              >
                <Clipped text={listedName(job.output_file ?? job.request_id)} />
              </a>
              <Progress job={job} />
            </li>
          ))}
          {held > jobs.length && (
            <li className={css.more}>and {grouped(held - jobs.length)} more</li>
          )}
        </ul>
      )}
      <LastError writer={writer} />
    </li>
  );
}

function Progress({ job }: { readonly job: RequestHead }) {
  const { rows = 0, bytes = 0 } = job;
  const most = rowsAtMost(job);
  return (
    <span className={css.progress}>
      {most !== undefined && (
        <progress
          max={most}
          value={rows}
          aria-label={`Rows of ${fileName(job.output_file ?? '')}`}
          title={`${grouped(rows)} of at most ${grouped(most)} rows`}
        />
      )}
      <span>{bytes > 0 ? `${megabytes(bytes)} MB` : lookOf(job).word}</span>
    </span>
  );
}

function LastError({ writer }: { readonly writer: WriterOverview }) {
  const { last_error: error, last_file: file } = writer;
  const { filter } = useRoute();
  const ago = useTimeText((now) => (error ? age(now - error.time) : ''));
  if (!error) return null;
  // What went well since then makes it old news.
  const isPast = file !== null && file.time > error.time;
  return (
    <p className={css.error} data-past={isPast}>
      <a
        href={hrefOf({ view: 'request', id: error.request_id, filter })}
        title={`${moment(error.time)}: ${error.message}`}
      >
        {isPast ? 'Last error' : 'Error'} {ago} ago
      </a>
      {': '}
      {error.message}
    </p>
  );
}

function conditionOf(writer: WriterOverview): { word: string; sign: Sign; tone: Tone } {
  if (writer.silent) return { word: 'silent', sign: 'question', tone: 'attention' };
  if (writer.quarantined) return { word: 'paused', sign: 'pause', tone: 'attention' };
  if (writer.jobs.length > 0) return { word: 'busy', sign: 'pen', tone: 'busy' };
  return { word: 'ready', sign: 'check', tone: 'ok' };
}
