#!/usr/bin/env python3
"""usage: same_results.py --vyre PROGRAM WORKLOAD [OPTION...]

Runs a workload on the reference interpreter and then on Vulkan with the further options, and compares
what both left behind: verdict, DONE_COUNT, EPOCH, metrics, fairness and every observable.
Skips (77) when there is no device and VYRE_REQUIRE_DEVICE is not 1. A workload that the interpreter
cannot run (custom handlers) only has to pass on Vulkan."""
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
# Fixed words that a run determines, whatever the schedule: names and [first, last].
COMPARED = (("shutdown", 0, 0), ("done_count", 1, 1), ("tenant_mask", 3, 31), ("tenant_quota", 32, 63),
            ("tenant_fairness", 64, 95), ("metrics", 96, 127), ("epoch", 128, 128), ("priority_offsets", 129, 134),
            ("priority_fairness", 136, 140))
OBSERVABLES = 160


def run(program: str, options: list, dump: pathlib.Path) -> subprocess.CompletedProcess:
    command = [program, "run", *options, "--dump", str(dump)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S)
    if ran.returncode not in (0, NO_DEVICE):
        print(ran.stdout + ran.stderr)
        print(f"exit code {ran.returncode}; to run it again:\n  {shlex.join(command)}")
    return ran


def first_difference(expected: tuple, seen: tuple) -> str:
    if len(expected) != len(seen):
        return f"{len(seen)} control words in place of {len(expected)}"
    ranges = COMPARED + (("observable", OBSERVABLES, len(expected) - 1),)
    for name, first, last in ranges:
        for word in range(first, last + 1):
            if expected[word] != seen[word]:
                return f"{name}({word - first}) is {seen[word]}, the reference says {expected[word]}"
    return ""


def main() -> int:
    program, workload, *options = sys.argv[sys.argv.index("--vyre") + 1:]
    with tempfile.TemporaryDirectory(prefix="vyre-same-") as folder:
        dumps = [pathlib.Path(folder) / name for name in ("reference.st", "vulkan.st")]
        reference = run(program, ["--backend", "reference", workload], dumps[0])
        if reference.returncode not in (0, NO_DEVICE):
            return 1
        vulkan = run(program, ["--backend", "vulkan", *options, workload], dumps[1])
        if vulkan.returncode == NO_DEVICE:
            print(vulkan.stdout + vulkan.stderr)
            return 1 if os.environ.get("VYRE_REQUIRE_DEVICE") == "1" else SKIP
        if vulkan.returncode != 0:
            return 1
        if reference.returncode == NO_DEVICE:
            return 0
        found = first_difference(*(snapshot.read(dump)["control"] for dump in dumps))
    if found:
        print(f"{workload}: {found}\nto run it again:\n  {shlex.join(sys.argv)}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
