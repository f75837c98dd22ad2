"""The name of a computer in its firmware: that of the product, or of the mainboard where nobody has filled it in."""

from __future__ import annotations

import re
from collections.abc import Callable

_FILLER = re.compile(
    r"to be filled( (by|up).*)?|to be (defined|set).*|tb[ad]( by.*)?|fill(ed)? (by|in).*|type\d+.*|none|null|empty|"
    r"(default|dummy|empty|unknown?|undefined|no)"
    r"( ?string.*|( ?(product|system|board|model|manufacturer|vendor|name|enclosure))*)|"
    r"oem|o\.?e\.?m\.?|n[/.]?a\.?|invalid|other|test|sample|generic|reserved( .*)?|blank|placeholder|please .*|system|"
    r"super ?server|(main|mother)?board|(sku|serial|asset)( number| tag)?|asset[- ]?\d+|"
    r"not? (applicable|available|specified|defined|set|present|provided|filled|found|used).*|"
    r"sys(tem|\.)? ?(manufacturer|product( name)?|vendor|name|version|serial number|sku( number)?|family|model)|"
    r"(oem|your|my) ?-?(system|string|product|manufacturer|name|board|model).*|"
    r"((product|model|board|manufacturer|vendor|chassis) ?)?(name|manufacture|manufacturer|vendor|version|family)|"
    r"product|model|base ?board.*|(undefined|uninitialized).*|standard|all series|[\W_0x.]*|(?P<one>.)(?P=one)*|"
    r"(rev(ision)?[ .]*)?v?\d+([.]\w+)+|0?123456789.*|<.*>|\$\(.*\)",
    re.IGNORECASE,
)
"""What firmware holds where nobody has filled in a name, whole."""
_LENOVO = "lenovo"
"""It keeps the name that it sells under in the version, and a number of the type in the name."""


def firmware_model(ask: Callable[[str], object]) -> str | None:
    """Maker and product, as in "LENOVO ThinkPad P17 Gen 1"; None where the firmware names neither them nor a board.

    `ask` gives a string of SMBIOS by the name that Linux has for it in /sys/class/dmi/id, such as "sys_vendor".
    """
    maker, product = cleaned_name(ask("sys_vendor")), cleaned_name(ask("product_name"))
    if maker.lower() == _LENOVO:
        sold = cleaned_name(ask("product_version"))
        if not sold.isdigit():  # as servers have there, "07", whose name is where others have it
            product = sold or cleaned_name(ask("product_family")) or product
    board = cleaned_name(ask("board_name"))
    if product and f"({product})" in board:  # MSI: "MS-7D78", and for the board "PRO B650-P WIFI (MS-7D78)"
        product = board
    if not product or (board and product.lower() == maker.lower()):
        maker, product = cleaned_name(ask("board_vendor")) or maker, board
    elif not maker:
        maker = cleaned_name(ask("board_vendor"))
    if product.lower().startswith(maker.lower()):  # "HP HP ZBook", "ASUS ASUS TUF"
        maker = ""
    return f"{maker} {product}".strip() or None


def cleaned_name(written: object) -> str:
    """A name of the firmware with single spaces; empty where it is a filler."""
    name = " ".join(str(written or "").split())
    return "" if _FILLER.fullmatch(name.replace("_", " ")) else name
