"""The notes that paths mean."""

from studytui.sessions.note_paths import find


def test_a_folder_of_tables_alone_says_how_to_name_them(tmp_path):
    (tmp_path / "seas.csv").write_text("front,back\nNorth Sea,shallow\n")
    found = find([str(tmp_path)])
    assert not found.files
    (problem,) = found.missing
    assert "name a table, JSON or package by itself" in problem.message
    assert list(find([str(tmp_path / "seas.csv")]).files) == [tmp_path / "seas.csv"]
