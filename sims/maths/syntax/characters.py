"""From characters to ASCII, by the closed map of unicode that the language reads."""

import re
import unicodedata
from collections.abc import Iterator

from sims.maths.errors import MathsError
from sims.maths.syntax.vocabulary import ACCENTS, KEPT, LETTERS, SIGNS, SUBSCRIPTS, SUPERSCRIPTS

_PARTS = frozenset(SIGNS[sign] for sign in "½¼¾⅓⅔")
_DIGITS = 20
"""Most digits before a part such as ½ for which both are read as one number."""
_LETTER = re.compile(r"(\W*)([A-Za-z]+) ?")
"""A character in ASCII, perhaps after the end of a script."""


def to_ascii(text: str) -> tuple[str, list[int]]:
    """Return the text in ASCII, and for each of its characters the position in the original."""
    pieces: list[str] = []
    where: list[int] = []
    script = ""
    for position, character in _characters(text):
        if character in ACCENTS and (marked := _LETTER.fullmatch(pieces[-1] if pieces else "")):
            piece = f"{marked[1]} {marked[2]}{ACCENTS[character]} "
            del where[len(where) - len(pieces.pop()) :]
            pieces.append(piece)
            where.extend([position] * len(piece))
            continue
        now = "^" if character in SUPERSCRIPTS else "_" if character in SUBSCRIPTS else ""
        piece = _ascii(character, position)
        if character == "⊤":
            piece = " T " if _raises("".join(pieces[-2:])) else "^T "
        if character in LETTERS and piece != " pi " and text[position + 1 : position + 2].isdigit():
            piece = piece.rstrip()
        if now != script:
            piece = ("}" if script else "") + (now + "{" if now else "") + piece
            script = now
        if piece in _PARTS and (before := _whole(pieces)):  # 2½ is two and a half
            pieces[-before] = f"({pieces[-before]}"
            where.insert(len(where) - before, where[-before])
            piece = f"+{piece})"
        pieces.append(piece)
        where.extend([position] * len(piece))
    if script:
        pieces.append("}")
        where.append(len(text) - 1)
    return "".join(pieces), where


def _whole(pieces: list[str]) -> int:
    """Return with how many pieces a text ends in a whole number, one blank after it counted."""
    blank = int(pieces[-1:] == [" "])
    found = "".join(pieces[-_DIGITS - blank :])[:-1] if blank else "".join(pieces[-_DIGITS:])
    digits = len(found) - len(found.rstrip("0123456789"))
    before = found[: len(found) - digits][-1:]
    apart = digits < _DIGITS and not before.isalnum() and before not in tuple("._,{")
    return digits + blank if digits and apart else 0


def _raises(before: str) -> bool:
    """Return whether a sign stands where a transpose is already raised, or nothing to turn."""
    last = before.rstrip()[-1:]
    return not (last.isalnum() or (last and last in ")]}'"))


def _characters(text: str) -> Iterator[tuple[int, str]]:
    """Yield each character with its position; a letter with an accent read here in two parts."""
    for position, found in enumerate(text):
        character = _plain_letter(found)
        parts = unicodedata.normalize("NFD", character)
        marked = len(parts) == 2 and parts[1] in ACCENTS
        yield from ((position, part) for part in (parts if marked else character))


def _plain_letter(character: str) -> str:
    """Return the letter of which a character is a bold, slanted or wide form."""
    styled = "\U0001d400" <= character <= "\U0001d7ff" or "Ａ" <= character <= "ｚ"
    styled = styled or character in "ℎℯℊ"
    if not styled or character in LETTERS or character in SIGNS:
        return character
    plain = unicodedata.normalize("NFKC", character)
    return {"∂": "∂", "∇": "∇"}.get(plain, plain) if len(plain) == 1 else character


def _ascii(character: str, position: int) -> str:
    if character.isascii():
        if (character < " " and character not in "\t\n\r") or character == "\x7f":
            raise MathsError(
                f"the control character U+{ord(character):04X} is not allowed", position
            )
        return character
    if small := SUPERSCRIPTS.get(character) or SUBSCRIPTS.get(character):
        return small if len(small) == 1 else f" {small} "
    if character in LETTERS:
        return f" {LETTERS[character]} "
    if character in SIGNS:
        return SIGNS[character]
    if character in KEPT or character == "⊤":
        return character
    if unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp"):
        raise MathsError(f"the invisible character U+{ord(character):04X} is not allowed", position)
    raise MathsError(
        f"the character {shown(character)} has no meaning here; leave it out", position
    )


def shown(character: str) -> str:
    """Return a character as a message names it: itself, or its number if it is invisible."""
    return f"'{character}'" if character.isprintable() else f"U+{ord(character):04X}"
