"""The limits of this process in a container or service: processor time and memory, from cgroups v1 and v2."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from .system_sources import number, text

_NO_LIMIT = 1 << 60
"""cgroup v1 writes "no limit" as the largest page count in bytes, about 2**63."""


def cpu_quota(sysfs: Path = Path("/sys"), proc: Path = Path("/proc")) -> float | None:
    """The number of processors whose time this process may use, such as 2.5; None without a limit.

    It is the lowest quota divided by its period, from the group of this process up to the root.
    """
    quotas: list[float] = []
    for folder in _folders("", sysfs, proc):
        allowed, _, period = (text(folder / "cpu.max") or "").partition(" ")
        if allowed.isdigit() and period.isdigit() and int(period) > 0:
            quotas.append(int(allowed) / int(period))
    for folder in _folders("cpu", sysfs, proc):
        quota, length = number(folder / "cpu.cfs_quota_us"), number(folder / "cpu.cfs_period_us")
        if quota is not None and length is not None and quota > 0 and length > 0:
            quotas.append(quota / length)
    return min(quotas, default=None)


class MemoryLimit(NamedTuple):
    """The lowest limit and the least room below a limit, both in bytes."""

    limit: int
    free: int
    soft: bool
    """Whether the lowest limit is a soft one (memory.high of v2), which slows a program down to a crawl instead of
    ending it.
    """


def memory(sysfs: Path = Path("/sys"), proc: Path = Path("/proc")) -> MemoryLimit | None:
    """The limit of the memory; None without one. Page cache that the kernel can drop at once (inactive_file) counts as
    free, as in `docker stats`.
    """
    found: list[MemoryLimit] = []
    for folder in _folders("", sysfs, proc):
        found += _room(folder, "memory.max", "memory.current", "inactive_file")
        found += _room(folder, "memory.high", "memory.current", "inactive_file", soft=True)
    for folder in _folders("memory", sysfs, proc):
        found += _room(folder, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
    if not found:
        return None
    lowest = min(found, key=lambda known: (known.limit, known.soft))
    return lowest._replace(free=min(known.free for known in found))


def _room(folder: Path, limit_file: str, usage_file: str, droppable: str, soft: bool = False) -> list[MemoryLimit]:
    limit = number(folder / limit_file)  # None for "max", with which v2 says "no limit"
    if limit is None or limit >= _NO_LIMIT:
        return []
    usage = number(folder / usage_file) or 0
    for line in (text(folder / "memory.stat") or "").splitlines():
        name, _, amount = line.partition(" ")
        if name == droppable and amount.isdigit():
            usage -= int(amount)
    return [MemoryLimit(limit, min(limit, max(0, limit - usage)), soft)]


def _folders(controller: str, sysfs: Path, proc: Path) -> list[Path]:
    """The folders of this process's group and its parents up to the mount point. The controller "" means v2."""
    own = _own_group(controller, proc)
    mount = _mount(controller, sysfs, proc)
    if own is None or mount is None:
        return []
    point, root = mount
    # In a container, only a part of the tree is mounted, and the path of the group may lie outside of it.
    top = root.rstrip("/")
    inside = own.removeprefix(top) if own == root or own.startswith(f"{top}/") else "/"
    parts = [part for part in inside.split("/") if part and part != ".."]
    return [point.joinpath(*parts[:depth]) for depth in range(len(parts), -1, -1)]


def _own_group(controller: str, proc: Path) -> str | None:
    for line in (text(proc / "self/cgroup") or "").splitlines():
        _, controllers, path = (*line.split(":", 2), "", "")[:3]
        if controller in controllers.split(","):
            return path
    return None


def _mount(controller: str, sysfs: Path, proc: Path) -> tuple[Path, str] | None:
    """(mount point of the controller, path of the group that is mounted there)."""
    for line in (text(proc / "self/mountinfo", having=" - cgroup") or "").splitlines():
        before, _, after = line.partition(" - ")
        place, kind = before.split(" "), after.split(" ")
        if len(place) < 5 or len(kind) < 3:
            continue
        fits = kind[0] == "cgroup2" if controller == "" else kind[0] == "cgroup" and controller in kind[2].split(",")
        if fits:
            point = place[4].replace(r"\040", " ")  # the kernel writes a space as its octal number, see proc(5)
            return (sysfs / point.removeprefix("/sys/") if point.startswith("/sys/") else Path(point)), place[3]
    return None
