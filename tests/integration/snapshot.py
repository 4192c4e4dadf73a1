"""Reads a snapshot: the safetensors layout, with U32 tensors only."""
import json
import pathlib
import struct


def read(path: pathlib.Path) -> dict:
    data = path.read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8:8 + length])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        assert entry["dtype"] == "U32", (name, entry)
        tensors[name] = struct.unpack(f"<{(end - begin) // 4}I", data[8 + length + begin:8 + length + end])
    return tensors
