#!/usr/bin/env python3
"""usage: trace_cost.py PROGRAM [ROUNDS [BACKEND [COUNT [OTHER]]]]

What a timeline costs: runs COUNT slots (100,000) of workloads/million.yaml on BACKEND (vulkan) without --trace and
with it, in both formats, in turn, 5 rounds, and prints the medians and their ratios as JSON. Of a run the time from
its first publication to the end of its last wait counts. OTHER is another build of the program, such as one from
before timelines: run in turn too, without --trace, it shows what having them costs where none is asked for."""
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

WORKLOAD = pathlib.Path(__file__).resolve().parents[2] / "workloads" / "million.yaml"


def elapsed_ns(command: list) -> int:
    ran = subprocess.run([*command, "--format", "json"], capture_output=True, text=True, check=True)
    return json.loads(ran.stdout)["runs"][0]["elapsed_ns"]


def main() -> None:
    program, rounds, backend, count, other = (sys.argv[1:] + ["5", "vulkan", "100_000", None][len(sys.argv) - 2:])[:5]
    with tempfile.TemporaryDirectory(prefix="vyre-trace-") as folder:
        tail = ["run", "--backend", backend, "--set", f"count={count}", str(WORKLOAD)]
        commands = {"plain": [program, *tail],
                    "pftrace": [program, *tail, "--trace", f"{folder}/run.pftrace"],
                    "json": [program, *tail, "--trace", f"{folder}/run.json"]}
        if other:
            commands["other_plain"] = [other, *tail]
        times = {name: [] for name in commands}
        for _ in range(int(rounds)):
            for name, command in commands.items():
                times[name].append(elapsed_ns(command))
    medians = {name: statistics.median(each) for name, each in times.items()}
    json.dump({"backend": backend, "count": count, "elapsed_ns": times, "median_ns": medians,
               "ratio": {name: round(median / medians["plain"], 4) for name, median in medians.items()}},
              sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
