"""New files and folders: what cannot be written to its end leaves nothing behind."""

from datetime import UTC
from pathlib import Path

import pytest

from cards.formats import read
from cards.formats.native_text import NotesFile
from db.store import Store
from sims.errors import InputError
from studytui.commands.packages import bring_in
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


@pytest.mark.parametrize("link", ["A", "A/B", "A/B/one.md"])
def test_no_link_leads_out_of_the_folder(tmp_path: Path, link: str) -> None:
    """A folder of others may hold one, so that their note would be written anywhere."""
    into, elsewhere = tmp_path / "in", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (into / link).parent.mkdir(parents=True)
    (into / link).symlink_to(elsewhere / "new.md" if link.endswith(".md") else elsewhere)
    with pytest.raises(InputError, match=r"leads out|is there already"), NewFiles(into) as written:
        written.notes(notes(("two.md", "x"), ("A/B/one.md", "x")))
    assert list(elsewhere.iterdir()) == []
    assert not (into / "two.md").exists()


def test_links_within_the_folder_and_to_it_are_followed(tmp_path: Path) -> None:
    real = tmp_path / "real"
    (real / "there").mkdir(parents=True)
    (real / "A").symlink_to("there")
    (tmp_path / "in").symlink_to("real")
    with NewFiles(tmp_path / "in") as written:
        written.notes(notes(("A/one.md", "x")))
    assert (real / "there" / "one.md").read_text() == "x"


@pytest.mark.parametrize("link", ["media", ".anki"])
def test_no_package_writes_through_a_link(tmp_path: Path, link: str) -> None:
    elsewhere, into = tmp_path / "elsewhere", tmp_path / "in"
    elsewhere.mkdir()
    into.mkdir()
    (tmp_path / "a.md").write_text("Q: What is this?\nA: That\n")
    store = Store.open(tmp_path / "a.db", zone=UTC)
    store.import_notes([read(tmp_path / "a.md")])
    store.export_anki(tmp_path / "a.apkg", "")
    store.close()
    (into / link).symlink_to(elsewhere)
    store = Store.open(tmp_path / "b.db", zone=UTC)
    with pytest.raises(InputError, match="leads out"):
        bring_in(store, [tmp_path / "a.apkg"], into, False)
    assert list(store.each_card()) == []
    store.close()
    assert list(elsewhere.iterdir()) == []
    assert [path.name for path in into.iterdir()] == [link]
