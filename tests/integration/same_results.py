#!/usr/bin/env python3
"""usage: same_results.py --vyre PROGRAM WORKLOAD [OPTION...]

Runs a workload on the reference interpreter, then on Vulkan with each of several shapes of the kernel,
and compares what they left behind: DONE_COUNT, EPOCH, metrics, tenants, fairness and every observable.
OPTIONs go to all runs. Skips (77) when there is no device and VYRE_REQUIRE_DEVICE is not 1. A workload
that the interpreter cannot run (custom handlers) only has to pass on Vulkan."""
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

import snapshot

SKIP = 77
NO_DEVICE = 4
TIMEOUT_S = 240
SHAPES = ("", "--lanes 8 --workgroups 1 --slice-passes 3", "--lanes 8 --workgroups 4", "--lanes 64 --workgroups 2",
          "--lanes 64 --workgroups 3 --slice-passes 5", "--lanes 256 --workgroups 1", "--lanes 256 --workgroups 4")
# Fixed words that a run determines, whatever the schedule: name, first, last.
COMPARED = (("shutdown", 0, 0), ("done_count", 1, 1), ("tenant_mask", 3, 31), ("tenant_quota", 32, 63),
            ("tenant_fairness", 64, 95), ("metrics", 96, 127), ("epoch", 128, 128), ("priority_offsets", 129, 134),
            ("priority_fairness", 136, 140))
OBSERVABLES = 160


def run(command: list, dump: pathlib.Path) -> int:
    ran = subprocess.run([*command, "--dump", str(dump)], capture_output=True, text=True, timeout=TIMEOUT_S)
    if ran.returncode != 0:
        print(ran.stdout + ran.stderr)
        print(f"exit code {ran.returncode}; to run it again:\n  {shlex.join(command)}")
    return ran.returncode


def first_difference(expected: tuple, seen: tuple) -> str:
    if len(expected) != len(seen):
        return f"{len(seen)} control words in place of {len(expected)}"
    for name, first, last in COMPARED + (("observable", OBSERVABLES, len(expected) - 1),):
        for word in range(first, last + 1):
            if expected[word] != seen[word]:
                return f"{name}({word - first}) is {seen[word]}, the reference says {expected[word]}"
    return ""


def main() -> int:
    program, workload, *options = sys.argv[sys.argv.index("--vyre") + 1:]
    with tempfile.TemporaryDirectory(prefix="vyre-same-") as folder:
        dump = pathlib.Path(folder) / "run.st"
        code = run([program, "run", "--backend", "reference", *options, workload], dump)
        if code not in (0, NO_DEVICE):
            return 1
        expected = snapshot.read(dump)["control"] if code == 0 else None
        for shape in SHAPES:
            command = [program, "run", "--backend", "vulkan", *shlex.split(shape), *options, workload]
            code = run(command, dump)
            if code == NO_DEVICE and os.environ.get("VYRE_REQUIRE_DEVICE") != "1":
                return SKIP
            if code != 0:
                return 1
            found = first_difference(expected, snapshot.read(dump)["control"]) if expected else ""
            if found:
                print(f"{workload}: {found}\nto run it again:\n  {shlex.join(command)}")
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
