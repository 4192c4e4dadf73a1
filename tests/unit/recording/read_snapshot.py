"""Reads a snapshot with nothing but the standard library, as any tool may, and checks what is in it."""
import json
import struct
import sys

with open(sys.argv[1], "rb") as file:
    (length,) = struct.unpack("<Q", file.read(8))
    header = json.loads(file.read(length))
    data = file.read()

assert length % 8 == 0, f"the data begins at byte {8 + length}, which is not aligned"
metadata = header.pop("__metadata__")
assert metadata["vyre.snapshot"] == "1", metadata
assert metadata["vyre.workload"] == 'h"ä\n', metadata
assert json.loads(metadata["vyre.formats"]) == {"0": "zero {}", "4294967295": '"quoted"'}, metadata
assert json.loads(metadata["vyre.handlers"]) == {"9": "ü", str(0x40000001): "sum_range"}, metadata
assert json.loads(metadata["vyre.tenants"]) == {"2": "guest"}, metadata

shapes = {"control": [165], "ring": [2, 16], "debug_log": [5], "io_queue": [3, 8], "completions": [2, 2],
          "arena": [3]}
assert {name: tensor["shape"] for name, tensor in header.items()} == shapes, header

values = {}
covered = 0
for name, tensor in header.items():
    begin, end = tensor["data_offsets"]
    assert tensor["dtype"] == "U32" and begin == covered, tensor
    covered = end
    values[name] = struct.unpack(f"<{(end - begin) // 4}I", data[begin:end])
assert covered == len(data), (covered, len(data))

assert values["control"] == tuple(0x01020304 * i & 0xFFFFFFFF for i in range(165))
assert values["ring"] == (0xFFFFFFFF,) * 32
assert values["debug_log"] == (4, 1, 2, 3, 16)
assert values["io_queue"] == (7,) * 24
assert values["completions"] == (3, 0, 0x0107, 99)
assert values["arena"] == (0, 0x04030201, 0)
print("read", len(values), "tensors")
