"""Packages that mean harm: refused with a sentence, in little memory, or made harmless."""

import json
import random
import sqlite3
import stat
import struct
import zipfile
from contextlib import closing

import pytest
import zstandard

from cards.card import Card, Kind
from cards.formats import native_text
from cards.formats.anki import archive, collection, protobuf
from cards.formats.anki.archive import Archive, PackageError
from cards.formats.anki.collection import Collection
from cards.formats.anki.html import to_html, to_markdown
from cards.formats.anki.package import Package, medium_name
from cards.formats.anki.template import filled, sides
from cards.formats.anki.writing import Person, Schedule, write


def package(path, **entries):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in entries.items():
            file.writestr(name.replace("__", "."), data)
    return path


def refused(path):
    with pytest.raises(PackageError) as error:
        Package(path)
    return str(error.value)


def test_what_is_no_package_is_refused(tmp_path):
    path = tmp_path / "a.apkg"
    path.write_bytes(b"PK\5\6 no")
    assert "not an Anki package" in refused(path)
    path.write_bytes(b"")
    assert "not an Anki package" in refused(path)
    assert "no collection.anki2" in refused(package(path, other="x"))
    assert "cannot be opened" in refused(tmp_path / "none.apkg")


def test_a_newer_layout_is_refused_and_the_placeholder_is_never_read(tmp_path):
    path = package(tmp_path / "a.apkg", meta=b"\x08\x09", collection__anki2=b"x")
    assert "newer" in refused(path)
    path = package(tmp_path / "b.apkg", meta=b"\x08\x03", collection__anki2=b"x")
    assert "no collection.anki21b" in refused(path)
    path = package(tmp_path / "c.apkg", meta=b"\xff", collection__anki2=b"x")
    assert "`meta`" in refused(path)


def test_a_million_entries_are_refused_before_they_are_listed(tmp_path):
    path = tmp_path / "many.apkg"
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 2**32 - 1, 2**32 - 1, 0)
    wide = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 10**6, 10**6, 2**26, 0)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, 0, 1)
    path.write_bytes(wide + locator + end)
    assert "1,000,000 files" in refused(path)


@pytest.mark.parametrize("compressed", [False, True])
def test_a_bomb_is_refused_while_it_unpacks(tmp_path, monkeypatch, compressed):
    monkeypatch.setattr(archive, "FREE", 2**20)
    data = bytes(2**25)
    if compressed:
        data = zstandard.compress(data)
        path = package(tmp_path / "a.apkg", meta=b"\x08\x03", collection__anki21b=data)
    else:
        path = package(tmp_path / "a.apkg", collection__anki2=data)
    assert "unpacks to over" in refused(path)


def test_a_link_in_a_package_is_not_followed(tmp_path):
    path = tmp_path / "a.apkg"
    with zipfile.ZipFile(path, "w") as file:
        info = zipfile.ZipInfo("collection.anki2")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(info, "/etc/passwd")
    assert "is a link" in refused(path)


@pytest.mark.parametrize("data", [b"", b"SQLite format 3\0" + b"x" * 2000, b"no database"])
def test_a_damaged_database_is_a_sentence(tmp_path, data):
    path = package(tmp_path / "a.apkg", collection__anki2=data)
    assert "collection" in refused(path)


def test_views_and_other_shapes_are_no_collection(tmp_path):
    path = tmp_path / "c.db"
    db = sqlite3.connect(path)
    db.executescript(
        "CREATE VIEW notes AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) "
        "SELECT x FROM c; CREATE TABLE cards (id); CREATE TABLE revlog (id); CREATE TABLE col (id);"
    )
    db.close()
    with pytest.raises(PackageError, match="no table notes"):
        Collection(path)


@pytest.mark.parametrize(
    "revlog",
    [
        "CREATE TABLE revlog (id, cid AS (length(hex(zeroblob(1000000)))))",
        "CREATE VIRTUAL TABLE revlog USING fts4(id)",
    ],
)
def test_tables_that_make_their_rows_are_no_collection(tmp_path, revlog):
    path = tmp_path / "c.db"
    db = sqlite3.connect(path)
    db.executescript(
        f"CREATE TABLE notes (id); CREATE TABLE cards (id); CREATE TABLE col (id); {revlog}"
    )
    db.close()
    with pytest.raises(PackageError, match="no table revlog"):
        Collection(path)


def test_rows_beyond_the_most_are_not_counted_to_the_end(tmp_path, monkeypatch):
    path = tmp_path / "c.db"
    db = sqlite3.connect(path)
    db.executescript(
        "CREATE TABLE notes (id); CREATE TABLE cards (id); CREATE TABLE revlog (id); CREATE TABLE "
        "col (crt, conf, models, decks, dconf); INSERT INTO col VALUES (0, '', '', '', ''); "
        "INSERT INTO cards VALUES (1), (2), (3);"
    )
    db.close()
    monkeypatch.setattr(collection, "MOST_CARDS", 2)
    with pytest.raises(PackageError, match="over 2 rows in cards"):
        Collection(path)
    monkeypatch.setattr(collection, "MOST_CARDS", 3)
    monkeypatch.setattr(collection, "_STEPS", 1)
    monkeypatch.setattr(collection, "_MOST_STEPS", 30)
    with pytest.raises(PackageError, match="interrupted"):
        Collection(path)


def test_a_note_with_very_many_fields_and_tags_keeps_some(tmp_path):
    path = tmp_path / "c.db"
    db = sqlite3.connect(path)
    db.executescript(
        "CREATE TABLE notes (id, guid, mid, mod, tags, flds); CREATE TABLE cards (id); "
        "CREATE TABLE revlog (id); CREATE TABLE col (crt, conf, models, decks, dconf); "
        "INSERT INTO col VALUES (0, '', '', '', '');"
    )
    db.execute(
        "INSERT INTO notes VALUES (1, ?, 1, 0, ?, ?)", (b"g\xff", "a " * 10**5, b"x\x1f" * 10**5)
    )
    db.commit()
    db.close()
    with Collection(path) as opened:
        (note,) = opened.notes()
    assert (note.guid, len(note.tags), len(note.fields)) == ("g\ufffd", 500, 500)


def test_what_anki_does_not_pack_in_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "a.apkg"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as file:
        file.writestr("collection.anki2", b"x")
    assert "does not use" in refused(path)


def test_media_that_unpack_to_very_much_together_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "FREE", 2**20)
    names = {str(number): f"{number}.bin" for number in range(9)}
    path = tmp_path / "a.apkg"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("media", json.dumps(names))
        for name in names:
            file.writestr(name, bytes(2**20))
    with Archive(path) as opened:
        assert 2**20 < opened.largest_media < 9 * 2**20


def test_decks_that_lie_deep_or_are_named_like_notes_are_paths():
    taken = set()
    deep = native_text.path_of("::".join(["a"] * 3000), "", taken)
    assert len(deep) < 1000
    assert native_text.path_of("a.md::b", "", taken) == "a-md/b.md"


def test_halves_of_characters_in_names_are_written_as_marks(tmp_path):
    models = {"1": {"name": "\ud800 \U0001f600", "flds": [{"name": "F\udfff"}], "tmpls": []}}
    path = tmp_path / "c.anki2"
    with closing(sqlite3.connect(path)) as base:
        base.executescript(
            "CREATE TABLE col (crt, conf, models, decks, dconf);"
            "CREATE TABLE notes (id); CREATE TABLE cards (id); CREATE TABLE revlog (id);"
        )
        values = ("{}", json.dumps(models), json.dumps({"1": {"name": "D\ud800"}}), "{}")
        base.execute("INSERT INTO col VALUES (0, ?, ?, ?, ?)", values)
        base.commit()
    with Collection(path) as found:
        kind = found.types[1]
        assert (kind.name, kind.fields, found.decks) == ("? \U0001f600", ("F?",), {1: "D?"})
        json.dumps(kind.raw, ensure_ascii=False).encode()


def test_a_schema_that_is_no_text_and_rows_without_values_are_no_fault(tmp_path):
    path = tmp_path / "c.db"
    db = sqlite3.connect(path)
    db.executescript(
        "CREATE TABLE notes (id); CREATE TABLE cards (id); CREATE TABLE col (crt, conf, models, "
        "decks, dconf); INSERT INTO col VALUES (0, '', '', '', ''); CREATE TABLE revlog (id, cid, "
        "ease, ivl, factor, time, type); INSERT INTO revlog (id, cid) VALUES (5, 7);"
    )
    db.close()
    with Collection(path) as collection:
        assert list(collection.reviews(9)) == [[(5, 7, 0, 0, 0, 0, 0)]]
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE cards", b"CREA\xa5E TABLE cards"))
    with pytest.raises(PackageError, match="damaged"):
        Collection(path)


def test_a_damaged_entry_and_damaged_compression_are_sentences(tmp_path):
    path = package(tmp_path / "a.apkg", meta=b"\x08\x03", collection__anki21b=b"no zstd")
    assert "damaged" in refused(path)
    path = package(tmp_path / "b.apkg", collection__anki2=b"x" * 5000)
    data = bytearray(path.read_bytes())
    data[40:60] = b"\xff" * 20
    path.write_bytes(data)
    assert "damaged" in refused(path) or "collection" in refused(path)


@pytest.mark.parametrize(
    ("name", "harmless"),
    [
        ("../../etc/passwd", "passwd"),
        ("/abs/olute.png", "olute.png"),
        ("..\\..\\win.ini", "win.ini"),
        ("C:\\x.png", "x.png"),
        (".hidden", "hidden"),
        ("a\x1b[31m\u202egnp.exe", "a[31mgnp.exe"),
        ("con:fig?.png", "con-fig-.png"),
        ("..", "notes"),
        ("x" * 300 + ".png", "x" * 80 + ".png"),
    ],
)
def test_media_get_harmless_names(name, harmless):
    assert medium_name(name) == harmless


def test_media_that_are_listed_badly_are_a_sentence(tmp_path):
    path = package(tmp_path / "a.apkg", collection__anki2=b"x", media=b"[1")
    with Archive(path) as opened, pytest.raises(PackageError, match="list of media"):
        list(opened.media())
    path = package(
        tmp_path / "b.apkg", collection__anki2=b"x", media=json.dumps({"0": "../x", "9": "y"})
    )
    with Archive(path) as opened:
        assert list(opened.media()) == []


def test_one_medium_with_half_a_character_in_its_name_costs_no_package(tmp_path):
    listed = json.dumps({"0": "\ud800.png", "1": "\U0001f600.png"})
    entries = {"collection__anki2": b"x", "media": listed, "0": b"a", "1": b"b"}
    with Archive(package(tmp_path / "a.apkg", **entries)) as opened:
        assert list(opened.media()) == [("0", "?.png"), ("1", "\U0001f600.png")]
    path = package(tmp_path / "b.apkg", collection__anki2=b"x", media=b'{"0": "\\ud800')
    with Archive(path) as opened, pytest.raises(PackageError, match="list of media"):
        list(opened.media())


@pytest.mark.parametrize("data", [b"\x08", b"\xff" * 20, b"\x0a\xff\xff\xff\xff\x0f", b"\x0b"])
def test_no_message_breaks_the_reader(data):
    with pytest.raises(protobuf.ProtobufError):
        protobuf.decode(data)


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<script>alert(1)</script>a", "a"),
        ("<style>x</style><b onclick=x>b</b>", "**b**"),
        ("<a href='java\nscript:alert(1)'>x</a>", "[x](#)"),
        ("<img src=x onerror=alert(1)>", "![](x)"),
        ("<b>never closed", "**never closed"),
        ("a\x1b]8;;evil\x07b\u202e", "a\\]8;;evilb"),
        ("1 < 2 & 3 > 2", "1 \\< 2 & 3 \\> 2"),
        ("\\(a<b\\) and \\[c\\]", "\\(a<b\\) and \\[c\\]"),
        ("[latex]$x^2$[/latex] [$]y[/$] [$$]z[/$$]", "\\(x^2\\) \\(y\\) \\[z\\]"),
        ("<anki-mathjax block='true'>x&lt;y</anki-mathjax>", "\\[x<y\\]"),
        ("<pre>a\n  b</pre>", "```\na\n  b\n```"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "- a\n  - b"),
        ("# a<br>- b<br>1) c", "\\# a\n- b\n1) c"),
        ("&lt;b&gt; &amp;amp;", "\\<b\\> \\&amp;"),
        ("<div>a</div><div>b</div>", "a\n\nb"),
    ],
)
def test_html_becomes_harmless_markdown(html, markdown):
    found = to_markdown(html)
    assert found.replace("\n\n", "\n") == markdown.replace("\n\n", "\n")


def test_deep_html_and_templates_end():
    assert to_markdown("<div>" * 5000 + "x" + "</div>" * 5000) == "x"
    assert filled("{{#a}}" * 500 + "x" + "{{/a}}" * 500, {"a": "1"}) == "x"
    assert len(filled("{{a}}" * 1000, {"a": "x" * 100_000})) <= 600_000


@pytest.mark.parametrize(
    "piece",
    [
        "\\(",
        "[latex]",
        "<anki-mathjax ",
        '<a href="',
        "<hr id",
        "<a b=c ",
        "<!--",
        "</a ",
        "\t",
        " \n",
    ],
)
def test_html_that_never_closes_takes_no_square_of_its_length(piece):
    """Hours, if it did."""
    long = piece * (150_000 // len(piece))
    assert to_markdown(f"<b>x</b>{long}y\n").startswith("**x**")
    front, back = sides(f"{long}{{{{Front}}}}", f"{long}{{{{Back}}}}", {"Front": "a", "Back": long})
    assert "a" in front
    assert long[:50] in back


def test_comments_go_and_what_only_looks_like_a_tag_stays():
    assert to_markdown("a<!-- <b>x</b> -->b <!-- c") == "ab \\<!-- c"
    assert to_markdown("<b>1</b> < 2 <i>3</i>") == "**1** \\< 2 *3*"
    assert to_markdown("<b>f</b> \\( a  <br> \\) \\(open") == "**f** \\(a\\) \\\\(open"


def test_templates_hide_what_is_to_be_typed():
    fields = {"Front": "2+2", "Back": "4"}
    front, back = "{{Front}} {{type:Back}}", "{{FrontSide}}<hr id=answer>{{type:Back}}"
    assert sides(front, back, fields) == ("2+2 ", "4")
    assert filled("{{^Extra}}none{{/Extra}}{{hint:Front}}", fields) == "none2+2"


def test_markdown_becomes_html_with_mathjax():
    assert to_html("**a** $x<1$ and $$y$$") == "<strong>a</strong> \\(x&lt;1\\) and \\[y\\]"
    assert "<script>" not in to_html("<script>x</script>")


def test_a_package_that_a_full_disk_ends_leaves_no_file(tmp_path):
    resource = pytest.importorskip("resource", reason="no limit of a file's size can be set")
    (tmp_path / "a.png").write_bytes(random.Random(0).randbytes(400_000))
    file = str(tmp_path / "n.md")
    card = Card("a", "a", "D", "d", (), Kind.BASIC, "Q ![a](a.png)", "A", file, 1)
    schedule = Schedule("new", 0, None, None, None, None, None, 0, 0, False, 0, (), 1)
    person = Person(0, 0, 0, 0, 0, 4, 0.9, (), (), (), 10, 10, 100)
    target = tmp_path / "a.apkg"

    def written():
        return write(target, [card], {"a": schedule}, [], person)

    assert not list(written().lines())
    before, size = resource.getrlimit(resource.RLIMIT_FSIZE), target.stat().st_size
    with pytest.raises(FileExistsError):
        written()
    target.unlink()
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, before[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            written()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert size > 400_000
    assert not target.exists()
