#!/usr/bin/env python3
"""usage: record_cost.py PROGRAM [ROUNDS [WORKLOAD]]

What recording costs: runs a workload (workloads/million.yaml) with and without --record in turn, 5 rounds, and
prints both medians and their ratio as JSON. Of a run the time from its first publication to the end of its
last wait counts."""
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
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    workload = sys.argv[3] if len(sys.argv) > 3 else str(WORKLOADS / "million.yaml")
    plain, recorded = [], []
    with tempfile.TemporaryDirectory(prefix="vyre-record-") as folder:
        command = [program, "run", "--backend", "reference", workload]
        log = f"--record={folder}/run.vrrl"
        for _ in range(rounds):
            plain.append(elapsed_ns(command))
            recorded.append(elapsed_ns([*command, log]))
    medians = statistics.median(plain), statistics.median(recorded)
    json.dump({"workload": workload, "rounds": rounds, "plain_ns": plain, "recorded_ns": recorded,
               "median_plain_ns": medians[0], "median_recorded_ns": medians[1],
               "ratio": round(medians[1] / medians[0], 4)}, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
