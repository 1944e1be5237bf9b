"""Notes written in one step: also those of long names, and which of them could not be."""

import tempfile

import pytest

from cards.formats.addition import write_note


@pytest.mark.parametrize("name", ["n" * 252 + ".md", "漢" * 84 + ".md"], ids=["latin", "han"])
def test_a_note_of_the_longest_name_is_written(tmp_path, name):
    write_note(tmp_path / name, "Q: a\n")
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "Q: a\n"


def test_the_note_is_named_that_cannot_be_written(tmp_path, monkeypatch):
    def refused(**_):
        raise PermissionError(13, "Permission denied", str(tmp_path / ".a.md.x1y2"))

    monkeypatch.setattr(tempfile, "mkstemp", refused)
    with pytest.raises(PermissionError) as error:
        write_note(tmp_path / "a.md", "")
    assert error.value.filename == str(tmp_path / "a.md")
