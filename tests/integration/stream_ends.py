#!/usr/bin/env python3
"""usage: stream_ends.py --vyre PROGRAM BACKEND

Ends `vyre stream` in the middle of its work: by SIGKILL at random moments (4, or VYRE_KILLS), of files and of a
pipe whose writer stalls, by SIGINT and SIGTERM, by a consumer that goes away. Nothing of it is left, no process
and no file; what it printed before is whole lines that are right; and the next run works at once. Skips (77)
without a device unless VYRE_REQUIRE_DEVICE is 1."""
import os
import pathlib
import random
import signal
import subprocess
import sys
import time

import streaming
from streaming import TIMEOUT_S

LINES = 400_000
LINE = b"one needle here\n"
SILENT = {"stdin": subprocess.DEVNULL, "stderr": subprocess.PIPE}


class Place:
    """A folder with a file to stream, which a run of its own, begun here, streams into `out`."""

    def __init__(self, program: str, backend: str, folder: pathlib.Path):
        self.folder = folder
        self.command = [program, "stream", "--backend", backend, "--literal", "needle", "--chunk", "64KiB"]
        (folder / "many").write_bytes(LINE * LINES)
        (folder / "few").write_bytes(LINE)
        os.mkfifo(folder / "pipe")
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        self.environment = {**os.environ, "TMPDIR": str(self.temporary)}
        self.names = self.left()

    def left(self) -> set:
        return {str(path.relative_to(self.folder)) for path in self.folder.rglob("*")}

    def start(self, *arguments: str, out=None, **options) -> subprocess.Popen:
        with open(self.folder / "out", "wb") as file:
            return subprocess.Popen([*self.command, *arguments], cwd=self.folder, env=self.environment, stdout=out or file,
                                    start_new_session=True, **{**SILENT, **options})

    def start_of_pipe(self) -> subprocess.Popen:
        """Streams a pipe of its own: the kernel may hold a killed run's for a while yet, as if somebody read it."""
        (self.folder / "pipe").unlink()
        os.mkfifo(self.folder / "pipe")
        return self.start("pipe")

    def works(self) -> None:
        ran = subprocess.run([*self.command, "few"], cwd=self.folder, capture_output=True, timeout=TIMEOUT_S)
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"few:4:needle\n", b""), ran

    def nothing_left(self, running: subprocess.Popen, *kept: str) -> None:
        """The process had a session of its own: whoever were left of it would be in its group."""
        running.stderr.close()
        streaming.until(lambda: not has_group(running.pid), "the processes of the run are gone")
        new = self.left() - self.names - {"out", *kept}
        assert not new, f"left behind: {new}"

    def check_out(self, name: str, is_cut: bool = False) -> int:
        """Lines that are right, in order, without a gap; the last one may be cut where a kill cut it."""
        lines = (self.folder / "out").read_bytes().split(b"\n")
        last = lines.pop()
        assert is_cut or last == b"", f"a line that does not end: {last!r}"
        for i, line in enumerate(lines):
            assert line == b"%s:%d:needle" % (name.encode(), len(LINE) * i + 4), f"line {i} is {line!r}"
        return len(lines)


def has_group(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def killed(place: Place, rng: random.Random) -> None:
    running = place.start("many", "--dump", "run.st", "--trace", "run.trace")
    time.sleep(rng.uniform(0, 0.6))
    running.kill()
    running.wait(TIMEOUT_S)
    place.check_out("many", is_cut=True)
    place.nothing_left(running)
    place.works()


def size_of(place: Place) -> int:
    return (place.folder / "out").stat().st_size


def killed_at_a_stall(place: Place, rng: random.Random) -> None:
    running = place.start_of_pipe()
    with open(place.folder / "pipe", "wb") as writer:
        writer.write(LINE * rng.randrange(1, 20_000))
        writer.flush()
        time.sleep(rng.uniform(0, 0.4))
        running.kill()
        running.wait(TIMEOUT_S)
    place.check_out("pipe", is_cut=True)
    place.nothing_left(running)
    place.works()


def interrupted(place: Place, number: int) -> None:
    """Of a pipe that brought something and then stalls, and of one that nobody ever writes."""
    running = place.start_of_pipe()
    with open(place.folder / "pipe", "wb") as writer:
        writer.write(LINE * 10_000)  # some chunks: a part of one waits for the rest
        writer.flush()
        streaming.until(lambda: size_of(place) > 0, "something was printed")
        running.send_signal(number)
        assert running.wait(TIMEOUT_S) == 128 + number
        assert running.stderr.read() == b"vyre stream: error: interrupted\n"
    assert place.check_out("pipe") > 0
    place.nothing_left(running)
    place.works()

    running = place.start_of_pipe()
    streaming.until(lambda: streaming.opened(running.pid, place.folder / "pipe"), "it waits for a writer")
    running.send_signal(number)
    assert running.wait(TIMEOUT_S) == 128 + number
    assert size_of(place) == 0
    place.nothing_left(running)


def interrupted_at_work(place: Place) -> None:
    running = place.start(*["many"] * 50)
    streaming.until(lambda: size_of(place) > 0, "something was printed")
    running.send_signal(signal.SIGINT)
    assert running.wait(TIMEOUT_S) == 128 + signal.SIGINT
    lines = (place.folder / "out").read_bytes().split(b"\n")
    assert lines.pop() == b"" and set(len(line.split(b":")) for line in lines) == {3}
    place.nothing_left(running)
    place.works()


def unplugged(place: Place) -> None:
    """Whoever takes the output goes away after a line: as with other programs that is the end."""
    running = place.start(*["many"] * 50, out=subprocess.PIPE)
    assert running.stdout.readline() == b"many:4:needle\n"
    running.stdout.close()
    assert running.wait(TIMEOUT_S) == -signal.SIGPIPE
    assert running.stderr.read() == b""
    place.nothing_left(running)
    place.works()


def main() -> int:
    program, backend = streaming.arguments()
    if not streaming.has_device(program, backend):
        return streaming.SKIP
    # Who starts this in the background of a script hands down that interrupts are ignored.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    seed = int(os.environ.get("VYRE_SEED", time.time_ns()))
    print(f"VYRE_SEED={seed}")
    rng = random.Random(seed)
    kills = int(os.environ.get("VYRE_KILLS", "4"))
    with streaming.scratch() as name:
        place = Place(program, backend, pathlib.Path(name))
        for _ in range(kills):
            killed(place, rng)
            killed_at_a_stall(place, rng)
        for number in (signal.SIGINT, signal.SIGTERM):
            interrupted(place, number)
        interrupted_at_work(place)
        unplugged(place)
    print(f"{2 * kills} killed runs, interrupts and a consumer that went away: nothing is left")
    return 0


if __name__ == "__main__":
    sys.exit(main())
