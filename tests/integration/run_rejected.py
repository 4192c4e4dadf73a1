#!/usr/bin/env python3
"""usage: run_rejected.py --vyre PROGRAM

Validates every file of rejected/: each must end with exit code 3, name its place and a remedy on standard
error, and leave standard output empty."""
import pathlib
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parent / "rejected"


def problem(program: str, file: pathlib.Path) -> str:
    ran = subprocess.run([program, "validate", str(file)], capture_output=True, timeout=60)
    if ran.returncode != 3:
        return f"exit code {ran.returncode} in place of 3"
    if ran.stdout:
        return f"standard output holds {ran.stdout[:80]!r}"
    if b": error: " not in ran.stderr or b"fix: " not in ran.stderr:
        return f"no error with a remedy: {ran.stderr[:200]!r}"
    return ""


def main() -> int:
    program = sys.argv[sys.argv.index("--vyre") + 1]
    files = sorted(file for file in FOLDER.iterdir() if file.suffix in (".yaml", ".json"))
    failures = [(file, found) for file in files if (found := problem(program, file))]
    for file, found in failures:
        print(f"{program} validate {file}\n  {found}")
    print(f"{len(files) - len(failures)} of {len(files)} files are refused as they should be")
    return 1 if failures or not files else 0


if __name__ == "__main__":
    sys.exit(main())
