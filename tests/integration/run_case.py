#!/usr/bin/env python3
"""usage: run_case.py [--update] --vyre PROGRAM CASE_FOLDER

Runs one case of cases/: the shell lines in `cmd`, in a copy of the folder, with the program called
`vyre` on the PATH. Compares standard output, standard error and exit code with expect.out, expect.err
and expect.code; a missing file means nothing, or 0. `...` in an expectation stands for any text within
its line, and a line of only `...` for any number of lines. Exit code 77 (a device is missing) skips.
--update writes what was seen into the expectations."""
import argparse
import difflib
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

TIMEOUT_S = 120
SKIP = 77


def environment(program: pathlib.Path, home: pathlib.Path) -> dict:
    kept = ("LANG", "LD_LIBRARY_PATH", "VK_DRIVER_FILES", "VK_ICD_FILENAMES", "ASAN_OPTIONS", "LSAN_OPTIONS",
            "TSAN_OPTIONS", "UBSAN_OPTIONS", "VYRE_REQUIRE_DEVICE")
    env = {name: os.environ[name] for name in kept if name in os.environ}
    tools = home / "bin"
    tools.mkdir()
    (tools / "vyre").symlink_to(program)
    env.update(PATH=f"{tools}:{os.environ['PATH']}", HOME=str(home), TERM="xterm", COLUMNS="80",
               XDG_CACHE_HOME=os.environ.get("VYRE_TEST_CACHE", str(home / "cache")))
    return env


def pattern_of(expected: str) -> str:
    lines = []
    for line in expected.splitlines(keepends=True):
        if line.strip() == "...":
            lines.append(r"(?:[^\n]*\n)*")
        else:
            lines.append(r"[^\n]*".join(re.escape(part) for part in line.split("...")))
    return "".join(lines)


def differences(name: str, expected: str, seen: str) -> list:
    if re.fullmatch(pattern_of(expected), seen):
        return []
    return list(difflib.unified_diff(expected.splitlines(keepends=True), seen.splitlines(keepends=True),
                                     f"{name} (expected)", f"{name} (seen)"))


def read(path: pathlib.Path, default: str) -> str:
    return path.read_text() if path.exists() else default


def write(path: pathlib.Path, text: str, default: str) -> None:
    if text != default:
        path.write_text(text)
    else:
        path.unlink(missing_ok=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--vyre", required=True, type=pathlib.Path)
    parser.add_argument("case", type=pathlib.Path)
    options = parser.parse_args()
    case = options.case.resolve()

    with tempfile.TemporaryDirectory(prefix="vyre-case-") as folder:
        home = pathlib.Path(folder)
        work = home / "work"
        shutil.copytree(case, work)
        command = (case / "cmd").read_text()
        ran = subprocess.run(["bash", "-c", command], cwd=work, env=environment(options.vyre.resolve(), home),
                             stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT_S)
    out = ran.stdout.decode(errors="backslashreplace")
    err = ran.stderr.decode(errors="backslashreplace")
    code = ran.returncode if ran.returncode >= 0 else 128 - ran.returncode
    if code == SKIP:
        print(out + err)
        return SKIP
    if options.update:
        write(case / "expect.out", out, "")
        write(case / "expect.err", err, "")
        write(case / "expect.code", f"{code}\n", "0\n")
        return 0

    found = differences("expect.out", read(case / "expect.out", ""), out)
    found += differences("expect.err", read(case / "expect.err", ""), err)
    found += differences("expect.code", read(case / "expect.code", "0\n"), f"{code}\n")
    if not found:
        return 0
    sys.stdout.writelines(line if line.endswith("\n") else line + "\n" for line in found)
    print(f"\nto run it again:\n  {shlex.join(sys.argv)}\nto accept what was seen:\n"
          f"  {shlex.join([sys.argv[0], '--update', *sys.argv[1:]])}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
