"""What commands print, write and return, a text file for each: after a change to the code the same bytes can be shown.

    python -m tests.bench.command_outputs --python .venv/bin/python [--results FOLDER] OUT_FOLDER
    python -m tests.bench.command_outputs --compare BEFORE AFTER

Knows the command line and files of results, and nothing of what is inside the program. The results (*.json) and stores
(results.*.sqlite) are those in FOLDER or below, or in `tests/`, whose own change with time. `MADE_NOW` replaces what
each run makes anew; of what tells of this computer, or measures it, only keys and labels are taken. Linux alone. Exit
code 1: something differs.
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import json
import os
import re
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parent.parent
STABLE = {"LANG": "C.UTF-8", "TERM": "dumb", "NO_COLOR": "1", "COLUMNS": "100", "TZ": "UTC", "QT_HASH_SEED": "0"}
"""The environment, beside PATH and some folders. By that seed Qt orders what is in a PDF."""
MADE_NOW = (
    (r"(?m)^ +\d+\.\d s  ", "  TIME  "),  # of a check, where a line of its progress begins
    (r"results\.damaged-\d{4}-\d\d-\d\d", "results.damaged-DATE"),
    (r"[\d.]+ [KMGT]iB may be used(; allowed at this size is 1 to \d+)?", "FREE MEMORY may be used"),
    (r"ready after [\d.]+ s|at some [\d.,]+ images/s", "MEASURED"),  # by `engine check`
    (r"(?m)^(\S.*?) +━[━ ]*$", r"\1 MOVING BAR"),  # of `engine install`
)
"""Patterns of it, and what stands there instead; the folders of this run and of the program are replaced as well."""
PDF_MADE_NOW = rb"/ID \[[^\]]*\]|D:\d{14}Z|uuid:[0-9a-f-]{36}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00"
MEASURES = "--threads 1 --json out.json"
"""What such a command prints is left out; out.json is taken by its keys, as `inspect` and `doctor` are."""
LABEL = r"(?m)^ {0,2}\S(?:[^ :\n]| (?! )|:(?! ))*"
"""What a line is about: at most a little indented, up to a colon or a gap."""
TORCH = {"broken": "raise ImportError('libtorch_cpu.so is damaged')", "sleepy": "import time; time.sleep(90)"}
HOW = {"sleepy": "timeout --foreground --preserve-status --signal=INT 12", "full": """sh -c '"$0" "$@" > /dev/full'"""}
TERMS = "--price 1500 --kwh 0.3 --hours 20"
TABLE = b"hardware,num_devices,device_type,model,precision,train_images_per_s\nMine,1,gpu,resnet50,FP16,512.5\n"
BAD = {
    "empty": b"", "format": b'{"format": 1}', "newer": b'{"format": 99}', "list": b"[1, 2]", "nested": b"[" * 100_000,
    "many": b"1," * 4_000_001, "text": b"my diary\n", "bytes": b"\xff\xfe\x00", "columns.csv": b"a,b\n1,2\n",
    "rows.csv": TABLE, "rate.csv": TABLE.replace(b"512.5", b"fast"), "heading.csv": TABLE.splitlines()[0],
}  # fmt: skip
"""Files that are no results, and tables of hardware."""
CASES = """broken:; --version; nosuch; --nosuch; --screenshot; --selftest a b; full.json; full.json bad/empty
{|check|train|sweep|forecast|matmul|stages|inspect|judge|gpu|scale|cost|engine|engine list|engine use} --help
{engine check|engine install|scaling|cluster|history|compare|report|doctor|schema} --help; schema{| x}; full: schema
train --{model {nosuch|a:b:c|../x:y}|depth {0|9|6|x}|width {0|513|1200}|image-size {3|513|64}|channels {0|17|3}}
train --{classes {1|10001|5}|batch {0|-5|65537|10001|1.5}|optimizer nosuch|learning-rate {0|11|nan|x}|precision fp8}
train --{threads {-1|1025|1024}|data nosuch|seconds {0.4|86401|nan}|epochs {-1|1001}|seed {-1|2147483648}|nosuch 1}
train --{seconds 2 --epochs 2|depth 9 --width 0 --seed -1|width 512 --depth 4 --batch 0|data synthetic --epochs 2}
train --data synthetic --{depth 8|width 512 --depth 5 --image-size 32|image-size 4 --width 512 --depth 4}
train --data fashion-mnist --{image-size 32 --classes 9 --channels 3|batch 10001 --image-size 27|model {resnet50|mlp}}
train --model {vgg16 --image-size 31|vgg16 --batch 0|resnet18 --batch 1 --image-size 8|no.such:net --classes 1}
train --data synthetic --image-size 512 --{batch 65536|depth 1 --width 512 --classes 10000 --batch 1}
train --{precision {tf32|fp16}|devices {cuda:9|cpu,cuda:9|,}|json {bad|/no/such/x.json}|host {-x|a:b:c|a:0}}
{sweep|forecast --samples 9|stages} --{depth {0|9|6}|width 1200|optimizer x|learning-rate 0|seed -1|epochs 2|json bad}
{sweep|forecast --samples 9|stages} --{threads 1025|batch 65537|model {nosuch|vgg16 --image-size 31}|precision tf32}
{sweep|forecast --samples 9|stages|matmul} --{devices cuda:9|threads 1024|host -x}; matmul --{batch 1|threads {-1|1025}}
forecast{| --samples {0|x|1e3}| --samples 9 --passes 0}; gpu --seconds {0|3601}; check --host 127.0.0.1:1
check --{quick --full|want {nosuch|5|}|devices cuda:9|devices x,cpu --full --want 3|soak-minutes {0|1441|x}|nosuch}
check --{host -x|host-python -x|json {bad|/no/such/x.json}}; scaling --{ranks {0|x|1|99}|devices cuda:9|batch 1}
{inspect|doctor}{| --json}; {train --seconds 0.5|matmul|stages} --threads 1 --json out.json; engine nosuch
history{| --json| --set-aside| --recover| --discard abc| --nosuch}; compare{| full.json| x full.json| full.json bad/cut}
compare full.json earlier.json result-sensors-of-no-device.json; judge full.json --want {1|2|3|4|nosuch}
judge {|nosuch|''|.|bad|/dev/null|bad/{empty|format|newer|list|nested|many|text|bytes|cut|field|bom|utf16|large}}
report {full.json|-o a.html|nosuch -o a.md|bad/newer -o a.html}; report full.json -o {out.txt|out|folder.{html|pdf}}
report full.json -o {OUT.HTML|/no/such/a.{html|md|pdf}}; full: {judge full.json|history|scale --json}
scale{| --all| --json| --source {lambda|nosuch}| --all --source lambda --json| --result nosuch| --nosuch}
scale --table {nosuch.csv|bad|bad/{bytes|columns.csv|heading.csv|rate.csv|rows.csv|rows.csv --source you}}
cost{| TERMS}; cost TERMS --{price {x|-1|1e10}|kwh -1|hours {0|169|nan}|years {0|1e7}|watts {0|x}|result nosuch}
cost TERMS --result full.json --watts {65 --years 2 --hours 168|90 --price 0 --kwh 0}
cluster{| --nodes {2 --gpus 4|3 --gpus 0|1 --gpus {8|1|17|x}|0 --gpus 4|1025 --gpus 4} --rdzv node1:29500}
cluster --nodes 2 --gpus 4{| --rdzv {n|n:80|[fe80::1]:2000 --interface eth0|a.b:2000 --json {'my/x y'|x/}}}
cluster --nodes 2 --gpus 4 --rdzv{=-x:2000| n:2000 --interface 'a b'| n:2000 --json=-x}; sleepy: inspect
engine use{| {/no/such|bad|bad/text}}; engine check {/no/such|bad}; engine use own && engine check
engine install{| nosuch| cpu --build cu130| cuda --{build cu999|to /no/such|build cu130 --from bad|from bad}}
engine install cpu --from /no/such; gone: engine {check|use own}; sleepy: train --json out.json
damaged: {history|history --set-aside && history|history --recover|judge x|report -o a.md|doctor|cost TERMS|scale}
newer: {history|history --set-aside|judge x|scale|doctor}; broken: {check --quick|train|scaling|inspect|doctor}
blocked: {history|judge x|judge full.json|scale|report -o a.md|doctor|engine use own}
left: {history{| --{discard|recover zz|recover && compare 1ef7 full.json|discard 1ef7 && history}}}
left: history --recover 1ef7 && history && judge 1ef7; judge RESULT{| --json| --want resnet50-finetune}
report RESULT -o a.{html|md|pdf}; scale --result RESULT; compare RESULT full.json
STORE: {history && history --json|history --set-aside|report -o a.md|scale|judge nosuch|judge i|cost TERMS --watts 9}
cost TERMS --result RESULT{| --watts 9}; STORE: {judge ID|compare ID full.json}""".replace("TERMS", TERMS)
"""Command lines, with a shell's braces, and before a colon which home they find: a damaged or a newer store; a file in
its place (blocked); an interrupted check (left); the choice of an engine that is gone. Or how they run: with a torch
that is broken, or sleeps until Ctrl-C; with a full standard output. STORE stands for each store, ID for its ids."""


def cases(results: list[str], stores: dict[str, Path]) -> Iterator[str]:
    """Every entry of `CASES`, some more than once."""
    for line in (line for entry in re.split(r"; |\n", CASES) for line in expanded(entry)):
        yield from (line.replace("RESULT", name) for name in (results if "STORE" not in line else ()))
        for name, path in stores.items() if "STORE" in line else ():
            with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as store:
                ids = [row[0] for row in store.execute("SELECT id FROM results ORDER BY id")]
            yield from (line.replace("STORE", name).replace("ID", one) for one in ids)


def expanded(line: str) -> Iterator[str]:
    """The lines that one with {braces|of|choices} stands for, some more than once."""
    if not (found := re.search(r"{([^{}]*)}", line)):
        yield line.strip()
        return
    for choice in found[1].split("|"):
        yield from expanded(line[: found.start()] + choice + line[found.end() :])


def name_of(path: Path) -> str:
    """What a result is called here: two have to be there, a full check and one by an earlier version."""
    return "earlier.json" if "earlier" in path.stem else "full.json" if path.stem.startswith("full") else path.name


def lay_out(folder: Path, results: dict[str, Path]) -> None:
    """What every command finds in its folder: stored results, and in `bad` what is none."""
    for name in ("bad", "folder.html", "folder.pdf"):
        (folder / name).mkdir(parents=True)
    for name, path in results.items():
        shutil.copy(path, folder / name)
    whole = (folder / "full.json").read_bytes()
    changed = {"cut": whole[:5000], "field": whole.replace(b'"complete"', b"7", 1), "bom": b"\xef\xbb\xbf" + whole}
    for name, content in (BAD | changed | {"utf16": whole.decode().encode("utf-16")}).items():
        (folder / "bad" / name).write_bytes(content)
    with (folder / "bad" / "large").open("wb") as file:
        file.truncate((64 << 20) + 1)


def furnish(home: Path, kind: str, whole: dict[str, Any]) -> None:
    """Make the home that `kind` names; the interrupted check had done a part of the `whole` result."""
    (home / "running").mkdir(parents=True)
    if kind == "damaged":
        (home / "results.sqlite").write_bytes(b"my diary " * 1000)
    elif kind == "newer":
        with closing(sqlite3.connect(home / "results.sqlite")) as database:
            database.execute("PRAGMA user_version = 99")
    elif kind == "gone":
        (home / "engine.json").write_text('{"python": "/no/such/python"}')
    elif kind == "blocked":
        shutil.rmtree(home)
        home.write_text("in the way")
    elif kind == "left":
        run, head = whole["runs"][1], {key: whole[key] for key in ("format", "created", "rigdyno")} | {"id": "1ef7" * 8}
        begun = {"t": 9, "request": {key: run[key] for key in ("task", "plan", "rules")}, "wait_policy": "ACTIVE"}
        told = [("Head", head), ("CheckPlan", whole["plan"]), ("Machine", whole["machine"]), ("Run", run)]
        told += [("Begun", begun), *(("Window", window) for window in run["windows"][:9])]
        lines = [json.dumps({"event": event, "data": data}) + "\n" for event, data in told]
        (home / "running" / "check.jsonl").write_text("".join(lines))


def record(case: str, program: Path, folder: Path, store: Path | None) -> str:
    """Run its commands in the folder, beside which its home is made, and tell what came of them."""
    kind, commands = re.findall(r"^(?:([\w.]+):(?: |$))?(.*)", case)[0]
    home, fake, told = folder.with_name("home"), folder.with_name("fake"), list[str]()
    furnish(home, kind, json.loads((folder / "full.json").read_bytes()))
    if store:
        shutil.copy(store, home / "results.sqlite")
    fake.mkdir()
    (fake / ("torch.py" if kind in TORCH else "none")).write_text(TORCH.get(kind, ""))
    places = {"PATH": os.environ["PATH"], "HOME": str(fake), "RIGDYNO_HOME": str(home), "PYTHONPATH": str(fake)}
    for command in commands.split(" && "):
        before = set(folder.rglob("*"))
        line = [*shlex.split(HOW.get(kind, "")), str(program), *shlex.split(command)]
        done = subprocess.run(line, cwd=folder, env=STABLE | places, stdin=subprocess.DEVNULL, capture_output=True)
        out, err = (stream.decode(errors="backslashreplace") for stream in (done.stdout, done.stderr))
        if command.startswith(("inspect", "doctor")):
            out = keys(out)
        elif command.endswith(MEASURES):
            out = err = "left out\n"
        told += [f"$ rigdyno {command}\nexit code {done.returncode}\n--- stdout\n{out}--- stderr\n{err}"]
        new = sorted(path for path in set(folder.rglob("*")) - before if path.is_file())
        told += [f"--- {path.relative_to(folder)}\n{written(path)}" for path in new]
    kept = sorted(path.name for path in home.glob("*")) if home.is_dir() else ()
    text = "\n".join([*told, f"--- home: {', '.join(kept)}\n"])
    for pattern, instead in MADE_NOW:
        text = re.sub(pattern, instead, text)
    return text.replace(str(folder.parent), "<folder>").replace(str(program.parent.parent), "<program>")


def written(path: Path) -> str:
    """What a command has written there: of a PDF the digest, without dates and ids."""
    content = path.read_bytes()
    if content.startswith(b"%PDF"):
        content = re.sub(PDF_MADE_NOW, b"", content)
        return f"{len(content)} bytes, SHA-256 {hashlib.sha256(content).hexdigest()}\n"
    text = content.decode(errors="backslashreplace")
    return keys(text) if path.name == "out.json" else text


def keys(text: str) -> str:
    """The places in a JSON document, each once, or the labels of lines: all without values."""

    def places(value: object, at: str = "") -> Iterator[str]:
        for key, inner in value.items() if isinstance(value, dict) else ():
            if key != "neighbours" and not key.isupper():  # what else runs, and by it which variables are set
                yield f"{at}{key}"
                yield from places(inner, f"{at}{key}.")
        for inner in value if isinstance(value, list) else ():
            yield from places(inner, f"{at}[].")

    return "\n".join([*(dict.fromkeys(places(json.loads(text))) if text[:1] == "{" else re.findall(LABEL, text)), ""])


def compare(before: Path, after: Path) -> int:
    """Print what differs between two folders, and how many files do; returns the latter."""
    names, different = sorted({path.name for folder in (before, after) for path in folder.glob("*.txt")}), 0
    for name in names:
        first, second = before / name, after / name
        old, new = (f.read_bytes().decode().splitlines(True) if f.exists() else [] for f in (first, second))
        different += old != new
        sys.stdout.writelines(difflib.unified_diff(old, new, str(first), str(second)))
    print(f"{len(names)} commands, {different} differ")
    return different


def main() -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.command_outputs", description="What commands print.")
    parser.add_argument("--python", type=Path, metavar="PATH", help="the environment's Python, or its rigdyno")
    parser.add_argument("--results", type=Path, default=TESTS, metavar="FOLDER", help="with what is stored (tests/)")
    parser.add_argument("--only", default="", metavar="TEXT", help="commands that hold this, written over those there")
    parser.add_argument("--compare", action="store_true", help="two folders that this program wrote")
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    options = parser.parse_args()
    if len(options.folders) != 1 + options.compare or bool(options.python) == options.compare:
        parser.error("give --python and one folder, or --compare and two")
    if options.compare:
        return int(compare(*options.folders) > 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs would ignore it
    out, program, begin = options.folders[0], options.python.absolute(), time.monotonic()
    program = program.with_name("rigdyno") if program.name.startswith("python") else program
    out.mkdir(parents=True, exist_ok=bool(options.only))
    results = {name_of(p): p for p in sorted(options.results.rglob("*.json")) if b'"telemetry"' in p.read_bytes()}
    stores = {p.name: p for p in sorted(options.results.rglob("results.*.sqlite"))}
    with tempfile.TemporaryDirectory(prefix="rigdyno-") as name:
        lay_out(Path(name) / "inputs", results)
        done, files = 0, dict[str, str]()
        for case in dict.fromkeys(cases(list(results), stores)):
            slug = re.sub(r"[^\w.=-]+", "_", f"rigdyno {case}")[:120]
            while files.setdefault(slug, case) != case:
                slug += "_"
            if options.only not in case:
                continue
            with tempfile.TemporaryDirectory(prefix="rigdyno-") as place:
                folder = Path(shutil.copytree(Path(name) / "inputs", Path(place) / "here", copy_function=os.link))
                text = record(case, program, folder, stores.get(case.partition(":")[0]))
            (out / f"{slug}.txt").write_text(text, encoding="utf-8")
            done += 1
    print(f"{done} commands in {time.monotonic() - begin:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
