"""What is worth a card of a stranger's notes, and the reason for leaving out what is not."""

import json

import pytest

from cards.card import Kind
from cards.formats import notes_in, outline, read
from cards.formats.folders import looked_at
from cards.formats.notebook import markdown_of
from cards.formats.outline.proposal import Proposal
from cards.formats.outline.worth import own_fault, why_not


def fault(*said):
    return why_not(Proposal.of(*said))


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [
        ("What is recursion?", "Recursive calls of a function and all that they return"),
        ("What is a hash table?", "An array whose places are chosen by a hash function"),
        ("What is “recall” in Classification?", "The share of positives that are found."),
        ("What does BGP stand for?", "Border Gateway Protocol"),
        ("What are constant returns to scale?", "Output that grows as fast as its inputs"),
        ("What is a function that returns a function called?", "A higher-order function"),
        ("What is a for loop?", "A statement that repeats its body for each item"),
        ("What is an or gate?", "A circuit whose output is 1 if one of its inputs is 1"),
        ("What does FSF stand for?", "Free Software Foundation"),
        ("What does IOU stand for?", "Instance of use"),
        (r"Resistance is often defined as \(R = \;?\)", r"\(\frac{V}{I}\)"),
        ("Why is sparse data key in Hogwild?", "Workers rarely touch the same parameters."),
        ("What is rehash count?", "The total number of changes made to a hash table"),
        ("What is meant by “Churn” in Caches?", "How often entries of the cache are replaced"),
        ("What is “$\\lambda$” in Queueing Theory?", "The rate of arrivals at the queue"),
        ("What is the bucket occupancy?", "The share of a hash table's buckets that are taken"),
    ],
)
def test_a_question_with_one_clear_answer_is_kept(prompt, answer):
    assert fault(prompt, answer, Kind.BASIC, ("T",)) == ""


@pytest.mark.parametrize(
    ("prompt", "answer", "says"),
    [
        ("What is the example below?", "A list of words that are sorted", "points to"),
        ("What are the We'll use…?", "A few", "nothing"),
        ("What is “Example”?", "A list of words that are sorted", "an example"),
        ("What is “Step 2”?", "A list of words that are sorted", "only the note"),
        ("What is “price” at https://y.z?", "High, for most of the users", "markup"),
        ("What is $x?", "A number that stands for something", "not closed"),
        ("What is a list (of words?", "A list of words that are sorted", "match"),
        ("What is “stale”?", "This parallelism leads to stale gradients.", "points to"),
        ("What does it do?", "Sorts the list", "points to"),
        ("What does the algorithm build?", "A tree", "which one"),
        ("What is “fit”?", "Use the data that you have and train.", "an instruction"),
        ("What is “run()”?", "A function that starts the loop", "code"),
        ("What is meant by “Setting” in Plato?", "Protagoras is in town", "anything"),
        ("What is meant by “Some liens” in Deeds?", "Deposits of a bank", "no term"),
        ("What is meant by “Compromised by” in Keys?", "Replay of a nonce", "no term"),
        ("What is meant by “Analyze the genome” in Cells?", "A search for the codons", "to do"),
        ("What is meant by “Biological” in Phobias?", "Genes and hormones", "adjective"),
        (
            "What is meant by “Kelp” in Algae?",
            "Icelanders once had it dried",
            "something of the term",
        ),
        ("What is meant by “Burette” in Titration?", "Final rinse", "too short"),
        ("What is the resulting condition?", "A matrix of the kernel", "without the note"),
        ("What is the maximum of the formula?", "A vertex of the polytope", "without the note"),
        ("Very important to include: why?", "Deadlines are hard", "what it is about"),
        ("What does Halves the array and search?", "One side of the array", "not English"),
        ("What is trees mean nothing unless there?", "A root to begin with", "not English"),
        ("What are the there are two kinds?", "Left trees and right trees", "not English"),
        ("What does Because balance lead to?", "Searches of logarithmic length", "not English"),
        ("What does quickSort takes in a list and return?", "A sorted list", "not English"),
        ("What is a red-black tree?", "One of the most popular search trees", "how good"),
        ("What is a red-black tree?", "A workhorse of the standard libraries", "how good"),
        ("What is tree depth?", "A function of not just what is stored", "breaks off"),
        ("What is a leaf?", "Recall that a tree has nodes without any children", "points to"),
        ("What does a B-tree index?", "The keys that this chapter sorts", "the notes themselves"),
        ("What is the redundancy of RAID 0?", "N/A", "nothing"),
        ("What is route propagation enabled by?", "Default in private networks", "of a phrase"),
        ("What are interrupt masks kept on?", "A per CPU basis", "of a phrase"),
        ("Heap sort has steps: which two?", "- Step 1\n- Step 2", "nothing"),
    ],
)
def test_a_question_that_nobody_could_answer_is_left_out(prompt, answer, says):
    assert says in fault(prompt, answer, Kind.BASIC, ("T",))


def test_a_choice_is_not_answered_by_what_could_be_chosen():
    options = "- an array\n- a linked list\n- a tree"
    headings = ("Maps",)
    asked = Proposal.of("Which map is more efficient?", options, Kind.BASIC, headings)
    assert own_fault(asked) == why_not(asked) == "its answer lists what could be chosen"
    asked = Proposal.of("Which maps keep an order?", options, Kind.BASIC, headings)
    assert own_fault(asked) == why_not(asked) == ""
    asked = Proposal.of("What is the base case?", "(i.e. a list)", Kind.BASIC, headings)
    assert own_fault(asked) == why_not(asked) == "its answer is a remark in brackets"


@pytest.mark.parametrize(
    ("term", "told", "says"),
    [
        ("HBase", "Distributed column-oriented database.", ""),
        ("Hive", "Open-source data warehouse of a cluster.", ""),
        ("HBase", "Distributed column-oriented nonsense.", "does not say what the term means"),
        ("Hadive", "Distributed column-oriented database.", "an adjective without its noun"),
    ],
)
def test_a_kind_of_thing_tells_a_term_without_an_article(term, told, says):
    asked = f"What is meant by “{term}” in Hadoop Ecosystem?"
    assert says in fault(asked, told, Kind.BASIC, ("Hadoop Ecosystem",))
    assert bool(says) == bool(fault(asked, told, Kind.BASIC, ("Hadoop Ecosystem",)))


def test_a_sentence_about_a_part_of_a_heading_s_name_does_not_define_it():
    text = "# Windows Event Log\n\n- Event is an entity that describes some occurrence.\n"
    assert "What is Windows Event Log?" not in [c.prompt for c in outline.read("o.md", text).cards]


def test_a_marked_label_of_general_words_is_told_by_a_kind_or_left_out():
    told = "The array is split at its middle, which takes one step."
    assert fault("What is “Note” in Heaps?", told, Kind.BASIC, ("T",), "Heaps", True)
    kind = "Approach to problems that looks at how the parts of the whole act together"
    assert not fault("What is “Systems thinking”?", kind, Kind.BASIC, ("T",), "T", True)


@pytest.mark.parametrize("heading", ["Proof:", "Example: a deck of cards", "2.1 Exercises"])
def test_what_belongs_to_an_example_or_a_proof_is_left_out(heading):
    prompt, answer = "What is the sample space?", "The set of the 52 cards of the deck"
    assert heading in fault(prompt, answer, Kind.BASIC, ("Chance", heading))
    assert not fault(prompt, answer, Kind.BASIC, ("Chance", "Examples of sample spaces"))
    assert not fault("What does BFS stand for?", "Breadth-first search", Kind.BASIC, (heading,))


def test_small_figures_and_signs_of_units_are_no_letters_of_another_script():
    assert not fault("What is N₂O₅?", "A solid oxide N₂O₅ m² kΩ ℃", Kind.BASIC, ("T",))
    assert "script" in fault("What is данные?", "Это данные", Kind.BASIC, ("T",))


def test_prose_below_a_question_is_too_long_for_an_answer():
    prose = "Trees keep what they hold in order, and so a search passes few of them. " * 8
    assert "too long" in own_fault(Proposal.of("Why are trees searched?", prose, Kind.BASIC, ()))
    assert not own_fault(Proposal.of("Why are trees searched?", prose[:72], Kind.BASIC, ()))


@pytest.mark.parametrize(
    ("prompt", "hidden"),
    [
        ("It is different from […] in the end.", "other trees"),
        ("The method uses […] to sort.", "techniques"),
        ("A tree is built using […] like CART.", "classic algorithms"),
        ("Sort the list by […] first.", "decreasing length"),
        ("Periodic behavior without an […].", "obvious calendar-based season"),
        ("The tree reduces […] quickly.", "variance of the"),
        ("The test of the trees says […]:", "decision boundary"),
    ],
)
def test_a_gap_that_could_be_anything_is_left_out(prompt, hidden):
    assert fault(prompt, hidden, Kind.CLOZE, ("T",))


def test_a_displayed_formula_is_asked_after_its_lead_or_its_heading(asked):
    found = asked(
        "# Circuits\n\n## Resistance\n\nResistance is often defined as\n\n"
        "$$\nR = \\frac{V}{I}\n$$\n\n"
        "# Geometric variable\n\n## Variance\n\n$$\n\\operatorname{Var}(X) = \\frac{1-p}{p^2}\n$$\n"
    )
    assert found[r"What is the resistance? \(R = \;?\)"] == r"\(\frac{V}{I}\)"
    asks = r"What is the variance of Geometric variable? \(\operatorname{Var}(X) = \;?\)"
    assert found[asks] == r"\(\frac{1-p}{p^2}\)"


@pytest.mark.parametrize(
    "text",
    [
        "# T\n\nThus we plug this in and get\n\n$$x = \\frac{a}{b}$$\n",
        "# T\n\nThe answer is\n\n$$P = 0.28 + 0.35 = 0.63$$\n",
        "# T\n\nThe vector is\n\n$$v = a_1, \\ldots, a_n$$\n",
    ],
)
def test_a_step_of_an_argument_is_no_formula_to_know(asked, text):
    assert asked(text) == {}


def test_a_term_in_bold_that_a_sentence_defines_gives_a_definition(asked):
    found = asked(
        "# Metrics\n\n**Precision** quantifies the correctness of positive predictions.\n\n"
        "A **false positive** occurs when a negative case is predicted positive.\n"
    )
    assert found["What does Precision quantify?"] == "The correctness of positive predictions"
    asks = "When does a false positive occur?"
    assert found[asks] == "When a negative case is predicted positive"


def test_numbered_steps_are_to_be_put_in_order():
    note = outline.read(
        "n.md",
        "# Compiling\n\nThe compiler takes these steps:\n\n"
        "1. Read the source text\n2. Build the tree of it\n3. Write machine code\n",
    )
    (card,) = [card for card in note.cards if card.kind is Kind.ORDER]
    assert card.check.order == (
        "Read the source text",
        "Build the tree of it",
        "Write machine code",
    )
    assert (card.prompt, card.line) == ("Put the steps in order: Compiling", 5)


def test_a_glossary_gives_a_card_a_row_and_another_table_none(asked):
    glossary = "# Nets\n\n| Term | Meaning |\n|---|---|\n| Epoch | One pass over the data |\n"
    assert asked(glossary) == {"What is “Epoch” in Nets?": "One pass over the data"}
    assert asked("# Nets\n\n| Model | Accuracy |\n|---|---|\n| Tree | A lot better |\n") == {}


def test_what_is_left_out_has_its_line_and_reason_and_can_be_taken():
    text = "# Trees\n\n- Example: a list of words that are sorted\n"
    text += "- Tree depth: the length of the longest way down\n"
    note = outline.read("n.md", text)
    assert [card.line for card in note.cards] == [4]
    everything = outline.read("n.md", text, everything=True)
    assert len(everything.cards) >= len(note.cards)
    sizes = outline.read("n.md", "# Trees\n\n- Basic idea: a list of words that are sorted\n")
    ((line, reason),) = [(one.line, one.reason) for one in sizes.left_out]
    assert (line, "means nothing" in reason) == (3, True)
    assert len(outline.read("n.md", "# Trees\n\n- Basic idea: a list of words\n", None, True).cards)


def test_the_front_matter_of_an_outline_names_its_deck():
    text = "---\ndeck: Graphs\n---\n# Trees\n\n"
    text += "- Tree depth: the length of the longest way down from the root\n"
    assert [card.deck for card in outline.read("n.md", text).cards] == ["Graphs"]
    assert [card.deck for card in outline.read("n.md", text, "Other").cards] == ["Other"]


def test_front_matter_is_no_text(asked):
    assert asked("---\ntitle: A is the thing that counts\nx: is a y of the z\n---\n\n# T\n") == {}


def test_notes_in_another_language_ask_for_terms_alone(asked):
    text = (
        "# Metrikler\n\n- **Kesinlik**: pozitif tahminlerin doğru olanlarının oranıdır ve bu sayı "
        "sıfır ile bir arasında yer alan bir değerdir, model için önemlidir.\n" * 2
    )
    assert list(asked(text)) == ["Kesinlik (Metrikler)"]


def test_a_folder_s_notes_are_not_its_readme_licence_translations_or_dot_folders(tmp_path):
    names = [
        "README.md", "LICENSE.md", "CHANGELOG.md", "a.md", "a.fr.md", "b.markdown", "c.qmd",
        "d.mdx", "e.ipynb", "deep/README.md", ".git/x.md", "node_modules/y.md", "zh-CN/a.md",
        "requirements.txt", "f.txt", "deep/mixed/README.md", "deep/mixed/g.md", "skip.md",
        "_build/html/_sources/h.md",
    ]  # fmt: skip
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("A tree is a graph.\n")
    (tmp_path / ".studytuiignore").write_text("# not this one\nskip.*\n")
    found = [str(path.relative_to(tmp_path)) for path in notes_in(tmp_path)]
    assert found == [
        "a.md", "b.markdown", "c.qmd", "d.mdx", "e.ipynb", "f.txt", "deep/README.md",
        "deep/mixed/g.md",
    ]  # fmt: skip
    reasons = {path.name: reason for path, reason in looked_at(tmp_path)}
    assert reasons["a.fr.md"] == "it is a translation"
    (tmp_path / "README.md").write_text("Q: One?\nA: Two\n")
    assert tmp_path / "README.md" in list(notes_in(tmp_path))


def test_in_a_vault_of_another_program_all_files_are_notes(tmp_path):
    settings = tmp_path / ".obsidian/plugins/obsidian-spaced-repetition/data.json"
    names = ["README.md", "History.md", "build/a.md", "de-AT/b.md", "a.fr.md", "a.md"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("#flashcards\none::two\n")
    settings.parent.mkdir(parents=True)
    settings.write_text("{}")
    assert {str(path.relative_to(tmp_path)) for path in notes_in(tmp_path)} == set(names)


def test_the_backups_of_a_logseq_graph_are_no_notes(tmp_path):
    for name in ("logseq/config.edn", "logseq/bak/a.md", "pages/a.md", "pages/logseq/b.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("- one #card\n  - two\n")
    found = {str(path.relative_to(tmp_path)) for path in notes_in(tmp_path)}
    assert found == {"pages/a.md", "pages/logseq/b.md"}


def test_a_notebook_is_read_by_its_markdown_cells_at_their_lines(tmp_path):
    cells = [
        {"cell_type": "code", "source": ["x = 1\n"]},
        {"cell_type": "markdown", "source": ["# Trees\n", "A tree is a graph without cycles.\n"]},
    ]
    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps({"cells": cells}, indent=1))
    (card,) = read(path).cards
    assert card.prompt == "What is a tree?"
    assert "A tree is" in path.read_text().splitlines()[card.line - 1]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"cells": 3}', '{"cells": [1, null]}'])
def test_a_broken_notebook_is_said(text):
    found = markdown_of("n.ipynb", text)
    assert found == "" or (found.file, found.severity) == ("n.ipynb", "error")


def test_the_two_values_that_a_sentence_explains_are_asked_each(asked):
    found = asked(
        "# Gini coefficient\n\n- A gini coefficient of 0 means perfect equality, "
        "and 1 means perfect "
        "concentration in a single individual.\n"
    )
    assert found["What does a gini coefficient of 0 mean?"] == "Perfect equality"
    asks = "What does a gini coefficient of 1 mean?"
    assert found[asks] == "Perfect concentration in a single individual"


@pytest.mark.parametrize(
    "prompt",
    [
        "Instead of […] to injure another, he is willing to do so.",
        "Is the half-life of radium shorter than […]?",
        ". These paths are called […].",
        "An oxide formed yesterday is called […].",
    ],
)
def test_a_gap_in_what_is_no_statement_is_left_out(prompt):
    assert fault(prompt, "isotopic decay", Kind.CLOZE, ("T",))


def test_a_question_of_the_note_is_asked_with_the_answer_below_it(asked):
    found = asked(
        "# Cells\n\n- What is osmosis?\n  - Water moving through a membrane\n  - It costs no ATP\n"
        "\n## How do plants store glucose?\n\nAs starch, in their plastids.\n"
    )
    assert found["What is osmosis?"] == "- Water moving through a membrane\n- It costs no ATP"
    assert found["How do plants store glucose?"] == "As starch, in their plastids."


def test_a_heading_asks_for_the_definition_and_the_lists_below_it(asked):
    found = asked(
        "# Asthma\n\nA disease of the airways that narrows the bronchi.\n\n"
        "## Symptoms\n\n- Wheezing at night\n- Shortness of breath\n"
    )
    assert found["What is Asthma?"] == "A disease of the airways that narrows the bronchi."
    asks = "What are the symptoms of Asthma? (two answers)"
    assert found[asks] == "- Wheezing at night\n- Shortness of breath"


def test_a_note_without_headings_is_about_what_its_file_is_called():
    text = "- Founder: the printer Aldus Manutius\n- `Octavo` a book of sheets folded three times\n"
    note = outline.read("dir/AldinePress.md", text)
    assert {card.prompt for card in note.cards} == {
        "What is the founder of Aldine Press?",
        "What is “Octavo” in Aldine Press?",
    }
    assert not outline.read("dir/lecture9.md", "- Founder: the printer Aldus Manutius\n").cards


def test_a_dash_after_a_term_is_read_as_a_colon(asked):
    found = asked("# Rocks\n\n- **Gneiss** - banded rock of quartz and feldspar\n")
    assert found == {"What is meant by “Gneiss” in Rocks?": "Banded rock of quartz and feldspar"}


def test_a_name_or_a_year_at_the_end_of_a_fact_is_a_gap(asked):
    note = "# Magellan\n\n- Established a westward route around Cape Horn\n"
    found = asked(note, everything=True)
    asks = "Magellan: established a westward route around […]"
    assert found == {asks: "Cape Horn"}


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("- **Marea viva**: una marea che si alza quando il sole e la luna tirano insieme", True),
        ("- **Molo**: la costruzione che difende le navi dal mare aperto", True),
        ("- **Timer**: il mittente mantiene un timer per il più vecchio pacchetto", False),
        ("- **Bassa**: conviene aspettare che la marea salga di nuovo", False),
        ("- **Vecchie mappe**: la mappa è vecchia che nessuno la usa per le coste", False),
    ],
)
def test_of_notes_in_italian_only_what_reads_as_a_definition_is_asked(asked, line, kept):
    text = (
        "# Il mare\n\nLe note di un corso di vela per chi non ha mai visto il mare e le onde.\n\n"
    )
    text += "Il mare è grande e la nave non è che un punto di legno che va con il vento.\n\n"
    assert bool(asked(f"{text}{line}\n")) is kept


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (
            "- **Compositing**: Some browsers have their own compositor, others have none",
            "its answer tells how the term is, not what it is",
        ),
        (
            "- **Prototype pattern**: When creating an instance of a class is expensive",
            "its answer says when it is used, not what it is",
        ),
        ("- **resourceId**: the id of the resource", "its answer says nothing but the term"),
        ("- `--help`: Shows the options of the program", "it asks for the help of a command"),
        (
            "- **60 seconds**: Defines a network and maps it to one",
            "it says how long something takes, and is no term",
        ),
        ("- **Quit command**: Take a guess what it does", "its answer says nothing"),
        (
            "- Sometimes tuples are useful when you want to return several values",
            "its question is a piece of a sentence, not English",
        ),
    ],
)
def test_how_a_thing_is_and_jokes_are_no_meanings(line, reason):
    note = outline.read("networks.md", f"# Networks\n\n{line}\n")
    assert ([*note.cards], [one.reason for one in note.left_out]) == ([], [reason])


@pytest.mark.parametrize(
    ("title", "prompt"),
    [
        ("[[host]]", "What does the option `-P` of host do?"),
        ("John the Ripper", "What does the option `-P` of John the Ripper do?"),
        ("Definitions and Basic Concepts", ""),
    ],
)
def test_an_option_is_asked_with_its_command_or_not_at_all(title, prompt):
    note = outline.read("a.md", f"# {title}\n\n## Commands\n\n- `-P`: defines a list of words\n")
    assert [card.prompt for card in note.cards] == [prompt] * bool(prompt)
    reasons = [one.reason for one in note.left_out]
    assert reasons == ["it names an option without its command"] * (not prompt)


def test_a_heading_of_an_example_names_no_field(asked):
    text = (
        "# Graph Search\n\n## Example: Romania\n\n- A node is a data structure of a search tree\n"
    )
    assert [*asked(text)] == ["What is a node in Graph Search?"]


def test_a_heading_of_a_recipe_does_nothing():
    why = fault("What does Show Docker version do?", "Displays the version", Kind.BASIC, ("T",))
    assert why == "what it asks for is a sentence, not a term"


def test_how_a_thing_is_and_why_is_not_what_it_is():
    says = "Declarative and allows the logic of a loop to be hidden"
    why = fault("What is recursion?", says, Kind.BASIC, ("T",))
    assert why == "its answer tells how the term is, not what it is"
