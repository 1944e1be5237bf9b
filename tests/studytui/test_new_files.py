"""New files and folders: what cannot be written to its end leaves nothing behind."""

from pathlib import Path

import pytest

from cards.formats.native_text import NotesFile
from studytui.new_files import NewFiles, new_file

resource = pytest.importorskip("resource", reason="no limit of a file's size can be set")


@pytest.fixture
def small():
    """Let no file grow over a thousand bytes, as on a disk that is nearly full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def notes(*texts: tuple[str, str]) -> list[NotesFile]:
    files = []
    for path, text in texts:
        files.append(NotesFile(path, "D"))
        files[-1].text = text
    return files


def test_a_file_that_is_too_large_when_it_is_closed_goes_again(tmp_path: Path, small: None) -> None:
    with pytest.raises(OSError, match="too large"), new_file(tmp_path / "a.csv") as file:
        file.write("x" * 2000)  # it is in memory until then
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("was_there", [True, False])
def test_notes_go_again_with_their_folders(tmp_path: Path, small: None, was_there: bool) -> None:
    into = tmp_path / "in"
    if was_there:
        into.mkdir()
    files = notes(("A/one.md", "x"), ("B/C/two.md", "y" * 2000))
    with pytest.raises(OSError, match="too large"), NewFiles(into) as written:
        written.notes(files)
    assert list(tmp_path.rglob("*")) == [into] * was_there


def test_what_others_put_there_stays(tmp_path: Path, small: None) -> None:
    (tmp_path / "A").mkdir()
    (tmp_path / "A" / "mine.md").write_text("mine")
    files = notes(("A/one.md", "x"), ("B/two.md", "y" * 2000))
    with pytest.raises(OSError, match="too large"), NewFiles(tmp_path) as written:
        written.notes(files)
    with pytest.raises(FileExistsError), new_file(tmp_path / "A" / "mine.md"):
        pass
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["A", "mine.md"]
    assert (tmp_path / "A" / "mine.md").read_text() == "mine"
