#!/usr/bin/env python3
"""usage: stream_cksum.py --vyre PROGRAM [--file FILE | --bytes N] [--chunk SIZE]... [--roads R,...] [--out FILE]

A custom handler sees every byte of a file once, on each road that the device has, through the page cache and
past it: tests/bench/checksum.glsl gives every piece's CRC, length and sum, which put together have to be what
cksum(1) and the host's own sum say of the file. Without a file, random ones of odd sizes are made and removed;
VYRE_CKSUM_BYTES makes one of that size (--bytes). --out leaves times as JSON."""
import argparse
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

HANDLER = pathlib.Path(__file__).resolve().parents[1] / "bench" / "checksum.glsl"
POLYNOMIAL = 0x104C11DB7
SKIPPED = 77
SHORT = [(1, "64KiB"), (65_536, "64KiB"), (2_100_003, "64KiB"), (3 * 2**20 + 13, "1MiB"), (5 * 2**20, "1MiB")]


def multiplied(a: int, b: int) -> int:
    """Modulo the polynomial, over GF(2)."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        b >>= 1
        a <<= 1
        if a >> 32:
            a ^= POLYNOMIAL
    return product


def shifted(crc: int, size: int) -> int:
    """The CRC of the same bytes with `size` NULs behind them: times x^(8 size)."""
    power, square, bits = 1, 2, 8 * size
    while bits:
        if bits & 1:
            power = multiplied(power, square)
        square = multiplied(square, square)
        bits >>= 1
    return multiplied(crc, power)


def with_length(crc: int, size: int) -> int:
    """As cksum ends: with the bytes of the length, the lowest first, and complemented."""
    while size:
        crc = multiplied(crc ^ (size & 0xFF) << 24, 1 << 8)
        size >>= 8
    return crc ^ 0xFFFFFFFF


def size_of(text: str) -> int:
    for unit, factor in (("KiB", 2**10), ("MiB", 2**20)):
        if text.endswith(unit):
            return int(text[:-3]) * factor
    return int(text)


def sum_of(path: str) -> int:
    total, block_bytes = 0, 1 << 20
    masks = [int.from_bytes((b"\xff" * width + b"\0" * width) * (block_bytes // width // 2), "little")
             for width in (1, 2, 4)]
    with open(path, "rb") as file:
        while block := file.read(block_bytes):
            value = int.from_bytes(block, "little")
            for width, mask in zip((1, 2, 4), masks):  # neighbours into one number of twice the width
                value = (value & mask) + (value >> 8 * width & mask)
            total += sum(memoryview(value.to_bytes(block_bytes, "little")).cast("Q"))
    return total


def direct_is_possible(path: str) -> bool:
    try:
        os.close(os.open(path, os.O_RDONLY | os.O_DIRECT))
    except OSError:
        return False
    return True


class Trial:
    def __init__(self, options: argparse.Namespace) -> None:
        self.vyre = options.vyre
        self.device = options.device or os.environ.get("VYRE_DEVICE", "auto")
        self.timeout = options.timeout
        self.roads = options.roads.split(",") if options.roads else self.usable_roads()
        self.failed = 0
        self.results = []

    def usable_roads(self) -> list:
        ran = subprocess.run([self.vyre, "devices", "--format", "json"], capture_output=True, text=True, check=False)
        if ran.returncode != 0:
            print(ran.stderr)
            sys.exit(1 if os.environ.get("VYRE_REQUIRE_DEVICE") == "1" else SKIPPED)
        devices = [device for device in json.loads(ran.stdout)["devices"] if device["usable"]]
        chosen = [device for device in devices if self.device in ("auto", str(device["index"]))
                  or self.device.lower() in (device["type"], device["uuid"]) or self.device.lower() in device["name"].lower()]
        if not chosen:
            print("no usable device")
            sys.exit(1 if os.environ.get("VYRE_REQUIRE_DEVICE") == "1" else SKIPPED)
        return [road["name"] for road in chosen[0]["roads"] if road["usable"]]

    def stream(self, path: str, chunk: str, road: str, direct: bool, observables: int) -> dict:
        command = [self.vyre, "stream", "--device", self.device, "--handler", str(HANDLER), "--chunk", chunk,
                   "--depth", "64", "--road", road, "--timeout", self.timeout, "--format", "json",
                   "--observables", str(observables), "--observe", f"observable(0..{observables - 1})",
                   *(["--direct"] if direct else []), path]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if ran.returncode != 0:
            raise RuntimeError(f"exit code {ran.returncode}: {' '.join(command)}\n{ran.stderr}{ran.stdout[-2000:]}")
        return json.loads(ran.stdout)

    def check(self, path: str, chunk: str, cksum: int, total: int, road: str, direct: bool) -> None:
        size = os.path.getsize(path)
        pieces = -(-size // size_of(chunk))
        name = f"{size} bytes, chunks of {chunk}, road {road}, {'direct' if direct else 'buffered'}"
        try:
            document = self.stream(path, chunk, road, direct, 3 * pieces)
        except RuntimeError as error:
            print(f"{name}: {error}")
            self.failed = 1
            return
        words = [word["value"] for word in document["observed"]]
        crc = length = seen = 0
        for piece in range(pieces):
            crc = shifted(crc, words[3 * piece + 1]) ^ words[3 * piece]
            length += words[3 * piece + 1]
            seen += words[3 * piece + 2]
        good = (with_length(crc, length), length, seen) == (cksum, size, total)
        if not good:
            print(f"{name}: cksum {with_length(crc, length)} of {length} bytes with the sum {seen}, "
                  f"expected {cksum} of {size} with {total}")
            self.failed = 1
        self.results.append({"bytes": size, "chunk": chunk, "road": document["road"], "asked": road,
                             "direct": direct, "good": good, "elapsed_ns": document["elapsed_ns"],
                             "notes": document["notes"]})
        print(f"{'ok' if good else 'WRONG':6}{name}: {size / document['elapsed_ns']:.3f} GB/s", flush=True)

    def check_file(self, path: str, chunk: str) -> None:
        ran = subprocess.run(["cksum", path], capture_output=True, text=True, check=True)
        cksum, total = int(ran.stdout.split()[0]), sum_of(path)
        for road in self.roads:
            self.check(path, chunk, cksum, total, road, False)
            if not direct_is_possible(path):
                print(f"{path}: its file system has no O_DIRECT")
            elif road != "mapped":  # which never takes O_DIRECT
                self.check(path, chunk, cksum, total, road, True)


def main() -> int:
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--vyre", required=True)
    parser.add_argument("--file")
    parser.add_argument("--bytes", type=int, default=int(os.environ.get("VYRE_CKSUM_BYTES", "0")))
    parser.add_argument("--chunk", action="append")
    parser.add_argument("--roads")
    parser.add_argument("--device")
    parser.add_argument("--timeout", default="120s")
    parser.add_argument("--folder", help="where files are made")
    parser.add_argument("--out")
    options = parser.parse_args()
    trial = Trial(options)
    with tempfile.TemporaryDirectory(prefix="vyre-cksum-", dir=options.folder) as folder:
        os.environ.setdefault("XDG_CACHE_HOME", os.environ.get("VYRE_TEST_CACHE", folder))
        if options.file:
            work = [(options.file, chunk) for chunk in options.chunk or ["1MiB", "16MiB"]]
        else:
            cases = SHORT if options.bytes == 0 else [(options.bytes, c) for c in options.chunk or ["16MiB"]]
            work = []
            for size, chunk in cases:
                path = f"{folder}/{size}.bin"
                source = random.Random(size)
                with open(path, "wb") as file:
                    for at in range(0, size, 1 << 20):
                        file.write(source.randbytes(min(1 << 20, size - at)))
                work.append((path, chunk))
        for path, chunk in work:
            trial.check_file(path, chunk)
    if options.out:
        pathlib.Path(options.out).write_text(json.dumps(trial.results, indent=2) + "\n", encoding="ascii")
    return trial.failed


if __name__ == "__main__":
    sys.exit(main())
