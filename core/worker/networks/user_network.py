"""A network that the user has written: "package.module:function", such as "my_net:build"."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from torch import nn

from ...records.plan import Plan
from .network import Network, image_shape


class UserNetworkError(ValueError):
    """The user's network cannot be imported or built; the message says why."""


def user_network(name: str) -> Network:
    """The network of "package.module:function".

    The function takes no argument and returns an `nn.Module` for images of the plan's shape. Raises UserNetworkError.
    """
    return Network(partial(_build, name, _import(name)), image_shape)


def call_user_function(name: str) -> object:
    """Import and call "package.module:function" without arguments. Raises UserNetworkError."""
    return _call(name, _import(name))


def _import(name: str) -> Callable[[], object]:
    """The function; modules are looked for in the current folder too."""
    module, _, function = name.partition(":")
    if "" not in sys.path and str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        found: Callable[[], object] = getattr(importlib.import_module(module), function)
    except Exception as error:  # importing runs the user's code, which may raise anything
        raise UserNetworkError(f"{name}: {type(error).__name__}: {error}") from error
    return found


def _call(name: str, factory: Callable[[], object]) -> object:
    try:
        return factory()
    except Exception as error:
        raise UserNetworkError(f"{name}(): {type(error).__name__}: {error}") from error


def _build(name: str, factory: Callable[[], object], _plan: Plan) -> nn.Module:
    built = _call(name, factory)
    if not isinstance(built, nn.Module):
        raise UserNetworkError(f"{name}() returned {type(built).__name__}; a torch.nn.Module is needed")
    return built
