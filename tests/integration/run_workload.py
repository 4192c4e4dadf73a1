#!/usr/bin/env python3
"""usage: run_workload.py --vyre PROGRAM BACKEND WORKLOAD [OPTION...]

Runs one of workloads/, which has to pass. Skips (77) where the backend cannot run it: custom handlers
on the interpreter, or no device, unless VYRE_REQUIRE_DEVICE is 1."""
import os
import shlex
import subprocess
import sys

SKIP = 77
NO_DEVICE = 4


def main() -> int:
    program, backend, workload, *options = sys.argv[sys.argv.index("--vyre") + 1:]
    command = [program, "run", "--backend", backend, *options, workload]
    code = subprocess.run(command, timeout=240).returncode
    if code == 0:
        return 0
    print(f"exit code {code}; to run it again:\n  {shlex.join(command)}")
    required = backend == "vulkan" and os.environ.get("VYRE_REQUIRE_DEVICE") == "1"
    return SKIP if code == NO_DEVICE and not required else 1


if __name__ == "__main__":
    sys.exit(main())
