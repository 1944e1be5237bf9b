"""The wire format of Protocol Buffers: the fields of a message by number, nothing more.

Source: protobuf.dev, "Encoding".
"""

import struct
from collections.abc import Iterator

Value = int | bytes
Message = dict[int, list[Value]]
_MOST_FIELDS = 1_000_000


class ProtobufError(ValueError):
    """What was read is no message."""


def decode(data: bytes) -> Message:
    """Return the values of each field in order: whole numbers, or bytes, fixed ones as they are.

    Raises ProtobufError.
    """
    message: Message = {}
    for number, value in _fields(data):
        message.setdefault(number, []).append(value)
    return message


def _fields(data: bytes) -> Iterator[tuple[int, Value]]:
    at = count = 0
    while at < len(data):
        count += 1
        if count > _MOST_FIELDS:
            raise ProtobufError("a message has too many fields")
        key, at = _varint(data, at)
        number, kind = key >> 3, key & 7
        if kind == 0:
            value, at = _varint(data, at)
            yield number, value
            continue
        if kind == 2:
            size, at = _varint(data, at)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        else:
            raise ProtobufError("a message has a field of an unknown kind")
        if at + size > len(data):
            raise ProtobufError("a message breaks off")
        yield number, data[at : at + size]
        at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data) and shift < 70:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    raise ProtobufError("a number in a message does not end")


def whole(message: Message, number: int, default: int = 0) -> int:
    """Return a field of a whole number, the last if it comes twice."""
    value = message.get(number, [default])[-1]
    return value if isinstance(value, int) else default


def octets(message: Message, number: int) -> bytes:
    """Return a field of bytes, empty when there is none."""
    value = message.get(number, [b""])[-1]
    return value if isinstance(value, bytes) else b""


def text(message: Message, number: int) -> str:
    """Return a field of text, empty when there is none."""
    return octets(message, number).decode(errors="replace")


def floats(message: Message, number: int) -> list[float]:
    """Return a field of 32-bit floats, packed or one by one."""
    found: list[float] = []
    for value in message.get(number, []):
        if isinstance(value, bytes) and len(value) % 4 == 0:
            found += struct.unpack(f"<{len(value) // 4}f", value)
    return found
