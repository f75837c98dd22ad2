"""Operations on torch's meta device, each computed once for the same shapes: torch's own way there takes Python code of
up to a millisecond for each.
"""

from __future__ import annotations

import functools
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.utils._pytree import tree_leaves

Form = tuple[torch.Size, tuple[int, ...], torch.dtype]
"""Shape, strides and type of a tensor: all that a tensor without values has."""
_MOST = 20_000
"""Operations that are remembered: a large network has some hundreds of different ones."""
_known: dict[Hashable, tuple[bool, tuple[Form | None, ...]]] = {}
"""For each operation: whether it returns a single tensor, and the forms of what it returns."""


class _UnknownError(Exception):
    """An argument that is more than a shape or a plain value."""


def perform(func: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """What the operation returns for tensors of the meta device; arguments of other devices go to torch as they are."""
    try:
        if not _makes_new_tensors(func):
            return func(*args, **kwargs)
        key = func, torch.get_default_dtype(), _key(args), _key(tuple(kwargs.items()))
    except _UnknownError:
        return func(*args, **kwargs)
    if known := _known.get(key):
        single, forms = known
        made = tuple(f and torch.empty_strided(f[0], f[1], dtype=f[2], device="meta") for f in forms)
        return made[0] if single else made
    out = func(*args, **kwargs)
    single = isinstance(out, Tensor)
    made = (out,) if single else out if isinstance(out, tuple) else ()
    if len(_known) < _MOST and made and all(x is None or _on_meta(x) for x in made) and not _shared(args, made):
        _known[key] = single, tuple(x if x is None else _form(x) for x in made)
    return out


@functools.cache
def _makes_new_tensors(func: Any) -> bool:
    """Whether an operation writes to none of its arguments, and returns no view of them."""
    return not func._schema.is_mutable and all(r.alias_info is None for r in func._schema.returns)


def _shared(args: Sequence[Any], made: Sequence[Tensor | None]) -> bool:
    """Whether a result lies in the memory of an argument: "_unsafe_view" does not say so."""
    held = {x.untyped_storage()._cdata for x in tree_leaves(args) if isinstance(x, Tensor)}
    return any(x is not None and x.untyped_storage()._cdata in held for x in made)


def _key(value: Any) -> Hashable:
    if isinstance(value, Tensor):
        if not _on_meta(value):
            raise _UnknownError
        return _form(value)
    if isinstance(value, (tuple, list)):
        return tuple(map(_key, value))
    if value is None or isinstance(value, (bool, int, float, str, torch.dtype, torch.device, torch.layout)):
        return type(value), value  # 1, 1.0 and True are equal, but make other types of numbers
    if isinstance(value, torch.memory_format):
        return value
    raise _UnknownError


def _on_meta(value: Any) -> bool:
    return isinstance(value, Tensor) and value.device.type == "meta" and value.layout is torch.strided


def _form(tensor: Tensor) -> Form:
    return tensor.shape, tensor.stride(), tensor.dtype
