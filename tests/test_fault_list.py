"""The list of faults names tests that there are, and each of them is done by `pytest -m faults`."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from .faults import FAULTS

HERE = Path(__file__).parent


@pytest.mark.parametrize("named", sorted({test for fault in FAULTS for test in fault.tests}))
def test_it_is_there_and_marked(named):
    path, _, name = named.partition("::")
    tree = ast.parse((HERE / path).read_text(encoding="utf-8"))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert name in functions
    marks = [ast.unparse(mark) for mark in functions[name].decorator_list]
    marks += [ast.unparse(node.value) for node in tree.body if ast.unparse(node).startswith("pytestmark")]
    assert any("pytest.mark.faults" in mark for mark in marks), "it is not marked"
