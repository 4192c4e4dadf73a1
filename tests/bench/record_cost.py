#!/usr/bin/env python3
"""usage: record_cost.py PROGRAM [ROUNDS [BACKEND [WORKLOAD]]]

What recording costs: runs a workload (workloads/million.yaml) on a backend (vulkan, or reference) with and
without --record in turn, 9 rounds, and prints both medians, and the median of the rounds' ratios with the least
and the largest, as JSON. Of a run the time from its first publication to the end of its last wait counts."""
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

WORKLOADS = pathlib.Path(__file__).resolve().parents[2] / "workloads"


def elapsed_ns(command: list) -> int:
    ran = subprocess.run([*command, "--format", "json"], capture_output=True, text=True, check=True)
    return json.loads(ran.stdout)["runs"][0]["elapsed_ns"]


def main() -> None:
    program = sys.argv[1]
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 9
    backend = sys.argv[3] if len(sys.argv) > 3 else "vulkan"
    workload = sys.argv[4] if len(sys.argv) > 4 else str(WORKLOADS / "million.yaml")
    plain, recorded = [], []
    with tempfile.TemporaryDirectory(prefix="vyre-record-") as folder:
        command = [program, "run", "--backend", backend, workload]
        log = f"--record={folder}/run.vrrl"
        for _ in range(rounds):
            plain.append(elapsed_ns(command))
            recorded.append(elapsed_ns([*command, log]))
    ratios = [ours / bare for ours, bare in zip(recorded, plain)]
    json.dump({"workload": workload, "backend": backend, "rounds": rounds,
               "plain_ns": statistics.median(plain), "recorded_ns": statistics.median(recorded),
               "ratio": {"median": round(statistics.median(ratios), 4), "min": round(min(ratios), 4),
                         "max": round(max(ratios), 4)}}, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
