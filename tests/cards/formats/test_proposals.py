"""What lines of a person's notes ask, and the reason for each that asks nothing."""

import pytest

from cards.card import Kind
from cards.formats import outline
from cards.formats.outline.proposal import Proposal
from cards.formats.outline.worth import RULES, why_not


def asked(text):
    return {card.prompt: card.answer for card in outline.read("n.md", text).cards}


def offered(text):
    """Return what a note asks at all, worth keeping or not."""
    return {card.prompt: card.answer for card in outline.read("n.md", text, everything=True).cards}


def reasons(text):
    return [one.reason for one in outline.read("n.md", text).left_out]


@pytest.mark.parametrize(
    ("text", "prompt", "answer"),
    [
        ("# Autophobia\n\nFear of being alone.\n", "What is Autophobia?", "Fear of being alone."),
        (
            "# Leading question\n\nGuides the respondent toward a specific answer.\n",
            "What does Leading question do?",
            "Guides the respondent toward a specific answer.",
        ),
        (
            "# Fading affect bias\n\nUnpleasant feelings about memories fade faster than pleasant "
            "feelings about them.\n",
            "What is Fading affect bias?",
            "Unpleasant feelings about memories fade faster than pleasant feelings about them.",
        ),
        (
            "# Zionism\n\n- Dreyfus affair\n"
            "  - incident when a Jewish captain was falsely convicted\n",
            "What is meant by “Dreyfus affair” in Zionism?",
            "Incident when a Jewish captain was falsely convicted",
        ),
        (
            "# Jacobins\n\n- Paul Marat\n  - Journalist and politician during the Revolution\n",
            "Who was Paul Marat?",
            "Journalist and politician during the Revolution",
        ),
        (
            "# Spain\n\n- 1492: Jews were forced to leave Spain\n",
            "In which year were Jews forced to leave Spain?",
            "1492",
        ),
        (
            "# War\n\n- British mathematician Alan Turing designed a machine to break ciphers.\n",
            "Who designed a machine to break ciphers?",
            "British mathematician Alan Turing",
        ),
        (
            "# Attacks\n\nwhaling is phishing targeted at company presidents.\n",
            "What is whaling?",
            "Phishing targeted at company presidents",
        ),
        (
            "# Heat\n\n- **Enthalpy** is internal energy plus pressure times volume, "
            "$H = U + pV$.\n",
            "What is Enthalpy?",
            "Internal energy plus pressure times volume, $H = U + pV$",
        ),
        (
            "# Trade\n\n- Who introduced comparative advantage? Ricardo (1817)\n",
            "Who introduced comparative advantage?",
            "Ricardo (1817)",
        ),
        (
            "# Game theory\n\n- Nash equilibrium -> no player can gain by changing only "
            "their own move\n",
            "What is meant by “Nash equilibrium” in Game theory?",
            "No player can gain by changing only their own move",
        ),
        (
            "# Choice\n\n- Opportunity cost: the value of the best alternative that you give up\n",
            "What is “Opportunity cost”?",
            "The value of the best alternative that you give up",
        ),
        (
            "# Cycle of a refrigerator\n\n1. Compress the vapour.\n"
            "2. Condense it at high pressure.\n3. Expand it through a valve.\n",
            "Put the steps in order: Cycle of a refrigerator",
            "1. Compress the vapour.\n2. Condense it at high pressure.\n"
            "3. Expand it through a valve.",
        ),
        (
            "# Rites\n\nIn anthropology, liminality is the quality of ambiguity in a rite.\n",
            "What is Liminality in anthropology?",
            "The quality of ambiguity in a rite",
        ),
        (
            "# Vim\n\nModal editors mostly rest upon **composable commands** for speed.\n",
            "Modal editors mostly rest upon […] for speed.",
            "composable commands",
        ),
        (
            "# Shell\n\n`netstat` - Displays network connections\n"
            "`id` - Displays the groups of a user\n",
            "What does `netstat` do?",
            "Displays network connections",
        ),
        (
            "# Sockets\n\n**Socket.** Software interface between process and network.\n",
            "What is meant by “Socket”?",
            "Software interface between process and network.",
        ),
        (
            "# Gourmet\n\nflask (N.): a small flat bottle used for carrying spirits\n",
            "What is “flask” in Gourmet?",
            "A small flat bottle used for carrying spirits",
        ),
    ],
)
def test_a_line_that_tells_one_thing_asks_for_it(text, prompt, answer):
    assert offered(text).get(prompt) == answer


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("- [Hash tables](https://x.org/h)", "link"),
        ("- Informer: Beyond Transformers. [paper](https://arxiv.org/abs/1)", "something to read"),
        ("- TRADES: Ann Bo Lee, Cy Dee, Eve Fo Gray, Hal Ives", "something to read"),
        ("*Diagram of the anatomical planes of a brain*", "caption"),
    ],
)
def test_what_is_to_be_read_or_seen_is_left_out_with_its_reason(line, reason):
    assert asked(f"# Notes on nets\n\n{line}\n") == {}
    assert any(reason in one for one in reasons(f"# Notes on nets\n\n{line}\n"))


@pytest.mark.parametrize(
    ("prompt", "answer", "under", "says"),
    [
        ("What is meant by “Higher cost” in PCA?", "Growth of the memory of nets", "PCA", "point"),
        (
            "What is meant by “Feature correlation” in PCA?",
            "Number of neurons that depend on another",
            "Benefits of PCA",
            "lists points",
        ),
        ("What is meant by “Freud” in Mind?", "Super ego, ego, id", "Mind", "lists names"),
        ("What is “ngAnnotate” in Angular?", "Pretty handy for injections", "x", "how good"),
        ("What are Folkways?", "A term introduced by Sumner in 1906.", "x", "something of the"),
        ("What do the red dashed lines indicate?", "The mean of a feature", "x", "picture"),
        ("What is meant by “Germany” in War?", "Prussia united the German states", "x", ""),
        ("What is meant by “Adam” in Nets?", "Similar to AdaGrad with momentum", "x", "something"),
        ("What does ControlNet do?", "Requires an RTX 3090 to train it", "x", "how good"),
    ],
)
def test_each_rule_names_why_a_card_is_left_out(prompt, answer, under, says):
    reason = why_not(Proposal.of(prompt, answer, Kind.BASIC, ("T",), under))
    assert reason
    assert says in reason


def test_under_a_glossary_a_label_needs_no_more_than_its_explanation():
    line = "- Epoch: all of the data once through the net\n"
    assert asked(f"# Nets\n\n## Terminology\n\n{line}")
    assert not asked(f"# Nets\n\n## Benefits of training\n\n{line}")


def test_below_a_worked_example_only_meanings_are_asked():
    text = (
        "A catalyst is a substance that speeds a reaction.\n\nThe rate is given by $$k = a b^2$$\n"
    )
    assert list(asked(f"# Kinetics\n\n## Example 3\n\n{text}")) == ["What is a catalyst?"]
    assert len(asked(f"# Kinetics\n\n## Rates\n\n{text}")) > 1


def test_every_rule_is_a_sentence_and_lets_a_good_card_pass():
    answer = "An array whose places are chosen by a hash function"
    one = Proposal.of("What is a hash table?", answer, Kind.BASIC, ("T",), "T")
    for rule in RULES:
        assert rule.says.endswith(".")
        assert rule.fault(one) == ""
