"""Frames on a pipe: four bytes of length, big endian, then JSON. Worker and child share them."""

import json
import struct
from typing import Any

Message = dict[str, Any]

LENGTH = struct.Struct(">I")


def packed(message: Message) -> bytes:
    """Return a message as one frame."""
    body = json.dumps(message).encode()
    return LENGTH.pack(len(body)) + body
