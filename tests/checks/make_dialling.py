"""What numbers each country has, made from the tables of phonenumbers: ``python tests/checks/make_dialling.py``.

It writes tracker/checks/dialling.py, by which a whole column of good numbers is cleared without the library.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import phonenumbers as lib

TARGET = Path(__file__).parents[2] / "tracker" / "checks" / "dialling.py"
HEAD = '''"""Made by `python tests/checks/make_dialling.py` from phonenumbers {version}. Do not edit.

Which digits a number of each country has, as far as lengths tell: enough to clear good numbers all at once. What is
not cleared here is judged by the library itself.
"""

MADE_OF = "{version}"

# Digits after the country's code: the codes whose numbers may be so long.
LENGTHS = {{
{lengths}
}}

# Region: its country's code, what is dialled before a number inside the country, and a pattern of how a number begins
# that may be read in another way: a call abroad, or one by way of another company.
REGIONS = {{
{regions}
}}
'''


def made() -> str:
    """The text of the module."""
    head = {"version": lib.__version__, "lengths": _lengths(), "regions": _regions()}
    return HEAD.format(**head)


def _lengths() -> str:
    by_length = defaultdict(list)
    for code, regions in sorted(lib.COUNTRY_CODE_TO_REGION_CODE.items()):
        region = regions[0]
        for length in _metadata(code, region).general_desc.possible_length:
            by_length[length].append(code)
    return "\n".join(
        _wrapped(f"    {length}: ", " ".join(map(str, codes))) for length, codes in sorted(by_length.items())
    )


def _wrapped(start: str, text: str) -> str:
    """An entry of a dict, its text in lines that fit."""
    words, lines, line = text.split(), [], ""
    for word in words:
        if len(line) + len(word) > 100:
            lines.append(line)
            line = ""
        line += f"{word} "
    lines.append(line.rstrip())
    if len(lines) == 1:
        return f'{start}"{lines[0]}",'
    body = "\n".join(f'        "{one}"' for one in lines)
    return f"{start}(\n{body}\n    ),"


def _metadata(code: int, region: str):
    if region == lib.REGION_CODE_FOR_NON_GEO_ENTITY:
        return lib.PhoneMetadata.metadata_for_nongeo_region(code)
    return lib.PhoneMetadata.metadata_for_region(region)


def _regions() -> str:
    lines = []
    for region in sorted(lib.SUPPORTED_REGIONS):
        about = lib.PhoneMetadata.metadata_for_region(region)
        out = about.international_prefix + (f"|{about.national_prefix}" if _eats(about) else "")
        out += (
            "|0"
            if about.national_prefix not in (None, "0") and re.match(about.national_prefix_for_parsing, "0")
            else ""
        )
        said = (about.country_code, about.national_prefix or "", out)
        lines.append(f'    "{region}": ({said[0]}, "{said[1]}", r"{said[2]}"),')
    return "\n".join(lines)


def _eats(about) -> bool:
    """Whether more digits than the one before inland numbers may be taken off as if they were it."""
    prefix, pattern = about.national_prefix, about.national_prefix_for_parsing
    if not prefix or pattern == prefix:
        return False
    heads = (f"{prefix}{number:04}" for number in range(10_000) if prefix != "0" or number >= 1_000)
    found = (re.match(pattern, head + tail) for head in heads for tail in ("22222", "222222", "2222222", "22222222"))
    return any(match is not None and match.end() > len(prefix) for match in found)


if __name__ == "__main__":
    TARGET.write_text(made(), encoding="utf-8", newline="\n")
