"""Runs somebody else's program: limited, without a network, and where it sees nothing but its own folder.

Where bubblewrap works it makes the walls: a file system of /usr and the folder, no network, processes of
its own. Where it does not (many containers), root gives the program a user number that nobody else has:
then files that are closed to others are closed to it.
"""

import os
import resource
import shutil
import signal
import subprocess
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from exercise import Mistake

MEGABYTE = 1 << 20
OUTPUT = 256 * 1024  # as much as is read of what it prints; the rest is thrown away


@dataclass(frozen=True)
class Result:
    code: int
    output: str
    transcript: str
    late: bool


def bubblewrap(folder: Path) -> list[str]:
    return ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
            "--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin", "--symlink", "usr/lib", "/lib",
            "--symlink", "usr/lib64", "/lib64", "--ro-bind-try", "/etc/alternatives", "/etc/alternatives",
            "--proc", "/proc", "--dev", "/dev", "--bind", str(folder), str(folder), "--chdir", str(folder)]


def bubblewrap_works() -> bool:
    if not shutil.which("bwrap"):
        return False
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run([*bubblewrap(Path(folder)), "true"], capture_output=True).returncode == 0


class Sandbox:
    """`secrets` is the folder that nothing which runs here may read."""

    def __init__(self, secrets: Path):
        self.walls = bubblewrap_works()
        if not self.walls:
            if os.getuid() != 0:
                raise Mistake("bubblewrap does not work here, and only root can do without: "
                              "apt-get install bubblewrap, or grade in a container as root")
            if not any(parent.stat().st_mode & 0o001 == 0 for parent in (secrets, *secrets.parents)):
                raise Mistake(f"what is graded could read the solutions in {secrets}: chmod 700 it, "
                              "or install bubblewrap")

    def run(self, command: list[str], folder: Path, seconds: int, memory: int, environment: dict[str, str],
            processes: int = 16) -> Result:
        """The command in `folder`, which it may fill; `memory` in megabytes. What it writes to the
        descriptor in COURSE_TRANSCRIPT comes back beside its output."""
        # A user that nobody else is, so that limits and signals reach its processes and no other's.
        user = 61000 + (os.getpid() * 7 + threading.get_native_id()) % 4000 if os.getuid() == 0 else None
        reading, writing = os.pipe()

        def limit():
            os.setsid()
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
            for what, most in ((resource.RLIMIT_AS, memory * MEGABYTE),
                               (resource.RLIMIT_FSIZE, 32 * MEGABYTE), (resource.RLIMIT_CORE, 0),
                               (resource.RLIMIT_NOFILE, 64)):
                resource.setrlimit(what, (most, most))
            if user:
                resource.setrlimit(resource.RLIMIT_NPROC, (processes, processes))
                os.setgroups([])
                os.setgid(user)
                os.setuid(user)

        if user:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, user, user)
        full = [*(bubblewrap(folder) if self.walls else []), *command]
        clean = {"PATH": "/usr/bin:/bin", "TMPDIR": str(folder), "HOME": str(folder), "LANG": "C.UTF-8",
                 "COURSE_TRANSCRIPT": str(writing), **environment}
        with tempfile.TemporaryFile() as output:
            child = subprocess.Popen(full, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=clean,
                                     cwd=folder, pass_fds=[writing], preexec_fn=limit)
            os.close(writing)
            pieces: list[bytes] = []
            reader = threading.Thread(target=read_all, args=(reading, pieces), daemon=True)
            reader.start()
            late = False
            try:
                child.wait(seconds + 2)
            except subprocess.TimeoutExpired:
                late = True
            end(child.pid, user)
            code = child.wait()
            reader.join(2)
            output.seek(0)
            text = output.read(OUTPUT).decode(errors="replace")
        return Result(code, text, b"".join(pieces).decode(errors="replace"),
                      late or code in (-signal.SIGXCPU, 128 + signal.SIGXCPU))


def read_all(descriptor: int, pieces: list[bytes]) -> None:
    size = 0
    while piece := os.read(descriptor, 65536):
        size += len(piece)
        if size < 16 * MEGABYTE:
            pieces.append(piece)
    os.close(descriptor)


def end(group: int, user: int | None) -> None:
    """Ends a program and all that it started: its group, and where it has a user of its own, all of that
    user's processes, wherever they hid."""
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    if user:
        killer = os.fork()
        if killer == 0:
            os.setuid(user)
            try:
                os.kill(-1, signal.SIGKILL)
            except OSError:
                pass
            os._exit(0)
        os.waitpid(killer, 0)
