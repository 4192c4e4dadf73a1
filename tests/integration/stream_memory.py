#!/usr/bin/env python3
"""usage: stream_memory.py --vyre PROGRAM BACKEND

The memory of `vyre stream` does not depend on how long a file is: the most that a run over a large sparse
file, and over as much from a pipe, ever has is compared with a run over a file of a few chunks, which uses
every buffer as well. What is more than MORE is too much. VYRE_STREAM_MIB sets the size; scripts/soak takes
4 GiB. Skips (77) without a device unless VYRE_REQUIRE_DEVICE is 1."""
import os
import pathlib
import subprocess
import sys

import streaming

MIB = 1 << 20
MORE = 8 * MIB
WORK = {"reads": (["--handler", "nop"], 1), "scans": (["--literal", "needle", "--regex", "x[a-z]+y"], 8)}


def peak_bytes(command: list, source=None) -> int:
    """The most memory that a run of the command had."""
    running = subprocess.Popen(command, stdin=source or subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(running.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    running.returncode = code
    assert code in (0, 1), f"exit code {code} of {command}"  # 1: nothing was found
    return usage.ru_maxrss * 1024


def peak_of_pipe(command: list, size: int) -> int:
    with subprocess.Popen(["head", "-c", str(size), "/dev/zero"], stdout=subprocess.PIPE) as writer:
        peak = peak_bytes([*command, "-"], writer.stdout)
    assert writer.returncode == 0
    return peak


def main() -> int:
    program, backend = streaming.arguments()
    if not streaming.has_device(program, backend):
        return streaming.SKIP
    size = int(os.environ.get("VYRE_STREAM_MIB", "512")) * MIB
    grown = {}
    with streaming.scratch() as name:
        small, large = pathlib.Path(name) / "small", pathlib.Path(name) / "large"
        for work, (options, divisor) in WORK.items():
            of_work = size // (divisor if "VYRE_STREAM_MIB" not in os.environ else 1)
            for path, length in ((small, 48 * MIB), (large, of_work)):
                path.write_bytes(b"")
                os.truncate(path, length)
            for road in ("auto", "staged"):
                command = [program, "stream", "--backend", backend, *options, "--road", road, "--timeout", "60s"]
                base = peak_bytes([*command, str(small)])
                grown[f"{work}, road {road}, {base // MIB} MiB"] = peak_bytes([*command, str(large)]) - base
                if road == "auto":
                    grown[f"{work}, pipe"] = peak_of_pipe(command, of_work) - base
    for what, more in grown.items():
        print(f"{what}: {more / MIB:+.1f} MiB")
    return 1 if max(grown.values()) > MORE else 0


if __name__ == "__main__":
    sys.exit(main())
