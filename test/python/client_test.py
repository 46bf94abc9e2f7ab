"""What the Python client does with a broker and a writer that run: ../long/python-client.spec.ts starts them."""

import contextlib
import importlib.util
import io
import os
import socket
import sys
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, List

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "clients", "python"))

import requests as http
from requests.adapters import HTTPAdapter
from requests.exceptions import ChunkedEncodingError

from sf_databuffer import (
    Broker,
    BrokerAway,
    BrokerError,
    BrokerRefused,
    NotRecorded,
    NotWritten,
    RunNotWritten,
    RunStillOpen,
    StillOpen,
    UnknownRequest,
    UnknownRun,
)

CHANNELS = ["SIMULATOR-PULSE-ID"]
CAMERA = "SIMULATOR-CAMERA-SMALL:FPICTURE"


class LosesAnswer(HTTPAdapter):
    """Loses the answer to the first call of a method, or the call itself."""

    def __init__(self, method: str, is_made: bool, then: Callable[[], Any]) -> None:
        super().__init__()
        self.method, self.is_made, self.then, self.is_lost = method, is_made, then, False

    def send(self, request: Any, *args: Any, **kwargs: Any) -> http.Response:
        if request.method != self.method or self.is_lost:
            return super().send(request, *args, **kwargs)
        self.is_lost = True
        if self.is_made:
            super().send(request, *args, **kwargs)
        self.then()
        raise http.ConnectionError("lost") if request.method == "PUT" else ChunkedEncodingError("broken off")


class ArrivesLate(HTTPAdapter):
    """Gives up the first call of a method, which arrives all the same, just before the second one."""

    def __init__(self, method: str) -> None:
        super().__init__()
        self.method, self.calls = method, 0

    def send(self, request: Any, *args: Any, **kwargs: Any) -> http.Response:
        if request.method == self.method:
            self.calls += 1
            if self.calls == 1:
                raise http.ReadTimeout("late")
            if self.calls == 2:
                super().send(request, *args, **kwargs)
        return super().send(request, *args, **kwargs)


def broker(**options: Any) -> Broker:
    return Broker(os.environ["BROKER_URL"], user="p1", instrument="TEST", **options)


def losing(method: str, *, is_made: bool = True, then: Callable[[], Any] = lambda: None) -> Broker:
    session = http.Session()
    session.mount("http://", LosesAnswer(method, is_made, then))
    return broker(session=session)


class WithoutWriter(unittest.TestCase):
    def test_1_what_waits_is_told_and_cancelled(self) -> None:
        client = broker()
        [made] = client.acquire("waits.h5", 1, 2, CHANNELS)
        begun = time.monotonic()
        with self.assertRaisesRegex(StillOpen, r"waits\.h5 \(queued\)") as still:
            client.wait(made, timeout=0.2)
        self.assertLess(time.monotonic() - begun, 15)
        self.assertEqual([each.request_id for each in still.exception.requests], [made.request_id])
        self.assertTrue(losing("DELETE").cancel(made).head["cancelled"])
        with self.assertRaisesRegex(NotWritten, r"waits\.h5: was cancelled"):
            client.wait(made)

    def test_2_a_broker_that_is_killed_meanwhile_is_waited_for(self) -> None:
        client = broker()
        made = client.acquire("restart.h5", 1, 3, CHANNELS)
        retrieved = client.retrieve("p1", 1, 3, channels=CHANNELS)
        with self.assertRaisesRegex(RunStillOpen, r"acq0001\.BSDATA\.h5 \(queued\)") as still:
            client.wait_for_run("p1", retrieved.run_number, timeout=0.1)
        self.assertFalse(still.exception.run.is_settled)
        with ThreadPoolExecutor() as threads:
            run = threads.submit(broker().wait_for_run, "p1", retrieved.run_number)
            print("waiting", flush=True)
            [written] = client.wait(made)
            self.assertEqual((written.state, written.rows), ("written", 3))
            self.assertEqual([(each.state, each.rows) for each in run.result().files], [("written", 3)])


class WithWriter(unittest.TestCase):
    def test_past_pulses_are_in_the_files(self) -> None:
        client = broker()
        made = client.acquire("past.h5", 1000, 1003, [*CHANNELS, CAMERA])
        shown = io.StringIO()
        with contextlib.redirect_stderr(shown):
            scalars, images = client.wait(made, progress=True)
        if importlib.util.find_spec("tqdm"):
            self.assertIn("2/2 files", shown.getvalue())
        self.assertTrue(scalars.is_complete)
        self.assertEqual((scalars.rows, scalars.start_pulse_id, scalars.stop_pulse_id), (4, 1000, 1003))
        self.assertTrue(str(images.output_file).endswith("past.IMAGES.h5"))
        if importlib.util.find_spec("h5py"):
            import h5py

            with h5py.File(scalars.output_file, "r") as file:
                self.assertEqual(list(file["data/SIMULATOR-PULSE-ID/data"]), [1000, 1001, 1002, 1003])
                self.assertEqual(file["general/user"][()], b"p1")
        self.assertEqual(client.wait(made[0].request_id)[0].state, "written")
        with self.assertRaisesRegex(BrokerRefused, "is written already") as refused:
            client.cancel(scalars)
        self.assertEqual(refused.exception.http_status, 409)

    def test_a_run_grows_by_steps(self) -> None:
        client = broker()
        made = client.retrieve("p2", 1000, 1007, channels=CHANNELS, cameras=[CAMERA], pvs=["A-PV"], user_tag="first")
        self.assertEqual((made.run_number, made.acquisition_number, len(made.request_ids)), (1, 1, 2))
        self.assertEqual([name.rsplit(".", 2)[1] for name in made.files], ["BSDATA", "CAMERAS"])
        self.assertEqual(made.not_written, {"pv_list": ["A-PV"]})
        step = client.retrieve("p2", 1008, 1009, channels=CHANNELS, run_number=made.run_number)
        self.assertEqual((step.run_number, step.acquisition_number, step.unique_acquisition_number), (1, 2, 2))
        shown = io.StringIO()
        with contextlib.redirect_stderr(shown):
            run = client.wait_for_run("p2", made.run_number, progress=True)
        if importlib.util.find_spec("tqdm"):
            self.assertIn("3/3 files", shown.getvalue())
        # The PVs are nowhere.
        self.assertFalse(run.is_complete)
        self.assertTrue(all(each.is_complete for each in run.files))
        self.assertEqual([(each.kind, each.rows) for each in run.files], [("BSDATA", 8), ("CAMERAS", 2), ("BSDATA", 2)])
        self.assertEqual([each.output_file for each in run.files], [*made.files, *step.files])
        self.assertEqual(client.run("p2", 1).path, run.path)

    def test_a_run_whose_answer_is_lost_is_acquired_once(self) -> None:
        made = losing("POST").retrieve("p3", 1, 2, channels=CHANNELS)
        self.assertEqual((made.run_number, made.acquisition_number), (1, 1))
        run = broker().wait_for_run("p3", 1)
        self.assertEqual(len(run.files), 1)
        self.assertEqual(broker().retrieve("p3", 1, 2, channels=CHANNELS).run_number, 2)

    def test_what_is_wrong_with_a_run_is_said(self) -> None:
        client = broker()
        with self.assertRaisesRegex(BrokerRefused, "stop_pulseid"):
            client.retrieve("p4", 5, 4, channels=CHANNELS)
        with self.assertRaises(UnknownRun):
            client.wait_for_run("p4", 12345)
        made = client.retrieve("p4", 1, 2, channels=["NOBODY-HAS-THIS"])
        with self.assertRaisesRegex(RunNotWritten, r"BSDATA\.h5: ") as failed:
            client.wait_for_run("p4", made.run_number, heal=False)
        self.assertEqual([each.state for each in failed.exception.files], ["failed"])
        self.assertFalse(client.wait_for_run("p4", made.run_number, heal=False, check=False).is_complete)

    def test_the_live_way(self) -> None:
        client = broker()
        self.assertEqual(client.stop(5), [])
        client.configure("live.h5", CHANNELS, output_file_format="extended")
        self.assertEqual(client.status(), "configured")
        client.start(10)
        self.assertEqual(client.acquisition()["start_pulse_id"], 10)
        made = client.stop(12)
        self.assertEqual(client.stop(12), [])
        [written] = client.wait(made)
        self.assertEqual((written.rows, written.head["lane"]), (3, "live"))

    def test_lost_answers_record_nothing_twice_and_lose_nothing(self) -> None:
        client = broker()
        [past] = losing("POST").acquire("once.h5", 1, 2, CHANNELS)
        again = losing("POST").replay(past)
        for is_made in (True, False):
            client.configure("stop.h5", CHANNELS)
            client.start(20)
            made = losing("PUT", is_made=is_made).stop(21)
            self.assertEqual([(each.start_pulse_id, each.stop_pulse_id) for each in made], [(20, 21)])
            client.wait(made)
        session = http.Session()
        session.mount("http://", ArrivesLate("PUT"))
        client.configure("late.h5", CHANNELS)
        client.start(25)
        self.assertEqual([each.stop_pulse_id for each in broker(session=session).stop(26)], [26])
        client.configure("gone.h5", CHANNELS)
        client.start(30)

        def another() -> None:
            client.give_up()
            client.configure("other.h5", CHANNELS)
            client.start(31)

        with self.assertRaises(NotRecorded):
            losing("PUT", is_made=False, then=another).stop(32)
        self.assertEqual(client.status(), "receiving")
        client.give_up()
        client.wait([past, again])
        recorded = [str(each.output_file).rsplit("/", 1)[-1] for each in client.find()]
        for name, times in (("once.h5", 2), ("stop.h5", 2), ("late.h5", 1), ("gone.h5", 0), ("other.h5", 0)):
            self.assertEqual((name, recorded.count(name)), (name, times))

    def test_what_fails_says_why(self) -> None:
        client = broker()
        made = client.acquire("fails.h5", 1, 2, ["NOBODY-HAS-THIS"])
        with self.assertRaisesRegex(NotWritten, r"fails\.h5: .* \[empty_reply\]") as failed:
            client.wait(made, heal=False)
        self.assertEqual(failed.exception.code, "empty_reply")
        [ended] = client.wait(made, heal=False, check=False)
        self.assertEqual((ended.state, ended.is_complete), ("failed", False))
        with open(f"{ended.output_file}.err") as file:
            again = client.submit(file.read())
        self.assertEqual(again.head["replay_of"], ended.request_id)
        with self.assertRaises(NotWritten):
            client.wait(again, heal=False)
        lacking = client.acquire("lacks.h5", 1, 2, [*CHANNELS, "NOBODY-HAS-THIS"])
        [written] = client.wait(lacking)
        self.assertEqual((written.state, written.is_complete), ("written", False))

    def test_refusals_are_the_brokers_words(self) -> None:
        client = broker()
        with self.assertRaisesRegex(BrokerRefused, "stop_pulse_id is lower than start pulse id 5") as refused:
            client.acquire("a.h5", 5, 4, CHANNELS)
        self.assertEqual((refused.exception.code, refused.exception.http_status), ("broker_refused", 400))
        for call in (client.request, client.cancel, client.wait, client.replay):
            with self.assertRaises(UnknownRequest):
                call("no/such request")
        with self.assertRaisesRegex(BrokerError, "does not answer as a broker does"):
            Broker(client.url + "/docs/?").status()
        with self.assertRaisesRegex(BrokerAway, r"http://127\.0\.0\.1:1 does not answer \(.*refused\)"):
            Broker("http://127.0.0.1:1", patience=0).status()
        with self.assertRaisesRegex(BrokerError, "give a url such as http://localhost:10002"):
            Broker("localhost:10002").status()

    def test_an_answer_that_breaks_off_is_none(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            replies = [b'Content-Length: 500\r\n\r\n{"sta', b'Content-Length: 20\r\n\r\n{"status":"stopped"}']

            def answer() -> None:
                for reply in replies:
                    connection, _ = server.accept()
                    with connection:
                        connection.recv(65536)
                        connection.sendall(b"HTTP/1.1 200 OK\r\n" + reply)

            threading.Thread(target=answer, daemon=True).start()
            self.assertEqual(Broker(f"http://127.0.0.1:{server.getsockname()[1]}").status(), "stopped")

    def test_one_channel_needs_no_list(self) -> None:
        client = broker()
        [written] = client.wait(client.acquire("one.h5", 1, 2, CHANNELS[0]))
        self.assertEqual((written.head["channels_asked"], written.rows), (1, 2))

    def test_events_come_from_where_one_left_off(self) -> None:
        client = broker()
        [made] = client.acquire("events.h5", 1, 2, CHANNELS)
        client.wait(made)
        kinds: List[str] = []
        last = ""
        for event in client.events(after="1"):
            kinds.append(event.kind)
            last = event.id or last
            if event.request and event.request.request_id == made.request_id and event.request.is_settled:
                break
        self.assertEqual((kinds[0], kinds[-1]), ("gap", "state"))
        client.acquire("events.h5", 3, 4, CHANNELS)
        following = next(client.events(after=last))
        self.assertEqual(following.id, str(int(last) + 1))

    def test_requests_are_found_and_replayed(self) -> None:
        client = broker()
        [first] = client.wait(client.acquire("again.h5", 7, 9, CHANNELS))
        [again] = client.wait(client.replay(first))
        self.assertEqual((again.head["replay_of"], again.rows), (first.request_id, 3))
        found = list(client.find(output_file="again.h5", incomplete=False, since=first.head["accepted"]))
        self.assertEqual([each.request_id for each in found], [again.request_id, first.request_id])
        self.assertEqual([each.request_id for each in client.find(search="again", limit=1)], [again.request_id])


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
