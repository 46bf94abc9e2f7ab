"""Acquire pulses of a data buffer into HDF5 files, through the broker of SF DataBuffer Writer.

One file that needs ``requests`` alone; where ``tqdm`` is installed, waiting shows a progress bar.

    from sf_databuffer import Broker

    broker = Broker("http://localhost:10002", user="p12345", instrument="SARES20")
    made = broker.acquire("run_0001.h5", 21767262480, 21767262579, channels=["SIMULATOR-PULSE-ID"])
    for request in broker.wait(made):
        print(request.output_file, request.rows)

A call that gets no answer is repeated for a minute, and never acts twice: what was recorded already is found
by its id. Times are in seconds since the epoch, by the broker's clock.
"""

from __future__ import annotations

import contextlib
import getpass
import json
import math
import sys
import time
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Union
from urllib.parse import quote

import requests as http

__all__ = [
    "Broker",
    "BrokerAway",
    "BrokerError",
    "BrokerRefused",
    "Event",
    "NotRecorded",
    "NotWritten",
    "Request",
    "Retrieved",
    "Run",
    "RunFile",
    "RunNotWritten",
    "RunStillOpen",
    "StillOpen",
    "UnknownRequest",
    "UnknownRun",
]

#: States of requests of which nothing more comes.
SETTLED = ("written", "failed", "superseded", "skipped", "unconfirmed", "recorded")

_AGAIN_S = 0.5
# A stream of events has a sign of life each 15 s.
_SIGN_OF_LIFE_S = 15.0
_SILENCE_S = 45.0
# A broker takes equal retrievals for the same one for 60 s.
_SAME_RETRIEVAL_S = 45.0
# So long a broker is asked to wait for a run before it answers: where each change is wanted, and else.
_RUN_LOOK_S = (1.0, 10.0)
_THERE = ("written", "skipped", "there")
# Of files that this service writes; those of others are not waited for.
_OURS = ("BSDATA", "BSREAD", "CAMERAS")
# Statuses of a broker, or of a proxy before it, that can't answer just now.
_TRY_AGAIN = (429, 502, 503, 504)
# An answer that did not come, or broke off.
_LOST = (http.ConnectionError, http.Timeout, http.exceptions.ChunkedEncodingError)


class BrokerError(Exception):
    """Whatever this module raises. ``code`` is a stable word for programs, the text is for people."""

    code = "broker_error"


class BrokerAway(BrokerError):
    """The broker has not answered for as long as it was waited for."""

    code = "broker_away"


class BrokerRefused(BrokerError):
    """The broker does not do what a call asks for; the text is its own, ``http_status`` the status of its reply."""

    code = "broker_refused"

    def __init__(self, message: str, http_status: int) -> None:
        super().__init__(message)
        self.http_status = http_status


class UnknownRequest(BrokerRefused):
    """The broker knows no request of this id."""

    code = "unknown_request"


class UnknownRun(BrokerRefused):
    """The broker finds no run of this number, or no such pgroup."""

    code = "unknown_run"


class NotRecorded(BrokerError):
    """No answer came to a stop, and no request was recorded: the acquisition was given up or replaced."""

    code = "not_recorded"


class NotWritten(BrokerError):
    """Requests ended without a whole file. ``requests`` are those, ``code`` is that of the first one."""

    def __init__(self, requests: Sequence[Request]) -> None:
        super().__init__("; ".join(_why_not(each) for each in requests))
        self.requests = list(requests)
        self.code = str((requests[0].failure or {}).get("code", requests[0].state))


class StillOpen(BrokerError, TimeoutError):
    """Requests were not settled in time, and go on. ``requests`` are those, as they stand."""

    code = "still_open"

    def __init__(self, requests: Sequence[Request], timeout: float) -> None:
        standing = ", ".join(f"{each.output_file or each.request_id} ({each.state})" for each in requests)
        super().__init__(f"not settled after {timeout:g} s, and going on: {standing}")
        self.requests = list(requests)


@dataclass(frozen=True)
class Request:
    """A write request, which makes one file, as it stood when the broker was asked."""

    request_id: str
    #: queued, sent, … while it is open; at last one of ``SETTLED``
    state: str
    #: absolute, as the broker and its writers see it
    output_file: Optional[str]
    start_pulse_id: Optional[int]
    stop_pulse_id: Optional[int]
    #: rows that came so far, or in the end, of all channels together
    rows: int
    #: bytes of the data that came
    bytes: int
    #: why its last try came to nothing: ``code``, ``message`` and more
    failure: Optional[Mapping[str, Any]]
    #: when the broker tries it again by itself, in s since the epoch; None where it does not
    next_attempt: Optional[float]
    #: all that the broker says of it, as in ``GET /requests``
    head: Mapping[str, Any] = field(repr=False)

    @classmethod
    def of(cls, head: Mapping[str, Any]) -> Request:
        """The request of an entry of ``GET /requests``, or of an event."""
        return cls(
            request_id=str(head["request_id"]),
            state=str(head["state"]),
            output_file=head.get("output_file"),
            start_pulse_id=head.get("start_pulse_id"),
            stop_pulse_id=head.get("stop_pulse_id"),
            rows=int(head.get("rows") or 0),
            bytes=int(head.get("bytes") or 0),
            failure=head.get("failure"),
            next_attempt=head.get("next_attempt"),
            head=head,
        )

    @property
    def is_settled(self) -> bool:
        """Whether it has an outcome. One that failed may be tried again by itself: see ``is_healing``."""
        return self.state in SETTLED

    @property
    def is_healing(self) -> bool:
        """Whether it failed, and the broker tries it again by itself."""
        return self.state == "failed" and self.next_attempt is not None

    @property
    def is_complete(self) -> bool:
        """Whether its file is there, with all rows of all channels that it asked for.

        Rows may lack their value, as where a number was sent as text: ``head["channels_with_problems"]`` counts them.
        """
        lacking = ("channels_missing", "channels_failed", "channels_short")
        return self.state in ("written", "skipped") and not any(self.head.get(name) for name in lacking)


@dataclass(frozen=True)
class Retrieved:
    """An acquisition of a run, recorded; its files are yet to come: see ``Broker.wait_for_run``."""

    pgroup: str
    run_number: int
    #: of the run, from 1
    acquisition_number: int
    #: of the pgroup, from 1
    unique_acquisition_number: int
    #: that will be written, absolute, as the broker and its writers see them
    files: Sequence[str]
    #: of the write requests of files that this service writes
    request_ids: Sequence[str]
    #: what nothing is configured to take, in ``pv_list`` and ``detectors``; no file of it comes
    not_written: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class RunFile:
    """A file of a run, as it stood when the broker was asked."""

    output_file: str
    #: BSDATA, CAMERAS, PVDATA, …
    kind: str
    #: None for files that others write, and where the broker no longer has the request
    request_id: Optional[str]
    #: as of requests; where nothing but the disk tells: there, failed, not_there
    state: str
    #: whether nothing more becomes of it
    is_settled: bool
    #: whether it has all rows of all channels that it asked for; None where that is not known
    is_complete: Optional[bool]
    rows: int
    missing_channels: Sequence[str]
    #: why it is not there, or not whole
    message: Optional[str]
    #: when the broker tries it again by itself, in s since the epoch; None where it does not
    next_attempt: Optional[float]

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> RunFile:
        """The file of an entry of ``GET /runs/<pgroup>/<run>``."""
        return cls(
            output_file=str(entry["output_file"]),
            kind=str(entry["kind"]),
            request_id=entry.get("request_id"),
            state=str(entry["state"]),
            is_settled=bool(entry["settled"]),
            is_complete=entry.get("complete"),
            rows=int(entry.get("rows") or 0),
            missing_channels=list(entry.get("missing_channels") or []),
            message=entry.get("message"),
            next_attempt=entry.get("next_attempt"),
        )

    @property
    def is_healing(self) -> bool:
        """Whether it failed, and the broker tries it again by itself."""
        return self.state == "failed" and self.next_attempt is not None


@dataclass(frozen=True)
class Run:
    """A run of a pgroup, as it stood when the broker was asked."""

    pgroup: str
    run_number: int
    #: its folder; of flat runs its JSON file
    path: str
    #: whether nothing more becomes of its files
    is_settled: bool
    #: whether all that was asked for is there; it is not where something is in ``not_written``. None where nothing is
    #: missing as far as that is known, and files are there of which it is not known, as those of others
    is_complete: Optional[bool]
    #: of all its acquisitions, in their order
    files: Sequence[RunFile]
    #: all that the broker says of it, as in ``GET /runs/<pgroup>/<run>``
    reply: Mapping[str, Any] = field(repr=False)

    @classmethod
    def of(cls, run: Mapping[str, Any]) -> Run:
        """The run of a reply to ``GET /runs/<pgroup>/<run>``."""
        return cls(
            pgroup=str(run["pgroup"]),
            run_number=int(run["run_number"]),
            path=str(run["path"]),
            is_settled=bool(run["settled"]),
            is_complete=run["complete"],
            files=[RunFile.of(file) for each in run["acquisitions_list"] for file in each["files"]],
            reply=run,
        )


class RunNotWritten(BrokerError):
    """Files of a run ended without being there. ``files`` are those, ``run`` is the run as it stands."""

    code = "run_not_written"

    def __init__(self, run: Run, files: Sequence[RunFile]) -> None:
        super().__init__("; ".join(f"{each.output_file}: {each.message or each.state}" for each in files))
        self.run = run
        self.files = list(files)


class RunStillOpen(BrokerError, TimeoutError):
    """A run was not settled in time, and goes on. ``run`` is as it stands."""

    code = "run_still_open"

    def __init__(self, run: Run, timeout: float) -> None:
        standing = ", ".join(f"{each.output_file} ({each.state})" for each in run.files if not each.is_settled)
        super().__init__(f"run {run.run_number} not settled after {timeout:g} s, and going on: {standing}")
        self.run = run


@dataclass(frozen=True)
class Event:
    """Something that happened at the broker."""

    #: of the broker; None for a gap
    id: Optional[str]
    #: ``state``, ``progress``: of a request; ``gap``: events were missed; others are of all requests
    kind: str
    data: Mapping[str, Any]

    @property
    def request(self) -> Optional[Request]:
        """The request that it is of, as it stood then."""
        return Request.of(self.data) if self.kind in ("state", "progress") else None


class Broker:
    """A broker by its REST interface. To be used by one thread at a time.

    url: where it is, e.g. ``http://sf-daq:10002``
    user, instrument, process: what files say where a call gives nothing else (``general/user`` and so on)
    timeout: s after which a call without an answer counts as lost
    patience: s for which a broker that is away is waited for, at each call
    session: for certificates, proxies, or headers of your own
    """

    def __init__(
        self,
        url: str = "http://localhost:10002",
        *,
        user: Optional[str] = None,
        instrument: str = "",
        process: str = "sf_databuffer.py",
        timeout: float = 30.0,
        patience: float = 60.0,
        session: Optional[http.Session] = None,
    ) -> None:
        self.url = url.rstrip("/")
        self.timeout = timeout
        self.patience = patience
        self._general = {
            "general/user": getpass.getuser() if user is None else user,
            "general/process": process,
            "general/instrument": instrument,
        }
        self._session = session or http.Session()

    # Acquire

    def acquire(
        self,
        output_file: str,
        start_pulse_id: int,
        stop_pulse_id: int,
        channels: Union[str, Sequence[str], None] = None,
        **parameters: Any,
    ) -> List[Request]:
        """Have pulses that are past written, while they are in the data buffer. What is under way goes on.

        output_file: in an output root of the broker; a relative name goes into the first one
        start_pulse_id, stop_pulse_id: both included
        channels: one or several; None for the broker's own list; cameras (``…:FPICTURE``) get a file of their own
        parameters: any others, e.g. ``output_file_format="extended"``, ``**{"general/user": "p12345"}``

        Returns the request of each file, recorded: one, or two where there are cameras.
        Raises BrokerRefused where something of it is wrong, BrokerAway.
        """
        body = self._parameters(output_file, channels, parameters)
        body.update(start_pulse_id=start_pulse_id, stop_pulse_id=stop_pulse_id)
        key = {"Idempotency-Key": str(uuid.uuid4())}
        reply = self._call("POST", "/acquisitions", body, key)
        return self._all(_json(reply)["request_ids"])

    def configure(self, output_file: str, channels: Union[str, Sequence[str], None] = None, **parameters: Any) -> None:
        """Set up an acquisition that is to begin: ``start`` and ``stop`` say which pulses. As ``acquire`` otherwise.

        It takes the place of one that was set up before: a broker has one under way.
        """
        self._call("POST", "/parameters", self._parameters(output_file, channels, parameters))

    def start(self, pulse_id: int) -> None:
        """The first pulse of the acquisition. The same again is harmless, another one counts instead."""
        self._call("PUT", f"/start_pulse_id/{int(pulse_id)}")

    def stop(self, pulse_id: int) -> List[Request]:
        """The last pulse of the acquisition, which is recorded with it.

        Returns the request of each file; none where nothing was started, or another one had stopped it already.
        Raises BrokerRefused, NotRecorded, BrokerAway.
        """
        asked: Optional[str] = self.acquisition().get("id")
        deadline = time.monotonic() + self.patience
        is_lost = False
        while True:
            try:
                reply = self._once("PUT", f"/stop_pulse_id/{int(pulse_id)}")
            except _NoAnswer as error:
                _pause(deadline, self.url, error)
                is_lost = True
            else:
                ids = reply.headers.get("X-Request-Ids", "")
                if ids:
                    return self._all(ids.split(","))
                # A call whose answer was lost may have stopped it while this one stood behind it.
                return self._made_by(asked) if is_lost else []
            # It may have been recorded all the same: then its ids are known. Another acquisition must not be stopped.
            recorded = self._made_by(asked)
            if recorded:
                return recorded
            if self.acquisition().get("id") != asked:
                raise NotRecorded("no answer came to the stop, and its acquisition is gone: nothing was recorded")

    def give_up(self) -> None:
        """Forget the acquisition under way; nothing is written."""
        self._call("GET", "/stop")

    def replay(self, request: Union[Request, str], *, force: bool = False) -> Request:
        """Have the same written again, as a new request.

        request: it, or its id
        force: whether its file may be replaced by one with fewer rows
        Raises UnknownRequest, BrokerRefused, BrokerAway.
        """
        return self.submit(_json(self._call("GET", _path_of(request) + "/line"))["line"], force=force)

    def submit(self, line: Union[str, Mapping[str, Any]], *, force: bool = False) -> Request:
        """Have a recorded request written: a line of an audit trail, or what an ``.err`` file holds.

        Returns the new request. Raises BrokerRefused, BrokerAway.
        """
        key = {"Idempotency-Key": str(uuid.uuid4())}
        reply = self._call("POST", "/requests" + ("?force=true" if force else ""), line, key)
        return self.request(_json(reply)["request_id"])

    def cancel(self, request: Union[Request, str]) -> Request:
        """Cancel a request that waits, or that heals. Returns it as it stands then.

        Raises UnknownRequest; BrokerRefused where a writer has it, or it is settled; BrokerAway.
        """
        path = _path_of(request)
        try:
            return Request.of(_json(self._call("DELETE", path))["request"])
        except BrokerRefused:
            # The answer to a first try may have been lost.
            now = self.request(request)
            if now.head.get("cancelled"):
                return now
            raise

    def retrieve(
        self,
        pgroup: str,
        start_pulse_id: int,
        stop_pulse_id: int,
        *,
        channels: Optional[Sequence[str]] = None,
        cameras: Optional[Sequence[str]] = None,
        pvs: Optional[Sequence[str]] = None,
        detectors: Optional[Mapping[str, Any]] = None,
        run_number: Optional[int] = None,
        rate_multiplicator: int = 1,
        **more: Any,
    ) -> Retrieved:
        """Have pulses that are past written into a run of a pgroup, as the facility's own clients do.

        pgroup: whose raw folder exists, e.g. ``p12345``
        start_pulse_id, stop_pulse_id: both included
        channels, cameras, pvs: names; at least one list, or ``detectors``: the options of each
        run_number: of a run to which this adds a step; None: the next one
        rate_multiplicator: of how many pulses one is wanted: 1 at 100 Hz, 2 at 50 Hz, …
        more: any others, e.g. ``user_tag="…"``, ``scan_info={…}``

        Returns it, recorded, with the names of its files; ``wait_for_run`` waits for them.
        Raises BrokerRefused where something of it is wrong, BrokerAway.
        """
        lists = {"channels_list": channels, "camera_list": cameras, "pv_list": pvs}
        body: Dict[str, Any] = {name: list(names) for name, names in lists.items() if names is not None}
        for name, value in (("detectors", detectors), ("run_number", run_number)):
            if value is not None:
                body[name] = value
        body.update(pgroup=pgroup, start_pulseid=int(start_pulse_id), stop_pulseid=int(stop_pulse_id))
        body.update(rate_multiplicator=rate_multiplicator, client_name="sf_databuffer.py", **more)
        key = {"Idempotency-Key": str(uuid.uuid4())}
        # Later it would be another one.
        patience = min(self.patience, _SAME_RETRIEVAL_S)
        reply = self._call("POST", "/retrieve_from_buffers", body, key, patience=patience)
        said = _json(reply)
        if said.get("status") != "ok":
            raise BrokerRefused(str(said.get("message")), reply.status_code)
        return Retrieved(
            pgroup=pgroup,
            run_number=int(said["run_number"]),
            acquisition_number=int(said["acquisition_number"]),
            unique_acquisition_number=int(said["unique_acquisition_number"]),
            files=list(said["files"]),
            request_ids=list(said["request_ids"]),
            not_written=_mapping(said.get("not_written") or {}),
        )

    # Look

    def status(self) -> str:
        """``stopped``, ``configured`` or ``receiving``: the acquisition under way."""
        return str(_json(self._call("GET", "/status"))["status"])

    def acquisition(self) -> Mapping[str, Any]:
        """The acquisition under way: ``id``, ``start_pulse_id``, ``parameters`` and more, as far as they came."""
        return _mapping(_json(self._call("GET", "/acquisition"))["acquisition"])

    def overview(self) -> Mapping[str, Any]:
        """The broker at a glance: ``queue``, ``writers``, what is wrong (``health``) and more."""
        return _mapping(_json(self._call("GET", "/overview"))["overview"])

    def request(self, request: Union[Request, str]) -> Request:
        """A request as it stands now, by its id; its ``head`` has the history and the writer's report.

        Raises UnknownRequest, BrokerAway.
        """
        return Request.of(_json(self._call("GET", _path_of(request)))["request"])

    def find(self, *, limit: Optional[int] = None, **asked: Union[str, float, bool]) -> Iterator[Request]:
        """Requests, newest first, of the last 100,000.

        limit: how many at most
        asked: as ``GET /requests`` has it: ``state="failed,queued"``, ``since="2026-11-24"``, ``until=…`` (also in s),
            ``output_file=…``, ``search=…``, ``lane="live"``, ``incomplete=True``, ``healing=True``
        """
        left = sys.maxsize if limit is None else limit
        query = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in asked.items()}
        while left > 0:
            query["limit"] = str(min(left, 1000))
            page = _json(self._call("GET", "/requests", query=query))
            yield from map(Request.of, page["requests"])
            left -= len(page["requests"])
            if page["next"] is None:
                return
            query["before"] = page["next"]

    def run(self, pgroup: str, run_number: int) -> Run:
        """A run as it stands now: its acquisitions and files.

        Raises UnknownRun, BrokerAway.
        """
        return Run.of(_json(self._call("GET", _path_of_run(pgroup, run_number)))["run"])

    # Wait

    def wait_for_run(
        self,
        pgroup: str,
        run_number: int,
        timeout: Optional[float] = None,
        *,
        check: bool = True,
        heal: bool = True,
        progress: Optional[bool] = None,
    ) -> Run:
        """Wait until all files of a run are settled, those of every step that it has by then.

        timeout: s at most; None: as long as it takes. A broker that is away counts, and ends it after ``patience``.
        check: raise RunNotWritten where a file is not there in the end; else look at ``files``, and at ``is_complete``
        heal: wait also for what failed and is tried again by itself, as when a disk is full
        progress: show a bar; by default on a terminal and in a notebook, where tqdm is installed

        Returns the run as it stands then. Files may lack channels: ``is_complete``.
        Raises RunNotWritten, RunStillOpen, UnknownRun, BrokerAway.
        """
        bar = _Bar(progress)
        try:
            run = self._wait_for_run(_path_of_run(pgroup, run_number), timeout, heal, bar)
        finally:
            bar.close()
        absent = [each for each in run.files if each.kind in _OURS and each.state not in _THERE]
        if check and absent:
            raise RunNotWritten(run, absent)
        return run

    def wait(
        self,
        requests: Union[Request, str, Iterable[Union[Request, str]]],
        timeout: Optional[float] = None,
        *,
        check: bool = True,
        heal: bool = True,
        progress: Optional[bool] = None,
    ) -> List[Request]:
        """Wait until requests are settled, by what the broker has recorded of them.

        requests: one or several, or their ids
        timeout: s at most; None: as long as it takes. A broker that is away counts, and ends it after ``patience``.
        check: raise NotWritten where one ends without a file; else look at ``state``, and at ``is_complete``
        heal: wait also for what failed and is tried again by itself, as when a disk is full
        progress: show a bar; by default on a terminal and in a notebook, where tqdm is installed

        Returns them as they stand then, in the order given. Files may lack channels: ``is_complete``.
        Raises NotWritten, StillOpen, UnknownRequest, BrokerAway.
        """
        several = [requests] if isinstance(requests, (Request, str)) else list(requests)
        ids = [_id_of(each) for each in several]
        waiting = _Waiting(ids, heal, _Bar(progress))
        try:
            self._wait_for(waiting, timeout)
        finally:
            waiting.bar.close()
        ended = [waiting.known[each] for each in ids]
        failed = [each for each in ended if each.state not in ("written", "skipped")]
        if check and failed:
            raise NotWritten(failed)
        return ended

    def events(self, after: Optional[str] = None) -> Iterator[Event]:
        """The broker's events as they happen, for as long as they are read.

        A connection that ends is opened again, and missed events come first. Where the broker no longer has
        them, an event of kind ``gap`` comes.

        after: id of the last event that was seen; None: only what happens from now on
        Raises BrokerAway.
        """
        deadline: Optional[float] = None
        first = True
        while True:
            try:
                stream = self._stream(after)
                deadline = None
                # Nobody knows what it was, without an id to ask by.
                if not first and after is None:
                    yield Event(None, "gap", {})
                first = False
                with stream:
                    for event in _events_of(stream):
                        if event is not None:
                            after = event.id or after
                            yield event
                time.sleep(_AGAIN_S)
            except (_NoAnswer, http.RequestException) as error:
                deadline = time.monotonic() + self.patience if deadline is None else deadline
                _pause(deadline, self.url, error)

    def close(self) -> None:
        """End the connections."""
        self._session.close()

    def __enter__(self) -> Broker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _wait_for(self, waiting: _Waiting, timeout: Optional[float]) -> None:
        end = time.monotonic() + (math.inf if timeout is None else timeout)
        away: Optional[float] = None
        last_id: Optional[str] = None
        while True:
            try:
                # A stream may be silent for so long: near the end it would be left too late.
                is_near = end - time.monotonic() < _SIGN_OF_LIFE_S
                with contextlib.ExitStack() as leaving:
                    stream = None if is_near else self._stream_if_there(last_id)
                    if stream is not None:
                        leaving.enter_context(stream)
                    # Second: what happens after the look is among the events.
                    for each in list(waiting.open):
                        waiting.see(Request.of(_json(self._once("GET", _path_of(each)))["request"]))
                    away = None
                    if stream is not None:
                        last_id = _follow(stream, waiting, last_id, end)
            except (_NoAnswer, http.RequestException) as error:
                away = time.monotonic() + self.patience if away is None else away
                _pause(min(away, end), self.url, error)
            if not waiting.open:
                return
            if time.monotonic() >= end:
                known = [waiting.known[each] for each in waiting.open if each in waiting.known]
                raise StillOpen(known, timeout or 0)
            time.sleep(max(0.0, min(_AGAIN_S, end - time.monotonic())))

    def _wait_for_run(self, path: str, timeout: Optional[float], heal: bool, bar: _Bar) -> Run:
        end = time.monotonic() + (math.inf if timeout is None else timeout)
        away: Optional[float] = None
        # What heals is not settled, and wakes nobody.
        look = min(_RUN_LOOK_S[0 if bar.is_shown or not heal else 1], self.timeout / 2)
        run: Optional[Run] = None
        while True:
            try:
                left = max(0.0, min(look, end - time.monotonic()))
                reply = self._once("GET", path + "/wait", query={"timeout": f"{left:.3f}"})
                run = Run.of(_json(reply)["run"])
                away = None
                bar.show_run(run)
            except _NoAnswer as error:
                away = time.monotonic() + self.patience if away is None else away
                _pause(min(away, end), self.url, error)
                continue
            if all(each.is_settled or (not heal and each.is_healing) for each in run.files):
                return run
            if time.monotonic() >= end:
                raise RunStillOpen(run, timeout or 0)

    def _stream_if_there(self, after: Optional[str]) -> Optional[http.Response]:
        """None where there are no events just now: whoever waits looks again and again."""
        try:
            return self._stream(after)
        except (_NoAnswer, BrokerRefused):
            return None

    def _stream(self, after: Optional[str]) -> http.Response:
        headers = {"Accept": "text/event-stream"}
        if after is not None:
            headers["Last-Event-ID"] = after
        try:
            reply = self._session.get(
                self.url + "/events", headers=headers, stream=True, timeout=(self.timeout, _SILENCE_S)
            )
        except _LOST as error:
            raise _NoAnswer(_reason(error)) from error
        if reply.status_code == 200:
            return reply
        with reply:
            raise _refusal(reply)

    def _parameters(
        self, output_file: str, channels: Union[str, Sequence[str], None], parameters: Mapping[str, Any]
    ) -> Dict[str, Any]:
        created = {"general/created": datetime.now().strftime("%Y-%m-%d %H:%M:%S")}
        # A name is a sequence of letters, which nobody means.
        several = [channels] if isinstance(channels, str) else channels
        names = {} if several is None else {"channels": list(several)}
        return {**created, **self._general, "output_file": str(output_file), **names, **parameters}

    def _all(self, ids: Iterable[str]) -> List[Request]:
        return [self.request(each) for each in ids]

    def _made_by(self, acquisition_id: Optional[str]) -> List[Request]:
        made: List[Request] = []
        for each in [acquisition_id, f"{acquisition_id}-images"] if acquisition_id else []:
            try:
                made.append(self.request(each))
            except UnknownRequest:
                continue
        return made

    def _call(
        self,
        method: str,
        path: str,
        body: Union[str, Mapping[str, Any], None] = None,
        headers: Optional[Mapping[str, str]] = None,
        query: Optional[Mapping[str, str]] = None,
        patience: Optional[float] = None,
    ) -> http.Response:
        """A call that may be repeated, as it is harmless or has a key."""
        deadline = time.monotonic() + (self.patience if patience is None else patience)
        while True:
            try:
                return self._once(method, path, body, headers, query)
            except _NoAnswer as error:
                _pause(deadline, self.url, error)

    def _once(
        self,
        method: str,
        path: str,
        body: Union[str, Mapping[str, Any], None] = None,
        headers: Optional[Mapping[str, str]] = None,
        query: Optional[Mapping[str, str]] = None,
    ) -> http.Response:
        data: Optional[bytes] = None
        typed = dict(headers or {})
        if body is not None:
            is_text = isinstance(body, str)
            typed["Content-Type"] = "text/plain; charset=utf-8" if is_text else "application/json"
            data = (body if isinstance(body, str) else json.dumps(body)).encode()
        try:
            reply = self._session.request(
                method, self.url + path, data=data, headers=typed, params=query, timeout=self.timeout
            )
        except _LOST as error:
            raise _NoAnswer(_reason(error)) from error
        except http.RequestException as error:
            text = f"{self.url} can't be asked ({error}): give a url such as http://localhost:10002"
            raise BrokerError(text) from error
        if _is_cut(reply):
            raise _NoAnswer("its answer broke off")
        if reply.status_code == 200:
            return reply
        raise _refusal(reply)


class _NoAnswer(Exception):
    """No answer came, or one that says to ask again later."""

    def __init__(self, reason: str, refusal: Optional[BrokerRefused] = None) -> None:
        super().__init__(reason)
        self.refusal = refusal


class _Waiting:
    """Requests that are waited for, and what is known of them."""

    def __init__(self, ids: Sequence[str], heal: bool, bar: _Bar) -> None:
        self.open = dict.fromkeys(ids)
        self._many = len(self.open)
        self.known: Dict[str, Request] = {}
        self.bar = bar
        self._heal = heal

    def see(self, request: Request) -> None:
        self.known[request.request_id] = request
        if request.is_settled and not (self._heal and request.is_healing):
            self.open.pop(request.request_id, None)
        name = (request.output_file or request.request_id).rsplit("/", 1)[-1]
        done = f"{self._many - len(self.open)}/{self._many} files"
        self.bar.show(done, f"{name} {request.state}", sum(each.rows for each in self.known.values()))


class _Bar:
    """Rows that came so far, by tqdm where it is installed."""

    def __init__(self, wanted: Optional[bool]) -> None:
        self._bar: Any = None
        if wanted is None:
            wanted = sys.stderr.isatty() or "ipykernel" in sys.modules
        if not wanted:
            return
        try:
            from tqdm.auto import tqdm
        except ImportError:
            return
        self._bar = tqdm(unit=" rows", unit_scale=True)

    @property
    def is_shown(self) -> bool:
        return self._bar is not None

    def show(self, done: str, last: str, rows: int) -> None:
        if self._bar is None:
            return
        self._bar.set_description_str(done, refresh=False)
        self._bar.set_postfix_str(last, False)
        self._bar.n = rows
        self._bar.refresh()

    def show_run(self, run: Run) -> None:
        still_open = [each for each in run.files if not each.is_settled]
        done = f"{len(run.files) - len(still_open)}/{len(run.files)} files"
        last = [f"{each.output_file.rsplit('/', 1)[-1]} {each.state}" for each in still_open or run.files]
        self.show(done, last[-1] if last else "", sum(each.rows for each in run.files))

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


def _follow(
    stream: http.Response, waiting: _Waiting, last_id: Optional[str], end: float
) -> Optional[str]:
    """Heeds events until all is settled, the stream ends, or the end is near. Returns the id of the last event."""
    if not waiting.open:
        return last_id
    for event in _events_of(stream):
        if event is not None:
            last_id = event.id or last_id
            request = event.request
            if event.kind == "gap":
                return last_id
            if request is not None and request.request_id in waiting.open:
                waiting.see(request)
        if not waiting.open or end - time.monotonic() < _SIGN_OF_LIFE_S:
            return last_id
    return last_id


def _events_of(stream: http.Response) -> Iterator[Optional[Event]]:
    """The events of a stream; None for each sign of life beside them."""
    last_id: Optional[str] = None
    kind, data = "message", ""
    for line in _lines_of(stream):
        name, _, value = line.partition(":")
        value = value[1:] if value.startswith(" ") else value
        if line == "":
            if data:
                yield Event(None if kind == "gap" else last_id, kind, _mapping(json.loads(data)))
            kind, data = "message", ""
        elif name == "id":
            last_id = value
        elif name == "event":
            kind = value
        elif name == "data":
            data += value
        else:
            yield None


def _lines_of(stream: http.Response) -> Iterator[str]:
    rest = b""
    for chunk in stream.iter_content(chunk_size=None):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line.rstrip(b"\r").decode()


def _pause(deadline: float, url: str, error: Exception) -> None:
    """Waits before the next try. Raises what ends it where there is none."""
    if time.monotonic() >= deadline:
        if isinstance(error, _NoAnswer) and error.refusal is not None:
            raise error.refusal
        raise BrokerAway(f"the broker {url} does not answer ({error}): start it, or give another url") from error
    time.sleep(_AGAIN_S)


def _refusal(reply: http.Response) -> Exception:
    try:
        message = str(_mapping(json.loads(reply.content))["message"])
    except (ValueError, KeyError):
        message = f"{reply.request.method} {reply.request.path_url}: HTTP {reply.status_code}"
    unknown = UnknownRun if "/runs/" in str(reply.request.path_url) else UnknownRequest
    Refused = unknown if reply.status_code == 404 else BrokerRefused
    refused = Refused(message, reply.status_code)
    return _NoAnswer(message, refused) if reply.status_code in _TRY_AGAIN else refused


def _is_cut(reply: http.Response) -> bool:
    """Older versions of urllib3 take what came for the whole."""
    length = reply.headers.get("Content-Length", "")
    return "Content-Encoding" not in reply.headers and length.isdigit() and len(reply.content) < int(length)


def _reason(error: Exception) -> str:
    if isinstance(error, http.Timeout):
        return "it took too long"
    cause: object = error.args[0] if error.args else error
    return str(getattr(cause, "reason", cause)).rsplit(": ", 1)[-1]


def _why_not(request: Request) -> str:
    name = request.output_file or request.request_id
    if request.failure is not None and request.state == "failed":
        return f"{name}: {request.failure.get('message')} [{request.failure.get('code')}]"
    why = {
        "recorded": "was cancelled" if request.head.get("cancelled") else "is recorded only, and not written",
        "superseded": "a newer request has its file",
        "unconfirmed": "its writer does not report: look for the file",
    }
    return f"{name}: {why.get(request.state, request.state)}"


def _id_of(request: Union[Request, str]) -> str:
    return request if isinstance(request, str) else request.request_id


def _path_of(request: Union[Request, str]) -> str:
    return f"/requests/{quote(_id_of(request), safe='')}"


def _path_of_run(pgroup: str, run_number: int) -> str:
    return f"/runs/{quote(pgroup, safe='')}/{int(run_number)}"


def _json(reply: http.Response) -> Dict[str, Any]:
    try:
        return _mapping(json.loads(reply.content))
    except ValueError as error:
        raise BrokerError(f"{reply.url} does not answer as a broker does: give another url") from error


def _mapping(value: Any) -> Dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    return value
