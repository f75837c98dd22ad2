"""An SSH server of our own on the loopback, for as long as a test needs it."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from rigdyno.core.session.ssh_host import Host

Server = tuple[int, Path]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def serve(folder: Path) -> Iterator[Server]:
    """Its port, and the folder with its keys and the user's."""
    daemon = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if daemon is None or not shutil.which("ssh-keygen"):
        pytest.skip("no SSH server here to connect to")
    port = free_port()
    folder.chmod(0o700)
    for name in ("server", "user", "stranger"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    shutil.copy(folder / "user.pub", folder / "authorized")
    (folder / "known").write_text(f"[127.0.0.1]:{port} {(folder / 'server.pub').read_text()}")
    (folder / "config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/server\nAuthorizedKeysFile {folder}/authorized\n"
        f"PidFile {folder}/pid\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n"
        f"KbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n"
        f"SetEnv TMPDIR={os.environ['TMPDIR']}\n"  # a session of the server's does not inherit ours
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # where the server separates its privileges
    with subprocess.Popen([daemon, "-D", "-e", "-f", folder / "config"], stderr=subprocess.DEVNULL) as running:
        for _ in range(2000):
            with socket.socket() as tried:
                if running.poll() is not None or tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        if running.poll() is not None:
            pytest.skip("the SSH server does not run here")
        yield port, folder
        running.terminate()


def address(server: Server, python: str = sys.executable) -> Host:
    """As whom, and where, a user of it connects."""
    return Host(f"{getpass.getuser()}@127.0.0.1", server[0], python)


def options(server: Server, key: str = "user", known: str = "known") -> tuple[str, ...]:
    """With which our client knows it, whatever else the user's own one is set to."""
    folder = server[1]
    return (
        *("-F", "none", "-i", str(folder / key)),
        *("-o", f"UserKnownHostsFile={folder / known}", "-o", "IdentitiesOnly=yes"),
    )
