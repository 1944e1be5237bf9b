"""What a note states: theorems by their names, definitions under a condition, terms in a list."""

import pytest

from cards.formats import outline


def cards(text, name="n.md"):
    """Return the prompts and answers that a note gives."""
    return {card.prompt: card.answer for card in outline.read(name, text).cards}


@pytest.mark.parametrize(
    ("text", "prompt", "answer"),
    [
        (
            "## Intermediate value theorem\nIf $f$ is continuous and $f(a) < 0 < f(b)$, then there "
            "is a $c$ with $f(c) = 0$.\n\n*Proof.* By bisection of $[a, b]$.",
            "What does the Intermediate value theorem say?",
            "If $f$ is continuous and $f(a) < 0 < f(b)$, then there is a $c$ with $f(c) = 0$.",
        ),
        (
            "# Sequences\n**Theorem 2.1 (Bolzano).** Every bounded sequence in $\\mathbb{R}$ has a "
            "convergent subsequence.",
            "What does the Bolzano theorem say?",
            "Every bounded sequence in $\\mathbb{R}$ has a convergent subsequence.",
        ),
        (
            "# Sequences\n**Definition 2.2 (Cauchy sequence).** A sequence whose terms get close.",
            "How is “Cauchy sequence” defined?",
            "A sequence whose terms get close.",
        ),
        (
            "# Categories\n- An object $Z$ is a _zero object_ when it is initial and final.",
            "When is an object $Z$ a zero object?",
            "It is initial and final",
        ),
        (
            "# Analysis\nWe say that $f$ is *continuous* at $x$ if it maps near points "
            "to near ones.",
            "When do we call $f$ continuous at $x$?",
            "It maps near points to near ones",
        ),
        (
            "# Groups\nA Sylow $p$-subgroup of $G$ is $P\\leq G$ such that $|P|=p^a$.",
            "What is a Sylow $p$-subgroup of $G$?",
            "$P\\leq G$ such that $|P|=p^a$",
        ),
        (
            "# Flows\n## Maximum flow\nThe largest amount of flow we can send from a node to "
            "another.",
            "What is Maximum flow?",
            "The largest amount of flow we can send from a node to another.",
        ),
        (
            "# Kubernetes\n## StatefulSet\n- Best for stateful applications with a database",
            "What is StatefulSet best for?",
            "Stateful applications with a database",
        ),
        (
            "# Networks\n## Key advantage of DNNs\n- Less engineering of features by hand",
            "What is the key advantage of DNNs?",
            "Less engineering of features by hand",
        ),
        (
            "# Groups\nA [[homomorphism]] is an [[isomorphism]] if and only if it is a bijection.",
            "When is a homomorphism an isomorphism?",
            "It is a bijection",
        ),
        (
            "# Plans\n## Graph search\nIs a strategy that builds a graph of plans. "
            "There are two levels:\n- propositions\n- actions",
            "What is Graph search?",
            "A strategy that builds a graph of plans.",
        ),
        (
            "# Categories\nAn object $I$ is initial if there is one arrow from $I$ to any object.",
            "When is an object $I$ initial?",
            "There is one arrow from $I$ to any object",
        ),
        (
            "# Wages\nThe relative spread is given by\n"
            "$$G = \\frac{\\sum_{i=1}^n \\sum_{j=1}^n |x_i - x_j|}{2 n^2 \\mu}$$",
            "What is the relative spread (Wages)? \\(G = \\;?\\)",
            "\\(\\frac{\\sum_{i=1}^n \\sum_{j=1}^n |x_i - x_j|}{2 n^2 \\mu}\\)",
        ),
        (
            "# Economy\n## Sectors of the economy\n"
            "* **Primary**: the extraction of raw materials from land and sea",
            "What is “Primary sector”?",
            "The extraction of raw materials from land and sea",
        ),
        (
            "# Cisco\nTo show VLAN information:\n```\nshow vlan brief\n```\n",
            "(Cisco) Which command is used to show VLAN information?",
            "`show vlan brief`",
        ),
        (
            "# Sums\nThey are long.\n\n$Var(aX+bY)=a^2 Var(X)+b^2 Var(Y)$",
            "(Sums) \\(Var(aX+bY) = \\;?\\)",
            "\\(a^2 Var(X)+b^2 Var(Y)\\)",
        ),
        (
            "# Mean\nsum of all by their number\n$$Mean=\\frac{\\sum x}{n}=\\frac{S}{n}$$",
            "\\(Mean = \\;?\\)",
            "\\(\\frac{\\sum x}{n}\\)",
        ),
        (
            "# Physics\n### reference\n#### motion\ncentripetal acceleration: $a = \\omega^2 r$",
            "What is the centripetal acceleration (Physics)? \\(a = \\;?\\)",
            "\\(\\omega^2 r\\)",
        ),
        (
            "# Learning\n**Empirical risk, $\\hat{R}$** - The average loss over a set of examples.",
            "What is “Empirical risk”?",
            "The average loss over a set of examples.",
        ),
        (
            "# W3 - Sand of rivers\n- **Bed load**: the grains that roll along the bottom",
            "What is “Bed load” in Sand of rivers?",
            "The grains that roll along the bottom",
        ),
        (
            "# Telnet\n- 1969: Built as a remote way to manage Mainframes from terminals",
            "In which year was Telnet built as a remote way to manage Mainframes from terminals?",
            "1969",
        ),
    ],
)
def test_a_statement_is_asked(text, prompt, answer):
    assert cards(text)[prompt] == answer


@pytest.mark.parametrize(
    "text",
    [
        "## Model generator\nAcademics tend to use machine learning techniques with much data.",
        "## Final payload\nAutomating the foothold allowed me to change my structure of it.",
        "# Tools\n- [HTTPBin](https://httpbin.org) - a website for testing HTTP requests",
        "# Creds\n| User | Password |\n|---|---|\n| cloudadm | Welcome |\n| mgmt | Management |\n",
        "# Shell\nTo do this:\n```\nls\n```\n",
        "# Angles\nThe reference angle is $\\frac{\\pi}{6}$. Sine is positive there.",
        "# Matchmaking\n- For all involved, this will result in a permanent ban from the server.",
        "# Impact of a flaw\n- High: The loss of secrecy would have a catastrophic impact on it",
        "# Gender\na. Is the variable gender nominal or ordinal?\n\nb. Make a table of it now.",
    ],
)
def test_what_tells_of_somebody_or_names_an_address_is_not_asked(text):
    assert not cards(text)


def test_a_law_is_told_by_all_that_stands_below_its_name():
    text = "Let $S$ be finite.\n\nThen some $a + kS$ is of one colour.\n\n# Proof\nLet $c = 1$."
    asked = cards(text, "Gallai's Theorem.md")
    told = "Let $S$ be finite.\nThen some $a + kS$ is of one colour."
    assert asked == {"What does Gallai's Theorem say?": told}


def test_names_before_commas_are_terms_where_those_beside_them_are():
    listed = (
        "# Types of prototypes\n"
        "- Sketches, drawings of low fidelity that show a concept\n"
        "- Storyboards, pictures of the journey of a user through a task\n"
        "- Wireframes, layouts of a screen without its colours and fonts\n"
    )
    asked = cards(listed)
    assert asked["What are the types of prototypes? (three answers)"] == (
        "- Sketches\n- Storyboards\n- Wireframes"
    )
    assert len(asked) == 4
    assert not cards("# Things\n- Apples, pears and plums\n- Dogs, cats\n- Red, blue and green\n")


def test_a_note_without_headings_or_a_name_is_asked_all_the_same():
    text = (
        "In a category:\n- An object $I$ is initial when one morphism leads from it to any object."
    )
    assert len(cards(text, "Initial-final object.md")) == 1
