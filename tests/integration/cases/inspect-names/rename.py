"""usage: rename.py FROM TO: the snapshot with names that could drive a terminal, and slots 0 and 1 FAULT."""
import json
import struct
import sys

with open(sys.argv[1], "rb") as file:
    (length,) = struct.unpack("<Q", file.read(8))
    header = json.loads(file.read(length))
    data = bytearray(file.read())
header["__metadata__"]["vyre.handlers"] = json.dumps({str(0x40000001): "\x1b[31mred\n", "1": "not a store"})
header["__metadata__"]["vyre.tenants"] = json.dumps({"2": "\x07bell"})
ring = header["ring"]["data_offsets"][0]
for slot in (0, 1):
    struct.pack_into("<I", data, ring + 64 * slot, 7)
text = json.dumps(header).encode()
with open(sys.argv[2], "wb") as file:
    file.write(struct.pack("<Q", len(text)) + text + data)
