"""A recorded computer, which answers what was recorded of it and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from .current import Answer, AnswerError, with_lines
from .recording import ERROR, from_json

NOT_RECORDED = "not recorded"
"""Why a recorded computer has no answer to a question."""
MAX_FILE = 4 << 20
"""Bytes of a file in the folder that are read: the longest that probes ask for is cpuinfo of hundreds of cores."""


class Replay:
    """A computer from its recorded files and answers, see `Recorder`; files may lie below `tree` too, as in /sys."""

    def __init__(
        self, platform: str, files: Mapping[str, Any], answers: Mapping[str, Any], tree: Path | None = None
    ) -> None:
        self.platform = platform
        self._files, self._answers = files, answers
        self._tree = tree.resolve() if tree else None
        self._roots = {path.name for path in self._tree.iterdir() if path.is_dir()} if self._tree else set()

    def text(self, path: Path, having: str) -> str | None:
        """See `Source`."""
        known = path.as_posix()
        if known in self._files:
            found = self._files[known]
            return with_lines(found, having) if isinstance(found, str) else None
        place = self._below(path)
        try:
            if place is None or not place.is_file() or place.stat().st_size > MAX_FILE:
                return None
            return with_lines(place.read_text(encoding="utf-8", errors="replace"), having)
        except (OSError, ValueError):
            return None

    def exists(self, path: Path) -> bool:
        """See `Source`."""
        known = path.as_posix()
        if known in self._files:
            return self._files[known] is not None
        place = self._below(path)
        return bool(self._inside(known)) or (place is not None and place.exists())

    def link(self, path: Path) -> str | None:
        """See `Source`."""
        found = self._files.get(path.as_posix())
        target = found.get("link") if isinstance(found, dict) else None
        return target if isinstance(target, str) else None

    def names(self, folder: Path, pattern: str) -> list[str]:
        """See `Source`."""
        first, _, rest = pattern.partition("/")
        here = sorted(name for name in self._names_in(folder) if fnmatchcase(name, first))
        if not rest:
            return here
        return [f"{name}/{below}" for name in here for below in self.names(folder / name, rest)]

    def answer(self, question: str, ask: Callable[[], Answer]) -> Answer:  # noqa: ARG002
        """See `Source`. `ask` is never called. Raises AnswerError."""
        if question not in self._answers:
            raise AnswerError(NOT_RECORDED)
        found: Any = self._answers[question]
        if isinstance(found, dict) and found.keys() == {ERROR}:
            raise AnswerError(str(found[ERROR]))
        try:
            return from_json(found)  # type: ignore[no-any-return]
        except ValueError as error:
            raise AnswerError(str(error)) from error

    def _names_in(self, folder: Path) -> set[str]:
        known = folder.as_posix().rstrip("/")
        found = self._files.get(f"{known}/")
        names = {name for name in found if isinstance(name, str)} if isinstance(found, list) else self._inside(known)
        place = self._below(folder)
        try:
            if place and place.is_dir():
                names |= {path.name for path in place.iterdir()}
        except OSError:
            pass  # a tree that may not be listed tells nothing
        return names

    def _inside(self, folder: str) -> set[str]:
        """The names directly below a folder, of all paths that were recorded."""
        start = f"{folder}/"
        return {path[len(start) :].split("/")[0] for path in self._files if path.startswith(start)} - {""}

    def _below(self, path: Path) -> Path | None:
        """Where a path lies below the tree; None outside of it, to where a link may lead."""
        if self._tree is None or len(path.parts) < 2 or path.parts[1] not in self._roots:
            return None
        try:
            place = self._tree.joinpath(*path.parts[1:]).resolve()
        except (OSError, RuntimeError, ValueError):  # links in a circle
            return None
        return place if place.is_relative_to(self._tree) else None
