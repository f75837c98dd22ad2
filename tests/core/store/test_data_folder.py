"""Writing a file never destroys what is not a file. Links and pipes of a temporary folder stand in for devices."""

from __future__ import annotations

import os
import stat
import sys
import threading

import pytest
from rigdyno.core.cli import command_line
from rigdyno.core.store.data_folder import write_whole


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
