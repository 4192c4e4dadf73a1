#!/usr/bin/env python3
"""usage: kill_recording.py --vyre PROGRAM

Kills `vyre run --record` at random moments (12, or VYRE_KILLS) and reads the log that is left: it opens, it
plays up to the cut without a divergence, and every epoch that the run had seen is in it. The run says how far
it has come by snapshots that it takes. At last an interrupt has to leave a log that has come to its end."""
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

import snapshot

EPOCH = 128
INTERRUPTED = 130
TIMEOUT_S = 120
WORKLOAD = """vyre: 1
ring: {slots: 64}
steps:
  - repeat:
      count: 1_000_000
      steps:
        - repeat:
            count: 50
            var: i
            steps:
              - fenced_batch:
                  tag: i
                  items: [{atomic_add: [1, observable(1)]}, {store_u32: [i, observable(2)]}]
        - snapshot: seen.st
"""


def start(program: str, folder: pathlib.Path) -> subprocess.Popen:
    command = [program, "run", "--quiet", "--backend", "reference", "endless.yaml", "--record=run.vrrl"]
    running = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + TIMEOUT_S
    while not (folder / "seen.st").exists():
        assert running.poll() is None, f"the run ended by itself with {running.returncode}"
        assert time.monotonic() < deadline, "the run takes no snapshot"
        time.sleep(0.001)
    return running


def replay(program: str, folder: pathlib.Path) -> dict:
    ran = subprocess.run([program, "replay", "--backend", "reference", "--format", "json", "run.vrrl"], cwd=folder,
                         capture_output=True, text=True, timeout=TIMEOUT_S)
    assert ran.returncode == 0, f"the replay ended with {ran.returncode}\n{ran.stdout}{ran.stderr}"
    return json.loads(ran.stdout)


def main() -> int:
    program = str(pathlib.Path(sys.argv[sys.argv.index("--vyre") + 1]).resolve())
    # Who starts this in the background of a script hands down that interrupts are ignored.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    seed = int(os.environ.get("VYRE_SEED", time.time_ns()))
    print(f"VYRE_SEED={seed}")
    moments = random.Random(seed)
    cuts = 0
    with tempfile.TemporaryDirectory(prefix="vyre-kill-") as name:
        folder = pathlib.Path(name)
        (folder / "endless.yaml").write_text(WORKLOAD)
        for _ in range(int(os.environ.get("VYRE_KILLS", "12"))):
            for left in ("run.vrrl", "seen.st"):
                (folder / left).unlink(missing_ok=True)
            running = start(program, folder)
            time.sleep(moments.uniform(0, 0.3))
            running.kill()
            running.wait(TIMEOUT_S)
            seen = snapshot.read(folder / "seen.st")["control"][EPOCH]
            played = replay(program, folder)
            assert not played["log"]["ended"]
            assert played["epoch"] >= seen, f"the run had seen epoch {seen}, the log holds {played['epoch']}"
            assert played["compared"] >= seen, f"{seen} epochs, {played['compared']} checkpoints"
            cuts += 1
        (folder / "seen.st").unlink()
        running = start(program, folder)
        running.send_signal(signal.SIGINT)
        code = running.wait(TIMEOUT_S)
        assert code == INTERRUPTED, f"an interrupted run ends with {code}"
        played = replay(program, folder)
        assert played["log"]["ended"], "an interrupted run does not end its log"
    print(f"{cuts} killed runs, each log whole up to its cut")
    return 0


if __name__ == "__main__":
    sys.exit(main())
