#!/usr/bin/env python3
"""usage: stream_errors.py --vyre PROGRAM

What `vyre stream` says of files that fail while it reads them, and that it works on the others all the same:
real ones, from folders that loop to a block device whose disk ends too early; and what it does where io_uring
is forbidden or may lock no memory. What only root may set up is left out for others, and named."""
import ctypes
import fcntl
import os
import pathlib
import resource
import shutil
import socket
import struct
import subprocess
import sys
import termios

import streaming
from streaming import FILE, TIMEOUT_S

CHUNK = 4096
NOBODY = 65534
SYS_IO_URING_SETUP = 425
LEFT_OUT = []


def stream(program: str, folder: pathlib.Path, *arguments: str, **options) -> subprocess.CompletedProcess:
    return subprocess.run([program, "stream", "--backend", "reference", "--literal", "needle", *arguments], cwd=folder, capture_output=True, text=True, timeout=TIMEOUT_S, **options)


def expect(ran, code: int, out: str, *told: str) -> None:
    assert ran.returncode == code, f"exit code {ran.returncode} for {code}\n{ran.stderr[-3000:]}"
    for seen, wanted in zip(ran.stdout.splitlines(), out.splitlines()):
        assert seen == wanted, f"printed {seen!r} for {wanted!r}"
    assert ran.stdout == out, f"printed {len(ran.stdout)} bytes for {len(out)}"
    for text in told or [""]:
        assert text in ran.stderr and (told or not ran.stderr), f"told\n{ran.stderr[-3000:]}for\n{text}"


def kinds_of_files(program: str, folder: pathlib.Path) -> None:
    (folder / "tree" / "below").mkdir(parents=True)
    (folder / "tree" / "below" / "loop").symlink_to("..")
    (folder / "tree" / "dangling").symlink_to("nowhere")
    (folder / "circle").symlink_to("circle")
    (folder / "tree" / "z").write_text("needle")
    (folder / "good").write_text("a needle")
    (folder / "empty").write_text("")
    with socket.socket(socket.AF_UNIX) as plug:
        plug.bind(str(folder / "tree" / "plug"))
    ran = stream(program, folder, "tree", "missing", "good/x", "circle", "tree/plug", "/dev/null", "empty", "/proc/self/mem",
                 "good", "--summary", "--stable")
    expect(ran, FILE, "tree/z:0:needle\ngood:2:needle\n",
           "tree/below/loop: error: leads back to the folder tree that holds it\nfix: remove the link, or name the "
           "folders without it\n",
           "tree/dangling: error: is a symbolic link to nothing\nfix: mend or remove the link\n",
           "missing: error: cannot open: No such file or directory (ENOENT)\nfix: check the path\n",
           "good/x: error: cannot open: Not a directory (ENOTDIR)\nfix: check the path\n",
           "circle: error: cannot open: Too many levels of symbolic links (ELOOP)\nfix: mend the symbolic links, "
           "which lead in a circle\n",
           "tree/plug: error: cannot open: No such device or address (ENXIO)\nfix: sockets cannot be read as files; "
           "name a file, a FIFO or a device\n",
           "/proc/self/mem: error: cannot read at byte 0: Input/output error (EIO)\nfix: check the disk\n",
           "; 7 failed; 1 left out, being no files\n")
    expect(stream(program, folder, "/dev/null", "empty", "--count"), 1, "/dev/null:0\nempty:0\n")


class Held:
    """A stream whose output nobody takes until result() is called: it stops when the pipe is full."""

    def __init__(self, program: str, folder: pathlib.Path, *arguments: str):
        self.running = subprocess.Popen(
            [program, "stream", "--backend", "reference", "--literal", "needle", "--chunk", str(CHUNK), "--depth", "2",
             *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        streaming.until(lambda: self._writes(), "the stream waits for whoever takes its output")

    def _writes(self) -> bool:
        assert self.running.poll() is None, self.running.communicate()
        if not any(fcntl.ioctl(self.running.stdout, termios.FIONREAD, bytes(4))):
            return False  # whoever gets no processor seems asleep too, but has not opened its files
        waits_in = pathlib.Path(f"/proc/{self.running.pid}/wchan").read_text()  # 0: it runs, or is not to be known
        return waits_in.endswith("pipe_write") or (waits_in == "0" and streaming.is_asleep(self.running.pid))

    def result(self) -> subprocess.CompletedProcess:
        out, err = self.running.communicate(timeout=TIMEOUT_S)
        return subprocess.CompletedProcess(self.running.args, self.running.returncode, out, err)


def lines(name: str, count: int) -> str:
    return "".join(f"{name}:{6 * i}:needle\n" for i in range(count))


def truncated(program: str, folder: pathlib.Path) -> None:
    (folder / "cut").write_text("needle" * 500_000)
    (folder / "good").write_text("needle")
    held = Held(program, folder, "cut", "good")
    os.truncate(folder / "cut", 2_000_000)
    ran = held.result()
    expect(ran, FILE, lines("cut", 2_000_000 // 6) + "good:0:needle\n",
           "cut: error: ends at byte 2000000, it had 3000000 bytes when opened\nfix: read it when nothing writes to it\n")


def grown(program: str, folder: pathlib.Path) -> None:
    (folder / "grows").write_text("needle" * 500_000)
    held = Held(program, folder, "grows", "--summary")
    with (folder / "grows").open("a") as file:
        file.write("needle" * 100_000)
    ran = held.result()
    told = ran.stderr.replace("\n  ", " ")
    assert ran.returncode == 0 and "grows: grew from 3000000 to 3600000 bytes while it was read, " in told, told
    count = ran.stdout.count("\n")
    assert 500_000 <= count < 501_000 and ran.stdout == lines("grows", count), count


def vanished(program: str, folder: pathlib.Path) -> None:
    tree = folder / "tree"
    tree.mkdir()
    for i in range(300):
        (tree / f"{i:03}").write_text("needle" * 10_000)
    held = Held(program, folder, "tree", "tree/299")
    shutil.rmtree(tree)
    ran = held.result()
    assert ran.returncode == FILE
    # The names were listed before; what was open is read to its end.
    gone = [i for i in range(300) if f"tree/{i:03}: error: vanished after its folder was listed\n" in ran.stderr]
    assert 0 < len(gone) < 300 and gone == list(range(gone[0], 300)), gone
    assert ran.stdout == "".join(lines(f"tree/{i:03}", 10_000) for i in range(gone[0]))
    assert "tree/299: error: cannot open: No such file or directory (ENOENT)\nfix: check the path\n" in ran.stderr


def failing_disk(program: str, folder: pathlib.Path) -> None:
    """A loop device whose file was cut answers EIO beyond: reads fail in the block layer."""
    image = folder / "image"
    image.write_bytes(b"needle--" * (1 << 17))
    made = subprocess.run(["losetup", "--find", "--show", str(image)], capture_output=True, text=True)
    if made.returncode != 0:
        LEFT_OUT.append("a failing disk (no loop device)")
        return
    device = made.stdout.strip()
    try:
        os.truncate(image, 1 << 19)
        (folder / "good").write_text("needle")
        found = "".join(f"{device}:{8 * i}:needle\n" for i in range(1 << 16)) + "good:0:needle\n"
        for options in (["--chunk", str(CHUNK)], ["--direct"], ["--jobs", "4"], ["--road", "staged", "--chunk", "64KiB"],
                        # Right from the disk a chunk is one request, which fails as a whole.
                        ["--road", "staged", "--direct"], ["--road", "staged", "--direct", "--chunk", "16MiB"]):
            expect(stream(program, folder, *options, device, "good"), FILE, found,
                   f"{device}: error: cannot read at byte 524288: Input/output error (EIO)\nfix: check the disk\n")
    finally:
        subprocess.run(["losetup", "--detach", device], check=True)


def full_disk(program: str, folder: pathlib.Path) -> None:
    (folder / "good").write_text("needle")
    with open("/dev/full", "w") as full:
        ran = subprocess.run([program, "stream", "--backend", "reference", "--literal", "needle", "good"], cwd=folder,
                             stdout=full, stderr=subprocess.PIPE, text=True, timeout=TIMEOUT_S)
    assert ran.returncode == FILE and ran.stderr == \
        "standard output: error: cannot write: No space left on device\nfix: make room, or send the output elsewhere\n"
    disk = folder / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", disk], stderr=subprocess.DEVNULL).returncode != 0:
        LEFT_OUT.append("a full disk (no mount)")
        return
    try:
        # On what found its lines the disk has no bearing, and nothing is left half written.
        ran = stream(program, folder, "--dump", "disk/run.st", "good")
        expect(ran, FILE, "good:0:needle\n",
               "disk/run.st: error: cannot write: No space left on device (ENOSPC)\nfix: make room on the disk")
        assert list(disk.iterdir()) == []
    finally:
        subprocess.run(["umount", disk], check=True)


def forbid_uring() -> None:
    """A seccomp filter: io_uring_setup answers EPERM."""
    refuse, allow = 0x0005_0001, 0x7FFF_0000
    steps = ((0x20, 0, 0, 0), (0x15, 0, 1, SYS_IO_URING_SETUP), (0x06, 0, 0, refuse), (0x06, 0, 0, allow))
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(22, 2, program) == 0, "no seccomp"


def memory_limit(size: int):
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_MEMLOCK, (size, size))
        os.setgroups([])
        os.setuid(NOBODY)  # root may lock what it likes
    return limit


def limits(program: str, folder: pathlib.Path) -> None:
    (folder / "good").write_text("x" * 100_000 + "needle")
    os.chmod(folder, 0o755)
    cases = [("a seccomp filter", forbid_uring, "pread", "io_uring_setup: Operation not permitted (EPERM), a seccomp filter "
              "forbids it as those of containers do; files are read by pread")]
    if os.geteuid() == 0:
        cases += [("no memory to lock", memory_limit(0), "pread", "RLIMIT_MEMLOCK is 0 bytes (ulimit -l); files are read by "
                   "pread"),
                  ("little memory to lock", memory_limit(16384), "io_uring", "cannot be registered: Cannot allocate memory "
                   "(ENOMEM), RLIMIT_MEMLOCK is 16384 bytes (ulimit -l); reads go on unregistered")]
    else:
        LEFT_OUT.append("limits of locked memory (not root)")
    for name, before, engine, note in cases:
        ran = stream(program, folder, "--summary", "--jobs", "4", "good", preexec_fn=before)
        told = " ".join(ran.stderr.split())
        assert ran.returncode == 0 and ran.stdout == "good:100000:needle\n", f"{name}: {ran}"
        assert f"read by {engine}" in told and note in told, f"{name}: {told}"


def main() -> int:
    program, = streaming.arguments()
    for part in (kinds_of_files, truncated, grown, vanished, failing_disk, full_disk, limits):
        with streaming.scratch() as name:
            part(program, pathlib.Path(name))
    print("each error told, the other files worked on" + "".join(f"\nleft out: {what}" for what in LEFT_OUT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
