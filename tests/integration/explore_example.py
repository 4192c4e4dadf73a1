#!/usr/bin/env python3
"""usage: explore_example.py --vyre PROGRAM BACKEND WORKLOAD [OPTION...]

No example depends on the schedule, but for those in workloads/racy, which say so by that: there explore has to find
it within 100 runs. Another workload is run 5 times on Vulkan and 50 times on the interpreter, or VYRE_EXPLORE_RUNS
times. Skips (77) where BACKEND cannot run the workload, or without a device unless VYRE_REQUIRE_DEVICE is 1."""
import os
import pathlib
import subprocess
import sys

SKIP = 77
NO_DEVICE = 4
VARIES = 1
TIMEOUT_S = 3000
RUNS = {"vulkan": "5", "reference": "50"}


def main() -> int:
    program, backend, workload, *options = sys.argv[sys.argv.index("--vyre") + 1:]
    is_racy = pathlib.Path(workload).parent.name == "racy"
    runs = "100" if is_racy else os.environ.get("VYRE_EXPLORE_RUNS", RUNS[backend])
    ran = subprocess.run([program, "explore", "--backend", backend, "--runs", runs, *options, workload],
                         capture_output=True, text=True, timeout=TIMEOUT_S)
    print(ran.stdout + ran.stderr)
    if ran.returncode == NO_DEVICE and not (backend == "vulkan" and os.environ.get("VYRE_REQUIRE_DEVICE") == "1"):
        return SKIP
    return int(ran.returncode != (VARIES if is_racy else 0))


if __name__ == "__main__":
    sys.exit(main())
