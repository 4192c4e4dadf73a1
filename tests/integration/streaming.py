"""What tests of `vyre stream` share: a program that runs in a folder of its own, held up where a test wants."""
import os
import pathlib
import subprocess
import sys
import tempfile
import time

SKIP = 77
NO_DEVICE = 4
FILE = 6
TIMEOUT_S = 60


def arguments() -> list:
    """Those behind --vyre, the program first, by its whole path."""
    program, *rest = sys.argv[sys.argv.index("--vyre") + 1:]
    return [str(pathlib.Path(program).resolve()), *rest]


def scratch() -> tempfile.TemporaryDirectory:
    return tempfile.TemporaryDirectory(prefix="vyre-stream-")


def has_device(program: str, backend: str) -> bool:
    """False: the test is to be skipped. Where a device is required the test finds out by itself."""
    if backend != "vulkan" or os.environ.get("VYRE_REQUIRE_DEVICE") == "1":
        return True
    return subprocess.run([program, "devices"], capture_output=True, timeout=TIMEOUT_S).returncode == 0


def until(holds, what: str) -> None:
    deadline = time.monotonic() + TIMEOUT_S
    while not holds():
        assert time.monotonic() < deadline, f"{TIMEOUT_S} s, and not yet: {what}"
        time.sleep(0.005)


def is_asleep(pid: int) -> bool:
    """Nothing of the process runs: twice in a row none of its threads used the processor in between."""
    def used() -> int:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])
    before = used()
    time.sleep(0.1)
    return used() == before


def opened(pid: int, path: pathlib.Path) -> bool:
    for link in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        try:
            if os.readlink(link) == str(path):
                return True
        except FileNotFoundError:
            pass
    return False
