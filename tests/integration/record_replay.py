#!/usr/bin/env python3
"""usage: record_replay.py --vyre PROGRAM BACKEND WORKLOAD [OPTION...]

Records a workload on a backend and replays the log on every backend that can run it: none may diverge.
OPTIONs go to the recorded run. Skips (77) where BACKEND cannot run the workload, or without a device unless
VYRE_REQUIRE_DEVICE is 1."""
import os
import pathlib
import sys
import tempfile

from calling import call

SKIP = 77
NO_DEVICE = 4


def main() -> int:
    program, backend, workload, *options = sys.argv[sys.argv.index("--vyre") + 1:]
    with tempfile.TemporaryDirectory(prefix="vyre-replay-") as folder:
        log = str(pathlib.Path(folder) / "run.vrrl")
        code = call(program, "run", "--quiet", "--backend", backend, *options, workload, f"--record={log}")
        if code == NO_DEVICE and not (backend == "vulkan" and os.environ.get("VYRE_REQUIRE_DEVICE") == "1"):
            return SKIP
        if code != 0:
            return 1
        for player in ("reference", "vulkan"):
            code = call(program, "replay", "--backend", player, log)
            if code == NO_DEVICE and player != backend:
                continue  # handlers, which the interpreter cannot run, or no device
            if code != 0:
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
