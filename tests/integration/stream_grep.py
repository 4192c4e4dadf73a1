#!/usr/bin/env python3
"""usage: stream_grep.py --vyre PROGRAM BACKEND

Compares what `vyre stream` prints with what GNU grep prints of the same files, byte for byte: literals with
`grep -obaF -f`, regular expressions with `grep -obaE`, both with LC_ALL=C. Files, patterns and options come
from VYRE_SEED (the time, if not set; it is printed). Patterns are planted over the borders of chunks.
VYRE_STREAM_LONG=1 makes more trials, and one of a file of more than 4 GiB, in the folder VYRE_STREAM_FOLDER
(the one for temporary files, if not set). Skips (77) without a device unless VYRE_REQUIRE_DEVICE is 1.

The two agree on expressions of characters, '.', sets, groups, alternatives, * + ? and {m,n} whose matches
hold no newline. A set such as [^a] holds a newline here and cannot match one in grep, which looks at one line
at a time: such expressions are tried on files without newlines. Where case is ignored, vyre prints a literal
as it was given and grep as it stands in the file: there both are compared in lower case."""
import dataclasses
import filecmp
import os
import pathlib
import random
import shlex
import subprocess
import sys
import tempfile
import time

SKIP = 77
BAD_INPUT = 3
NO_DEVICE = 4
TIMEOUT_S = 3600
KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
CHUNKS = (4 * KIB, 8 * KIB, 20 * KIB, 64 * KIB, 256 * KIB, MIB, 4 * MIB, 16 * MIB)
LONGEST_REGEX = 40  # with more, an automaton may take many seconds to build
TEXT = b"abcdefghij ABCDEF,.\n"
BYTES = bytes(range(256))
ENVIRONMENT = {**os.environ, "LC_ALL": "C"}


@dataclasses.dataclass
class Trial:
    """What is looked for, and in what; `name` tells it from the others of a seed."""
    name: str
    folder: pathlib.Path
    files: list
    looks: list  # of vyre
    greps: list  # one command a rule
    folds: bool  # compared in lower case


def some_bytes(rng: random.Random, alphabet: bytes, size: int) -> bytearray:
    table = bytes(alphabet[i * len(alphabet) // 256] for i in range(256))
    return bytearray(rng.randbytes(size).translate(table))


def sizes(rng: random.Random, chunk: int, most: int) -> list:
    """Of files: edges of 16 bytes, of chunks, small ones that share a chunk, one of several chunks."""
    edges = [0, 1, 15, 16, 17, chunk - 1, chunk, chunk + 1, 3 * chunk]
    chosen = [0, *rng.sample(edges, 4), *(rng.randrange(2 * KIB) for _ in range(4)), rng.randrange(most)]
    rng.shuffle(chosen)
    return [min(size, most) for size in chosen]


def plant(rng: random.Random, content: bytearray, pieces: list, unit: int) -> None:
    """Pieces over borders at multiples of `unit`, and at the file's ends."""
    for border in range(0, len(content) + 1, max(unit, len(content) // 64 // unit * unit)):
        piece = rng.choice(pieces)
        at = max(0, min(border - rng.randrange(len(piece) + 1), len(content) - len(piece)))
        if at + len(piece) <= len(content):
            content[at:at + len(piece)] = piece


def write_files(rng: random.Random, folder: pathlib.Path, alphabet: bytes, pieces: list, chunk: int,
                most: int) -> list:
    names = []
    for number, size in enumerate(sizes(rng, chunk, most)):
        content = some_bytes(rng, alphabet, size)
        if pieces:
            plant(rng, content, pieces, chunk)
        names.append(f"file{number}.bin")
        (folder / names[-1]).write_bytes(content)
    return names


def escaped(literal: bytes) -> bytes:
    return b"".join(b"\\x%02x" % byte for byte in literal)


def literal_trial(rng: random.Random, name: str, folder: pathlib.Path, count: int, binary: bool, chunk: int,
                  most: int) -> Trial:
    alphabet = BYTES if binary else TEXT
    letters = alphabet.replace(b"\n", b"")
    few = letters if count > 10 else letters[:3 + rng.randrange(8)]
    # 10,000 that share little, up to 16 bytes long, are a table of some 90 MiB.
    longest = rng.choice((6, 16)) if count > 10 else rng.choice((3, 8, 40))
    literals = [bytes(some_bytes(rng, few, rng.randrange(4 if count > 10 else 1, longest + 1))) for _ in range(count)]
    if count == 10:  # some within others, which overlap
        literals[1:4] = [literals[0] + literals[4], literals[0][1:] or literals[0], literals[4] + literals[0]]
    folds = rng.random() < 0.3
    escapes = any(b"\0" in literal for literal in literals) or rng.random() < 0.3
    (folder / "patterns").write_bytes(b"".join(literal + b"\n" for literal in literals))
    (folder / "escaped").write_bytes(b"".join(escaped(literal) + b"\n" for literal in literals))
    looks = ["--literals", "escaped", "--escapes"] if escapes else ["--literals", "patterns"]
    greps = [["grep", "-HobaF", "-f", "patterns"]]
    if folds:
        looks.append("--ignore-case")
        greps[0].append("-i")
    # With few letters most bytes of a file are matches: enough of them are seen in less of it.
    content = alphabet if binary or count > 10 else few * 3 + alphabet
    return Trial(name, folder, write_files(rng, folder, content, literals[:50], chunk, most), looks, greps, folds)


def atom(rng: random.Random, depth: int, complements: bool) -> tuple:
    """An expression, and whether it matches the empty string."""
    kind = rng.randrange(8 if depth > 0 else 5)
    if kind < 2:
        return rng.choice("abcdeF"), False
    if kind == 2:
        return ".", False
    if kind == 3:
        return rng.choice(("[ab]", "[c-e]", "[[:upper:]]", "[a,]", r"\.")), False
    if kind == 4:
        return (rng.choice(("[^a]", "[^a-h]", "[^[:digit:]x]")) if complements else "[bd]"), False
    text, empty = expression(rng, depth - 1, complements)
    return f"({text})", empty


def repeated(rng: random.Random, depth: int, complements: bool) -> tuple:
    text, empty = atom(rng, depth, complements)
    repeat = rng.choice(("", "", "", "*", "+", "?", "{2}", "{1,3}"))
    return text + repeat, empty or repeat in ("*", "?")


def expression(rng: random.Random, depth: int, complements: bool) -> tuple:
    branches = []
    for _ in range(rng.choice((1, 1, 2, 3))):
        parts = [repeated(rng, depth, complements) for _ in range(rng.randrange(1, 5))]
        branches.append(("".join(text for text, _ in parts), all(empty for _, empty in parts)))
    return "|".join(text for text, _ in branches), any(empty for _, empty in branches)


def regex_trial(rng: random.Random, name: str, folder: pathlib.Path, count: int, chunk: int, most: int) -> Trial:
    one_line = rng.random() < 0.4
    regexes = []
    while len(regexes) < count:
        text, empty = expression(rng, 1, one_line)
        if not empty and len(text) <= LONGEST_REGEX:
            regexes.append(text)
    folds = rng.random() < 0.3
    alphabet = b"aabbccddeeF,." + (b"x0" if one_line else b"\n\0\xff")
    looks = [word for regex in regexes for word in ("--regex", regex)]
    greps = [["grep", "-HobaE", *(["-i"] if folds else []), "-e", regex] for regex in regexes]
    if folds:
        looks.append("--ignore-case")
    # An expression may match all of a file without newlines, and its front is kept for 1 MiB alone.
    most = min(most, 200 * KIB if one_line else most)
    return Trial(name, folder, write_files(rng, folder, alphabet, [], chunk, most), looks, greps, folds)


def ways(rng: random.Random, chunk: int, count: int) -> list:
    """Options that must change nothing: chunks that cut matches elsewhere, roads, depths, jobs."""
    options = []
    for size, road, depth in ((chunk, "auto", 8), (4 * KIB, rng.choice(("auto", "staged")), 1),
                              (rng.choice(CHUNKS), "staged", 8)):
        options.append(["--chunk", str(size), "--road", road, "--depth", str(depth), "--jobs", rng.choice("14")])
        if rng.random() < 0.4:
            options[-1].append("--direct")
        if rng.random() < 0.3:
            options[-1] += ["--max-matches", rng.choice(("16", "1000"))]
    return rng.sample(options, count)


def grep_output(trial: Trial) -> list:
    lines = []
    for command in trial.greps:
        ran = subprocess.run([*command, "--", *trial.files], cwd=trial.folder, env=ENVIRONMENT, capture_output=True,
                             timeout=TIMEOUT_S)
        assert ran.returncode in (0, 1), f"{shlex.join(command)}: {ran.stderr.decode()}"
        lines.append(ran.stdout)
    return lines


def in_order(output: bytes) -> list:
    """Rules are looked for side by side: their lines are compared as a sorted list."""
    return sorted(output.split(b"\n"))


def compare(program: str, backend: str, trial: Trial, way: list, expected: list) -> int:
    command = [program, "stream", "--backend", backend, *trial.looks, *way, "--timeout", "60s", *trial.files]
    ran = subprocess.run(command, cwd=trial.folder, capture_output=True, timeout=TIMEOUT_S)
    if ran.returncode == NO_DEVICE and os.environ.get("VYRE_REQUIRE_DEVICE") != "1":
        print(ran.stderr.decode(errors="backslashreplace"))
        return SKIP
    if ran.returncode == BAD_INPUT and b"are possible" in ran.stderr:
        print(f"{trial.name}: an automaton that would be too large")  # which is not known before
        return 0
    seen, wanted = ran.stdout, b"".join(expected)
    if trial.folds:
        seen, wanted = seen.lower(), wanted.lower()
    same = seen == wanted if len(expected) == 1 else in_order(seen) == in_order(wanted)
    code = 0 if wanted else 1
    if same and ran.returncode == code and not ran.stderr:
        return 0
    print(f"{trial.name}: exit code {ran.returncode} for {code}; {len(in_order(seen)) - 1} matches, grep has "
          f"{len(in_order(wanted)) - 1}\n{ran.stderr.decode(errors='backslashreplace')}")
    for one, other in zip(in_order(seen), in_order(wanted)):
        if one != other:
            print(f"first difference: {one!r}, grep {other!r}")
            break
    print(f"with grep: {[shlex.join(command) for command in trial.greps]}\nit was\n  {shlex.join(command)}")
    return 1


def trials(seed: int, scratch: pathlib.Path, is_long: bool):
    kinds = [("literals", count, binary) for count in (1, 10, 10_000) for binary in (False, True)]
    kinds += [("regex", 1, False), ("regex", 1, False), ("regex", 3, False)]
    for number in range(20 * len(kinds) if is_long else len(kinds)):
        kind, count, binary = kinds[number % len(kinds)]
        name = f"{kind}-{count}-{number}"
        rng = random.Random(f"{seed} {name}")
        chunk = rng.choice(CHUNKS)
        most = min(3 * chunk + 100, (24 if is_long else 2) * MIB)
        folder = scratch / name
        folder.mkdir()
        if kind == "literals":
            yield rng, chunk, literal_trial(rng, name, folder, count, binary, chunk, most)
        else:
            yield rng, chunk, regex_trial(rng, name, folder, count, chunk, min(most, (2048 if is_long else 256) * KIB))


def compare_huge(program: str, backend: str, seed: int, scratch: pathlib.Path) -> int:
    """A file of 4 GiB and some, whose offsets need more than 32 bits. The file is one block again and again,
    with patterns planted over some of its borders."""
    rng = random.Random(f"{seed} huge")
    block = some_bytes(rng, b"abcdefgh\n", 16 * MIB)
    patterns = [b"needle-%04d-" % i for i in range(999)] + [b"abcabcab"]
    with open(scratch / "huge", "wb") as file:
        for number in range(4 * GIB // len(block) + 1):
            plant(rng, block, patterns, rng.choice(CHUNKS[3:]))
            file.write(block)
    (scratch / "patterns").write_bytes(b"\n".join(patterns) + b"\n")
    with open(scratch / "of-grep", "wb") as out:
        subprocess.run(["grep", "-HobaF", "-f", "patterns", "huge"], cwd=scratch, env=ENVIRONMENT, stdout=out, check=True)
    for way in (["--chunk", "1MiB"], ["--chunk", "16MiB", "--direct", "--road", "staged"]):
        command = [program, "stream", "--backend", backend, "--literals", "patterns", *way, "huge"]
        with open(scratch / "of-vyre", "wb") as out:
            ran = subprocess.run(command, cwd=scratch, stdout=out, timeout=TIMEOUT_S)
        if ran.returncode != 0 or not filecmp.cmp(scratch / "of-grep", scratch / "of-vyre", shallow=False):
            print(f"the huge file: exit code {ran.returncode}, or other matches than grep's:\n  {shlex.join(command)}")
            return 1
    return 0


def main() -> int:
    program, backend = sys.argv[sys.argv.index("--vyre") + 1:]
    program = str(pathlib.Path(program).resolve())
    seed = int(os.environ.get("VYRE_SEED", time.time_ns()))
    is_long = os.environ.get("VYRE_STREAM_LONG") == "1"
    print(f"VYRE_SEED={seed}")
    runs = lines = 0
    with tempfile.TemporaryDirectory(prefix="vyre-grep-", dir=os.environ.get("VYRE_STREAM_FOLDER")) as name:
        scratch = pathlib.Path(name)
        for rng, chunk, trial in trials(seed, scratch, is_long):
            expected = grep_output(trial)
            lines += sum(output.count(b"\n") for output in expected)
            # The small device that a processor makes takes its time, a second for each kernel that it compiles.
            for way in ways(rng, chunk, 3 if is_long or backend == "reference" else 1):
                code = compare(program, backend, trial, way, expected)
                if code != 0:
                    return code
                runs += 1
        if is_long and (code := compare_huge(program, backend, seed, scratch)) != 0:
            return code
    assert lines > 0
    print(f"{runs} runs print what grep prints; it prints {lines} lines")
    return 0


if __name__ == "__main__":
    sys.exit(main())
