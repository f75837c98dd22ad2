"""Brings the translations up to date: collects every string, updates the .ts files and compiles the .qm files.

python packaging/translate.py            # after a string has changed; then translate with Qt Linguist, and run again
python packaging/translate.py --check    # writes nothing; fails where a string is missing, untranslated or stale
"""

from __future__ import annotations

import argparse
import ast
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "translations"
LANGUAGES = ("es",)
SENTENCE = 3
"""A string of so many words in a probe is a reason that people read; shorter ones are names."""
SHORT_REASONS = ("not listed", "not available", "no permission", "not reported")


def main() -> int:
    """Update, or only look. Returns 0, or 1 where something is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    trouble = [said for language in LANGUAGES for said in update(language, FOLDER, options.check)]
    print("\n".join(trouble) or "all strings are translated")
    return 1 if trouble else 0


def update(language: str, folder: Path, check: bool = False) -> list[str]:
    """What is wrong with one language's files, after bringing them up to date (in a copy, where only checking)."""
    name = f"rigdyno_{language}"
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        source, catalogue, compiled = place / "phrases.py", place / f"{name}.ts", place / f"{name}.qm"
        source.write_text("\n".join(f'QT_TRANSLATE_NOOP("words", {text!r})' for text in phrases()), encoding="utf-8")
        if (folder / catalogue.name).exists():
            shutil.copy(folder / catalogue.name, catalogue)
        files = [*sorted(map(str, (ROOT / "gui").rglob("*.py"))), str(source)]
        _tool("lupdate", "-silent", "-no-obsolete", "-locations", "none", *files, "-ts", str(catalogue))
        _tool("lrelease", "-silent", str(catalogue), "-qm", str(compiled))
        text = catalogue.read_text(encoding="utf-8")
        found = []
        if missing := text.count('type="unfinished"'):
            found.append(f"{catalogue.name}: {missing} strings are not translated")
        for made in (catalogue, compiled):
            kept = folder / made.name
            if check and (not kept.exists() or kept.read_bytes() != made.read_bytes()):
                found.append(f"{made.name}: stale; run packaging/translate.py")
            elif not check:
                folder.mkdir(exist_ok=True)
                shutil.copy(made, kept)
    return found


def phrases() -> list[str]:
    """Every string of the engine that the window shows, in the order of the code."""
    from rigdyno.core.analysis import plan_limits
    from rigdyno.core.words import claim_phrases, compare_phrases, engine_phrases, phrases
    from rigdyno.gui.words import text

    tables = (
        table
        for room in (phrases, claim_phrases, compare_phrases, engine_phrases)
        for name, table in vars(room).items()
        if name.isupper()
    )
    found = [
        *(text for f in plan_limits.FIELD_LIMITS.values() for text in (f.about, f.unit)),
        plan_limits.USER_MODEL_NAME,
    ]
    for table in (*tables, text.MODELS, text.STEPS, text.UNITS, text.IMAGES):
        found += _strings(table)
    for path in (*sorted((ROOT / "core" / "probes").glob("*.py")), ROOT / "core" / "machine.py"):
        found += _reasons(ast.parse(path.read_text(encoding="utf-8")))
    return [text for text in dict.fromkeys(found) if any(c.isalpha() for c in text)]


def _strings(table: object) -> Iterator[str]:
    if isinstance(table, str):
        yield table
    elif isinstance(table, dict):
        yield from (text for value in table.values() for text in _strings(value))
    elif isinstance(table, tuple | list):
        yield from (text for value in table for text in _strings(value))


def _reasons(tree: ast.Module) -> Iterator[str]:
    """Whole strings of several words; neither docstrings nor parts of formatted ones."""
    apart = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    apart |= {id(part) for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for part in n.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in apart:
            text = node.value
            long = len(text.split()) >= SENTENCE and not set("\\_=") & set(text) and not text.startswith("sysctl")
            if long or text in SHORT_REASONS:
                yield text


def _tool(name: str, *arguments: str) -> None:
    command = f"from PySide6.scripts.pyside_tool import {name}; {name}()"
    subprocess.run([sys.executable, "-c", command, *arguments], check=True)


if __name__ == "__main__":
    sys.exit(main())
