"""Images and sounds are opened only if they are of such a kind and lie with the note."""

from pathlib import Path

import pytest

from cards.formats import read
from studytui import media


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("![a plot](plot.png)", ["plot.png"]),
        ('![](<media/a plot.png> "title")', ["media/a plot.png"]),
        ("![](media/a%20plot.png)", ["media/a plot.png"]),
        ("[sound:tone.mp3]", ["tone.mp3"]),
        ("![[plot.png|200]]", ["plot.png"]),
        ("![](plot.png) and ![again](plot.png)", ["plot.png"]),
        ("![](../outside.png)", []),
        ("![](/etc/hosts)", []),
        ("![](run.sh)", []),
        ("![](link.png)", []),
        ("![](https://example.org/plot.png)", []),
        ("![](missing.png)", []),
        ("![](%00.png)", []),
        ("![](round/a.png)", []),
        (f"![]({'a' * 5_000}.png)", []),
    ],
)
def test_what_is_opened(tmp_path: Path, written: str, found: list[str]) -> None:
    folder = tmp_path / "notes"
    (folder / "media").mkdir(parents=True)
    for name in ("plot.png", "media/a plot.png", "tone.mp3", "run.sh", "../outside.png"):
        (folder / name).write_bytes(b"x")
    (folder / "link.png").symlink_to(tmp_path / "outside.png")
    (folder / "round").symlink_to("round")
    note = folder / "note.md"
    note.write_text(f"Q: What is this?\nA: This: {written}\n", encoding="utf-8")
    (card,) = read(note).cards
    assert media.media_of(card) == [folder / name for name in found]


def test_without_an_opener_the_path_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media.shutil, "which", lambda _name: None)
    assert str(tmp_path / "x.png") in media.opened(tmp_path / "x.png")


def test_an_opener_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for program in ("open", "xdg-open"):
        (tmp_path / program).write_text("#!/bin/sh\nexit 3\n")
        (tmp_path / program).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert "cannot open x.png (it ended with 3)" in media.opened(tmp_path / "x.png")


def test_before_the_answer_only_files_of_the_question_are_opened(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"a")
    (tmp_path / "b.mp3").write_bytes(b"b")
    note = tmp_path / "note.md"
    note.write_text("Q: What is ![this](a.png)?\nA: A cat: [sound:b.mp3]\n", encoding="utf-8")
    (card,) = read(note).cards
    assert media.media_of(card, answered=False) == [tmp_path / "a.png"]
    assert media.media_of(card) == [tmp_path / "a.png", tmp_path / "b.mp3"]


def test_media_of_a_package_lie_above_the_notes_of_nested_decks(tmp_path: Path) -> None:
    note = tmp_path / "in" / "A" / "B" / "C.md"
    note.parent.mkdir(parents=True)
    for folder in (tmp_path / "in" / "media", tmp_path / "other"):
        folder.mkdir()
        (folder / "p.png").write_bytes(b"p")
    (tmp_path / "in" / "media" / "l.png").symlink_to(tmp_path / "other" / "p.png")
    note.write_text(
        "Q: ![a](media/p.png) ![b](other/p.png) ![c](media/../p.png) ![d](media/l.png)\nA: a\n"
    )
    (card,) = read(note).cards
    assert media.media_of(card) == [tmp_path / "in" / "media" / "p.png"]
