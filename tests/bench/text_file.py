#!/usr/bin/env python3
"""usage: text_file.py FILE MIB

Writes a file of MIB MiB of random letters, spaces and newlines, the same one every time."""
import random
import sys

LETTERS = (b"abcdefghijklmnopqrstuvwxyz" * 2 + b"ETA   \n    ").ljust(64, b" ") * 4


def write_text(path: str, mib: int) -> None:
    source = random.Random(3)
    with open(path, "wb") as file:
        for _ in range(mib):
            file.write(source.randbytes(1 << 20).translate(LETTERS))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    write_text(sys.argv[1], int(sys.argv[2]))
