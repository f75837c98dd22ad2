"""Writing a file never destroys what is not a file. Links and pipes of a temporary folder stand in for devices."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing

import pytest
from rigdyno.core.cli import command_line
from rigdyno.core.store import history
from rigdyno.core.store.data_folder import NoDataFolderError, data_folder, why_not_written, write_whole
from rigdyno.core.store.store_errors import explain
from rigdyno.core.words.writer import english


def test_a_file_is_replaced_whole(tmp_path):
    path = tmp_path / "out.json"
    path.write_bytes(b"old and longer")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_link_stays_a_link(tmp_path):
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    real.write_bytes(b"old")
    link.symlink_to(real)
    write_whole(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_a_pipe_stays_a_pipe(tmp_path):
    pipe, got = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()), daemon=True)
    reader.start()
    write_whole(pipe, b"new")
    reader.join(10)
    assert got == [b"new"]
    assert stat.S_ISFIFO(pipe.lstat().st_mode)


@pytest.mark.parametrize("target", ["", ".", "folder"])
def test_a_folder_is_refused_before_anything_starts(tmp_path, monkeypatch, capsys, target):
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    assert command_line.main(["train", "--json", target]) == command_line.BAD_ARGUMENTS
    assert "is a folder; name a file" in capsys.readouterr().err


def test_a_locked_store_is_a_sentence_with_a_way_out(tmp_path, monkeypatch):
    """As on a file system without file locks: SQLite waits, and then says that the store is locked."""
    monkeypatch.setattr(history, "BUSY_S", 0.05)
    kept = history.History(tmp_path)
    kept.entries()
    with closing(sqlite3.connect(kept.path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError) as caught:
            kept.delete(["any"])
    assert "RIGDYNO_HOME" in explain(caught.value, english, kept.path)
    assert "RIGDYNO_HOME" in why_not_written(caught.value)


WITHOUT_LOCKS = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
static int ask(const char *name, int fd, int command, void *more) {
    int (*real)(int, int, void *) = (int (*)(int, int, void *))dlsym(RTLD_NEXT, name);
    if (command == F_SETLK || command == F_SETLKW || command == F_OFD_SETLK) { errno = ENOLCK; return -1; }
    return real(fd, command, more);
}
#define LOCK(name) int name(int fd, int c, ...) { \\
    va_list v; va_start(v, c); void *more = va_arg(v, void *); return ask("fcntl", fd, c, more); }
LOCK(fcntl)
LOCK(fcntl64)
int flock(int fd, int how) { errno = ENOLCK; return -(fd != how || 1); }
"""


@pytest.mark.skipif(sys.platform != "linux" or not shutil.which("cc"), reason="compiles a library to preload")
def test_a_file_system_without_locks_is_a_sentence_with_a_way_out(tmp_path):
    """Real: the C library's locks fail as on a network's file system without a lock daemon."""
    (tmp_path / "locks.c").write_text(WITHOUT_LOCKS)
    library = tmp_path / "locks.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, tmp_path / "locks.c", "-ldl"], check=True)
    code = (
        "import sys; from rigdyno.core.store import history; history.BUSY_S = 0.05\n"
        "from rigdyno.core.cli.command_line import main; sys.exit(main(['history']))"
    )
    environment = os.environ | {"LD_PRELOAD": str(library), "RIGDYNO_HOME": str(tmp_path / "home")}
    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert told.returncode != 0
    assert "the folder has no file locks: set RIGDYNO_HOME to a folder on a disk" in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="nothing can be made in /proc")
def test_why_no_data_folder_can_be_made_has_no_number(tmp_path, monkeypatch):
    monkeypatch.setenv("RIGDYNO_HOME", "/proc/no/such")
    with pytest.raises(NoDataFolderError) as caught:
        data_folder()
    assert why_not_written(caught.value).startswith("the data folder cannot be made (")
    assert why_not_written(caught.value).endswith("that this user may write to (/proc/no/such)")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="becomes another user")
@pytest.mark.parametrize("home", [{}, {"HOME": "/"}, {"HOME": "/nonexistent"}])
def test_a_user_without_a_name_or_a_home_gets_a_sentence(home: dict[str, str]):
    alone = {name: value for name, value in os.environ.items() if name not in ("HOME", "RIGDYNO_HOME", "USER")} | home
    code = (
        "import os, rigdyno.core.engines.engine_search; from rigdyno.core.cli.command_line import main; "
        "os.setuid(54321); raise SystemExit(main(['engine']))"
    )
    told = subprocess.run([sys.executable, "-c", code], env=alone, capture_output=True, text=True, check=False)
    assert told.returncode != 0
    assert "Traceback" not in told.stderr
    assert "set RIGDYNO_HOME to a folder that this user may write to" in told.stderr
