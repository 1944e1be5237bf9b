"""A file of ours is written whole or not at all, and only its owner can read it."""

import os
from pathlib import Path

import pytest

from sims import private


def test_a_file_is_made_with_its_folder_and_only_its_owner_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "new" / "deeper" / "kept.json"
    before = os.umask(0)
    try:
        private.write_whole(path, "1")
        private.write_whole(path, "é")
    finally:
        os.umask(before)
    assert path.read_text(encoding="utf-8") == "é"
    assert [part.stat().st_mode & 0o777 for part in (path, path.parent)] == [0o600, 0o700]
    assert [*path.parent.iterdir()] == [path]


def test_what_cannot_be_written_leaves_the_old_text_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    private.write_whole(path, "old")
    with pytest.raises(UnicodeEncodeError):
        private.write_whole(path, "half\ud800")
    assert path.read_text() == "old"
    assert [*tmp_path.iterdir()] == [path]


def test_a_folder_in_its_place_stays(tmp_path: Path) -> None:
    (tmp_path / "kept.json").mkdir()
    with pytest.raises(OSError, match=r"kept\.json"):
        private.write_whole(tmp_path / "kept.json", "1")
    assert [*tmp_path.iterdir()] == [tmp_path / "kept.json"]


def test_a_link_where_the_part_would_be_is_not_followed(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("theirs")
    (tmp_path / f".kept.json.{os.getpid()}").symlink_to(other)
    with pytest.raises(OSError, match="kept"):
        private.write_whole(tmp_path / "kept.json", "1")
    assert other.read_text() == "theirs"
