"""Running a command that has to succeed; what it printed is shown when it does not."""
import shlex
import subprocess

TIMEOUT_S = 240


def call(*command: str) -> int:
    ran = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S)
    if ran.returncode != 0:
        print(ran.stdout + ran.stderr)
        print(f"exit code {ran.returncode}; to run it again:\n  {shlex.join(command)}")
    return ran.returncode
