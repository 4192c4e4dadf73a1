#!/usr/bin/env python3
"""usage: stream_rate.py VYRE FILE... [options]

How fast `vyre stream` reads files through the kernel, in turn with a program that only reads them: fio, or read_rate
of the build folder where there is no fio. Cached pages and O_DIRECT, each road of the device, chunks of 1 and
16 MiB, depths 8 and 32, 1 and 4 jobs. Then how fast the files are scanned for literals, against the handler nop
and against the device's own copies (scan_rate --only copy). A ratio is the median of those of the rounds, with the
least and the largest. Prints JSON, and a table on the standard error.

  --device D          as for vyre (auto)
  --rounds N          3 if not given
  --literals N        1000 if not given
  --quick             only depth 8 with 1 job and depth 32 with 4, and as --seconds 150
  --seconds N         no measurement begins later than that, so that the last ones may have fewer rounds, or none
  --read-rate FILE    the program read_rate (found beside VYRE)
  --scan-rate FILE    the program scan_rate (found beside VYRE)
  --reader fio|read_rate
  --no-scan           leave the scans out"""
import argparse
import itertools
import json
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

MIB = 1 << 20
BLOCK = 4 * MIB
FIO_LEAST_BYTES = 1 << 30
TIMEOUT_S = 300


def run(command: list) -> dict:
    ran = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False,
                         timeout=TIMEOUT_S)
    # 1: a scan that found nothing.
    if ran.returncode not in (0, 1) or not ran.stdout:
        raise RuntimeError(f"exit code {ran.returncode}: {' '.join(map(str, command))}\n{ran.stderr[-2000:]}")
    return json.loads(ran.stdout)


def spread(values: list) -> dict:
    return {"median": round(statistics.median(values), 4), "min": round(min(values), 4), "max": round(max(values), 4)}


def direct_is_possible(path: str) -> bool:
    try:
        os.close(os.open(path, os.O_RDONLY | os.O_DIRECT))
    except OSError:
        return False
    return True


def warm(path: str) -> None:
    with open(path, "rb", buffering=0) as file:
        while file.read(BLOCK):
            pass


def drop(path: str) -> None:
    file = os.open(path, os.O_RDONLY)
    os.fsync(file)
    os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(file)


def write_literals(path: str, count: int) -> None:
    source = random.Random(1)
    with open(path, "w", encoding="ascii") as file:
        for _ in range(count):
            file.write("".join(source.choices("abcdefghijklmnopqrstuvwxyz", k=source.randint(5, 12))) + "\n")


class Bench:
    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.began = time.monotonic()
        self.reader = options.reader or ("fio" if shutil.which("fio") else "read_rate")

    def say(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    def is_late(self) -> bool:
        return time.monotonic() - self.began > self.options.seconds

    # --- Programs, each in bytes a nanosecond, which is GB/s ---------------------------------------------------------
    def stream(self, path: str, case: dict, *what: str) -> float:
        document = run([self.options.vyre, "stream", "--device", self.options.device, "--format", "json", "--timeout",
                        "60s", "--chunk", case["chunk"], "--depth", case["depth"], "--jobs", case["jobs"], "--road",
                        case["road"], *(["--direct"] if case["direct"] else []), *what, path])
        case.update(engine=document["engine"], copier=document["copier"], road_taken=document["road"],
                    notes=document["notes"], matches=document["matches"])
        case["waited"] = {part: round(document[f"waited_for_{part}_ns"] / max(document["elapsed_ns"], 1), 3)
                          for part in ("disk", "copy", "kernel")}
        return document["bytes"] / document["elapsed_ns"]

    def read(self, path: str, case: dict) -> float:
        if self.reader == "read_rate":
            document = run([self.options.read_rate, path, "--bs", case["chunk"], "--depth", case["depth"], "--jobs",
                            case["jobs"], "--direct", int(case["direct"])])
            return document["bytes"] / document["elapsed_ns"]
        document = run(["fio", "--name=read", f"--filename={path}", "--readonly", "--ioengine=io_uring", "--rw=read",
                        f"--bs={case['chunk']}", f"--iodepth={case['depth']}", f"--direct={int(case['direct'])}",
                        "--invalidate=0", f"--force_async={int(case['jobs'] > 1)}", f"--size={case['bytes']}",
                        # It touches its buffers for the first time as it reads: a short file would show little else.
                        f"--loops={-(-FIO_LEAST_BYTES // case['bytes'])}",
                        "--output-format=json"])
        read = document["jobs"][0]["read"]
        return read["io_bytes"] / (max(read["runtime"], 1) * 1e6)

    def copy(self, chunk: int, mib: int) -> float:
        document = run([self.options.scan_rate, "--device", self.options.device, "--only", "copy", "--rounds", "1",
                        "--literals", "1", "--mib", mib, "--chunk", chunk])
        return document["results"][0]["alternative"]["rate"]["median"]

    # --- What is compared --------------------------------------------------------------------------------------------
    def device(self) -> dict:
        document = run([self.options.vyre, "devices", "--format", "json"])
        wanted = self.options.device.lower()
        for device in document["devices"]:
            names = (str(device["index"]), device["type"], device["uuid"])
            if device["usable"] and (wanted == "auto" or wanted in names or wanted in device["name"].lower()):
                return device
        sys.exit(f"stream_rate.py: no usable device {wanted}")

    def cases(self, device: dict) -> list:
        shapes = [(8, 1), (32, 4)] if self.options.quick else list(itertools.product((8, 32), (1, 4)))
        roads = [road["name"] for road in device["roads"] if road["usable"]]
        cases = []
        for path in self.options.file:
            modes = [False, True] if direct_is_possible(path) else [False]
            for direct, chunk, (depth, jobs), road in itertools.product(modes, (MIB, 16 * MIB), shapes, roads):
                if not direct or road != "mapped":  # which never takes O_DIRECT
                    cases.append({"file": path, "bytes": os.path.getsize(path), "direct": direct, "road": road,
                                  "chunk": chunk, "depth": depth, "jobs": jobs})
        return cases

    def scan_cases(self) -> list:
        if self.options.no_scan:
            return []
        return [{"file": path, "bytes": os.path.getsize(path), "direct": direct, "road": "auto", "chunk": chunk,
                 "depth": 8, "jobs": 4}
                for path in self.options.file
                for direct in ([False, True] if direct_is_possible(path) else [False])
                for chunk in (MIB, 16 * MIB)]

    def prepare(self, case: dict) -> None:
        (drop if case["direct"] else warm)(case["file"])

    def measure(self, case: dict, names: list, calls: list) -> None:
        self.prepare(case)
        rates = {name: call() for name, call in zip(names, calls)}
        case.setdefault("rates", []).append(rates)

    def round(self, cases: list, scans: list, literals: str, device: dict) -> None:
        mib = 16 if device["type"] == "cpu" else 256
        for case in scans:
            names = ["nop", "scan"] + (["copy"] if self.options.scan_rate else [])
            self.attempt(case, names, [
                lambda: self.stream(case["file"], case, "--handler", "nop"),
                lambda: self.stream(case["file"], case, "--literals", literals),
                lambda: self.copy(case["chunk"], mib)][:len(names)])
        for case in cases:
            self.attempt(case, ["stream", self.reader], [
                lambda: self.stream(case["file"], case, "--handler", "nop"), lambda: self.read(case["file"], case)])

    def attempt(self, case: dict, names: list, calls: list) -> None:
        if "error" in case or self.is_late():
            return
        try:
            self.measure(case, names, calls)
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            case["error"] = str(error)
            self.say(f"FAILED: {error}")


def result(name: str, case: dict, ours: str, theirs: str) -> dict:
    rounds = case.get("rates", [])
    about = {key: value for key, value in case.items() if key != "rates"}
    if not rounds:
        return {"name": name, **about}
    return {"name": name, "unit": "GB/s", **about, "rounds": len(rounds),
            "ours": spread([rates[ours] for rates in rounds]),
            "alternative": {"what": theirs, **spread([rates[theirs] for rates in rounds])},
            "ratio": spread([rates[ours] / rates[theirs] for rates in rounds])}


def line(one: dict) -> str:
    what = (f"{one['name']:15} {'direct' if one['direct'] else 'cached':7} {one.get('road_taken', one['road']):7} "
            f"{one['chunk'] // MIB:2} MiB  depth {one['depth']:2}  jobs {one['jobs']}")
    if "ratio" not in one:
        return f"{what}  {'failed' if 'error' in one else 'no time was left'}"
    waited = " ".join(f"{part} {share:.0%}" for part, share in one["waited"].items())
    return (f"{what}  {one['ours']['median']:8.3f} / {one['alternative']['median']:8.3f} GB/s ({one['alternative']['what']})"
            f" = {one['ratio']['median']:.3f} ({one['ratio']['min']:.3f} to {one['ratio']['max']:.3f})  waited: {waited}")


def find_beside(vyre: str, name: str) -> str:
    build = pathlib.Path(vyre).resolve().parents[2]
    return str(next(build.glob(f"**/{name}"), ""))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(usage=__doc__, add_help=True)
    parser.add_argument("vyre")
    parser.add_argument("file", nargs="+")
    parser.add_argument("--device", default=os.environ.get("VYRE_DEVICE", "auto"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--literals", type=int, default=1000)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--read-rate")
    parser.add_argument("--scan-rate")
    parser.add_argument("--reader", choices=["fio", "read_rate"])
    parser.add_argument("--no-scan", action="store_true")
    options = parser.parse_args()
    for path in options.file:
        if not os.path.isfile(path) or os.path.getsize(path) == 0:
            parser.error(f"{path}: no file, or an empty one")
    options.seconds = options.seconds or (150 if options.quick else 1e9)
    options.read_rate = options.read_rate or find_beside(options.vyre, "read_rate")
    options.scan_rate = options.scan_rate or find_beside(options.vyre, "scan_rate")
    return options


def main() -> int:
    options = parse()
    with tempfile.TemporaryDirectory(prefix="vyre-rate-") as folder:
        bench = Bench(options)
        if bench.reader == "read_rate" and not options.read_rate:
            sys.exit("stream_rate.py: neither fio nor read_rate; build it, or name it with --read-rate")
        device = bench.device()
        cases, scans = bench.cases(device), bench.scan_cases()
        literals = f"{folder}/literals.txt"
        write_literals(literals, options.literals)
        for number in range(options.rounds):
            bench.round(cases, scans, literals, device)
            bench.say(f"round {number + 1} of {options.rounds}: {time.monotonic() - bench.began:.0f} s")
    results = [result("stream_nop", case, "stream", bench.reader) for case in cases]
    results += [result("scan_to_nop", case, "scan", "nop") for case in scans]
    if options.scan_rate:
        results += [result("scan_to_copy", case, "scan", "copy") for case in scans]
    json.dump({"device": device["name"], "driver": device["driver"], "reader": bench.reader, "cpus": os.cpu_count(),
               "results": results}, sys.stdout, indent=1)
    print()
    for one in results:
        bench.say(line(one))
    return int(any("error" in one for one in results))


if __name__ == "__main__":
    sys.exit(main())
