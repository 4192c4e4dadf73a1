#!/usr/bin/env python3
"""usage: export_round_trip.py --vyre PROGRAM WORKLOAD [OPTION...]

Records a workload on the reference interpreter, exports the log, and records a run of the export: what both
logs publish, where, in which order and with which waits has to be the same, and the export has to load and
to pass. OPTIONs go to the first run. Skips (77) where the interpreter cannot run the workload."""
import pathlib
import sys
import tempfile

from calling import call

SKIP = 77
UNSUPPORTED = 4


def steps(path: pathlib.Path) -> list:
    """What an export does, without where it came from."""
    lines = path.read_text().splitlines()
    return lines[lines.index("steps:"):]


def main() -> int:
    program, workload, *options = sys.argv[sys.argv.index("--vyre") + 1:]
    with tempfile.TemporaryDirectory(prefix="vyre-export-") as name:
        folder = pathlib.Path(name)
        first, second = str(folder / "first.vrrl"), str(folder / "second.vrrl")
        exported, again = folder / "first.yaml", folder / "second.yaml"
        code = call(program, "run", "--quiet", "--backend", "reference", *options, workload, f"--record={first}")
        if code != 0:
            return SKIP if code == UNSUPPORTED else 1
        for command in ((program, "export", first, "-o", str(exported)),
                        (program, "validate", str(exported)),
                        (program, "run", "--quiet", "--backend", "reference", str(exported), f"--record={second}"),
                        (program, "export", second, "-o", str(again)),
                        (program, "replay", "--quiet", "--backend", "reference", "--against", first, second)):
            if call(*command) != 0:
                return 1
        before, after = steps(exported), steps(again)
        if before == after:
            return 0
        for number, (one, other) in enumerate(zip(before, after)):
            if one != other:
                print(f"{workload}: line {number} of the steps was\n{one}\nand is\n{other}")
                return 1
        print(f"{workload}: {len(before)} lines of steps became {len(after)}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
