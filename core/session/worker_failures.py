"""Which failure the end of a worker means, from its exit code, its last words and what it could not load."""

from __future__ import annotations

import re
import signal
from collections.abc import Sequence

from ..records.events import Failure

_ILLEGAL_ON_WINDOWS = 0xC000001D
"""Windows' exit code STATUS_ILLEGAL_INSTRUCTION."""
_SHELL_SIGNAL = 128
"""A shell, and the script that runs a worker over ssh, add this to the number of the signal that ended a program."""
_ILLEGAL = 4
"""The number of SIGILL on every system; Python for Windows has that name too."""
_MISSING_LIBRARY = re.compile(
    r"WinError (126|127|1114)\b|Error loading \"[^\"]*\.dll\"|DLL load failed while importing (_C|torch)\b|vc_redist"
)
"""How torch says under Windows, in any language of the system, that a library which its own libraries need is missing,
is too old, or does not start: nearly always Microsoft's runtime."""
_OTHER_LIBRARY_TROUBLE = re.compile(r"WinError (193|1455|5)\b")
"""The wrong architecture, a page file that is too small, no permission: a new runtime is no way out of these."""


def end_of_worker(code: int, last_words: Sequence[str], remote: bool) -> Failure:
    """The failure of a worker that ended with an exit code; negative is the number of a signal, as in `subprocess`.

    `last_words`: the lines that it has written last. `remote`: whether the code came over ssh.
    """
    if remote and _SHELL_SIGNAL < code <= _SHELL_SIGNAL + 64:
        code = _SHELL_SIGNAL - code
    how = f"exit code {code}"
    if code < 0:
        how = f"signal {_signal_name(-code)}"
        if -code == getattr(signal, "SIGKILL", None):
            how += ", which the system also sends when memory runs out"
    told = how + (f"; its last words: {last_words[-1][:200]}" if last_words else "")
    return Failure("no-instructions" if code in (-_ILLEGAL, _ILLEGAL_ON_WINDOWS) else "died", told)


def reported_failure(code: str, detail: str) -> Failure:
    """A failure that a worker has reported; where torch lacks Microsoft's runtime, the code says so."""
    lacks = _MISSING_LIBRARY.search(detail) and not _OTHER_LIBRARY_TROUBLE.search(detail)
    return Failure("no-visual-c" if code == "torch-missing" and lacks else code, detail)


def _signal_name(number: int) -> str:
    known = {int(one): one.name for one in signal.Signals}
    return known.get(number, str(number))
