#!/usr/bin/env python3
"""usage: load_cost.py LOAD_ONCE [--steps N] [--rounds N] [--format json|yaml]...

What loading a workload costs: writes one of a million steps as JSON and as YAML, and loads each with vyre, which
checks every step, and with the bare parser a user would begin with (nlohmann::json::parse, YAML::Load), which does
not, in turn, each in a process of its own. Prints for each format the median seconds, megabytes a second and peak
memory of both, and how many times as long the bare parser took (median, least and largest round), as JSON."""
import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile

SETTINGS = {"vyre": 1, "ring": {"slots": 1024}, "parameters": {"base": 3},
            "control": {"observables": 256, "tenants": [{"id": 1, "name": "worker"}]}}
BARE = {"json": "nlohmann", "yaml": "yaml-cpp"}


def step(i: int) -> dict:
    """A mix of what workloads hold: mostly single operations, by names and by lists, some with options."""
    k = i % 200
    return [
        {"atomic_add": {"value": i % 1000, "to": f"observable({k})"}},
        {"store_u32": {"value": i, "to": f"observable({k})"}},
        {"nop": {}},
        {"load_u32": {"from": f"observable({k})", "to": k}},
        {"compare_swap": {"at": f"observable({k})", "expected": i % 7, "desired": i}},
        {"memcpy": {"from": "observable(0)", "to": "observable(8)", "words": 4}, "async": True},
        {"store_u32": [f"base + {i}", "observable(7)"], "tenant": "worker"},
        {"batch": [{"atomic_add": {"value": 1, "to": "observable(1)"}}, {"nop": {}}]},
    ][i % 8]


def flow(value: object) -> str:
    """A value in YAML's flow style, without the quotes that JSON needs."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(entry) for entry in value) + "]"
    return json.dumps(value) if isinstance(value, bool) else str(value)


def block(entry: dict) -> str:
    return "- " + "\n  ".join(f"{key}: {flow(value)}" for key, value in entry.items()) + "\n"


def write(path: pathlib.Path, form: str, steps: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        if form == "json":
            file.write(json.dumps(SETTINGS)[:-1] + ',\n"steps": [\n')
            for i in range(steps):
                file.write(json.dumps(step(i)) + (",\n" if i + 1 < steps else "\n"))
            file.write("]}\n")
        else:
            file.write("".join(f"{key}: {flow(value)}\n" for key, value in SETTINGS.items()) + "steps:\n")
            for i in range(steps):
                file.write(block(step(i)))


def load(program: str, way: str, path: pathlib.Path, steps: int) -> dict:
    ran = subprocess.run([program, way, str(path)], capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        raise SystemExit(f"load_cost: {program} {way} {path}: exit {ran.returncode}: {ran.stderr.strip()}")
    told = json.loads(ran.stdout)
    if told["steps"] != steps:
        raise SystemExit(f"load_cost: {way} found {told['steps']} steps in {path}, {steps} were written")
    return told


def summary(way: str, runs: list) -> dict:
    seconds = statistics.median(run["seconds"] for run in runs)
    return {"by": way, "seconds": round(seconds, 4), "mb_per_s": round(runs[0]["text_bytes"] / seconds / 1e6, 1),
            "peak_mib": round(max(run["peak_kib"] for run in runs) / 1024, 1)}


def measure(program: str, form: str, steps: int, rounds: int, folder: str) -> dict:
    path = pathlib.Path(folder) / f"steps.{form}"
    write(path, form, steps)
    ours, bare = [], []
    for _ in range(rounds):
        ours.append(load(program, "vyre", path, steps))
        bare.append(load(program, BARE[form], path, steps))
    path.unlink()
    ratios = [slow["seconds"] / fast["seconds"] for fast, slow in zip(ours, bare)]
    return {"name": f"load_{form}", "steps": steps, "text_mib": round(ours[0]["text_bytes"] / 2**20, 1),
            "rounds": rounds, "ours": summary("vyre", ours), "alternative": summary(BARE[form], bare),
            "ratio": {"median": round(statistics.median(ratios), 3), "min": round(min(ratios), 3),
                      "max": round(max(ratios), 3)}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--format", action="append", choices=sorted(BARE))
    asked = parser.parse_args()
    if asked.steps < 1 or asked.rounds < 1:
        parser.error("--steps and --rounds must be at least 1")
    with tempfile.TemporaryDirectory(prefix="vyre-load-") as folder:
        results = [measure(asked.program, form, asked.steps, asked.rounds, folder)
                   for form in asked.format or sorted(BARE)]
    print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
