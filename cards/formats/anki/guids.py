"""Anki's guids as ids of cards, and back: nothing is lost, so that Anki knows its notes again.

An id is up to 80 letters, digits and `. : - _`; a guid may have any character. One that is no id
is written `g:` and each other character as `.` and two hexadecimal digits.
"""

import re
from hashlib import blake2b

_ID = re.compile(r"[A-Za-z0-9_][\w.:-]{0,69}", re.ASCII)
_OTHER = re.compile(rb"[^A-Za-z0-9_-]")
_WRITTEN = re.compile(r"\.([0-9a-f]{2})")
_LONGEST = 70
_PREFIXES = ("g:", "h:")


def id_of(guid: str) -> str:
    """Return the id for a guid; of one over 60 characters a digest, which does not lead back."""
    if _ID.fullmatch(guid) and not guid.startswith(_PREFIXES):
        return guid
    data = guid.encode(errors="replace")
    written = "g:" + _OTHER.sub(lambda found: b".%02x" % found[0][0], data).decode()
    if len(written) <= _LONGEST:
        return written
    return f"h:{blake2b(data, digest_size=16).hexdigest()}"


def guid_of(id: str) -> str:
    """Return the guid that an id was made of, the id itself for one of ours."""
    if not id.startswith("g:"):
        return id
    plain = _WRITTEN.sub(lambda found: chr(int(found[1], 16)), id[2:])
    return plain.encode("latin-1").decode(errors="replace")
