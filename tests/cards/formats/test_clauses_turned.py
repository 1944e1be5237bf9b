"""Clauses turned round, so that they ask why, how and when something is so."""

import pytest

from cards.formats.outline.clauses import asked as turned


@pytest.mark.parametrize(
    ("clause", "question"),
    [
        ("Silicon has a high melting point", "Why does Silicon have a high melting point?"),
        ("Diazo dyes fade slowly in daylight", "Why do Diazo dyes fade slowly in daylight?"),
        ("UDP doesn't guarantee delivery", "Why does UDP not guarantee delivery?"),
        ("A latched loop cannot be split by a compiler",
         "Why can a latched loop not be split by a compiler?"),
        ("For metals, resistivity generally increases with heat",
         "For metals, why does resistivity generally increase with heat?"),
        ("Phosphorus, sulfur and argon do not conduct electricity",
         "Why do Phosphorus, sulfur and argon not conduct electricity?"),
        ("Hardening the leat leads to spalling", "Why does hardening the leat lead to spalling?"),
        ("The optimal parameter estimates do not form a lattice",
         "Why do the optimal parameter estimates not form a lattice?"),
        ("Later, projectile motion works", "Why does projectile motion work?"),
        ("Quicksort repeatedly compares two keys and moves the rest",
         "Why does Quicksort repeatedly compare two keys and move the rest?"),
        ("Bacteria have also been found in brine", "Why have Bacteria been found in brine?"),
    ],
)  # fmt: skip
def test_the_verb_of_a_clause_goes_before_its_subject(clause, question):
    assert turned("Why", clause) == question


@pytest.mark.parametrize(
    "clause",
    [
        "Faster than a nested-loop join",
        "Misses that occur in a direct-mapped cache",
        "This policy leads to inflation",
        "The gain you can expect from pipelining",
        "Alice sends the ciphertext",
        "Diverges quickly",
    ],
)
def test_what_has_no_verb_or_subject_of_its_own_is_not_turned(clause):
    assert turned("Why", clause) == ""


@pytest.mark.parametrize(
    ("line", "prompt", "answer"),
    [
        (
            "- Pushdown automata extend finite automata by adding a stack.",
            "How do Pushdown automata extend finite automata?",
            "By adding a stack",
        ),
        (
            "- A protocol attains forward secrecy if past sessions stay secret for good.",
            "When does a protocol attain forward secrecy?",
            "If past sessions stay secret for good",
        ),
        (
            "- HBase, MongoDB, and Redis are examples of CP systems.",
            "What are HBase, MongoDB, and Redis examples of?",
            "CP systems",
        ),
        (
            "- The NextJS server runs on NodeJS in order to serve responses to browsers.",
            "Why does the NextJS server run on NodeJS?",
            "In order to serve responses to browsers",
        ),
        (
            "- UDP cannot guarantee the delivery of a datagram.",
            "Can UDP guarantee the delivery of a datagram?",
            "No",
        ),
        (
            "- The difference between TCP and UDP is that TCP keeps a connection.",
            "What is the difference between TCP and UDP?",
            "TCP keeps a connection",
        ),
        (
            "- A common cause of acute pancreatitis is gallstones.",
            "What is a common cause of acute pancreatitis?",
            "Gallstones",
        ),
        (
            "- Survivorship bias is when only the survivors of a trial are asked.",
            "What is Survivorship bias?",
            "When only the survivors of a trial are asked",
        ),
        ("- An enzyme is a biological catalyst.", "What is an enzyme?", "A biological catalyst"),
        (
            "- We introduce Deep Q-learning, the union of Q-learning and deep networks.",
            "What is Deep Q-learning?",
            "The union of Q-learning and deep networks",
        ),
    ],
)
def test_how_when_and_what_for_are_asked(asked, line, prompt, answer):
    assert (
        asked(f"# Watermills\n\nThey are old.\n\n{line}\n", everything=True).get(prompt) == answer
    )


@pytest.mark.parametrize(
    "line",
    [
        "- You can fix this leak by adding a gasket.",
        "- The Severn valve may need a gasket if necessary.",
        "- UDP is not only lossy in a network.",
        "- Interleave the UDP datagrams with those of a stream.",
        "- What matters is how the UDP header encodes a checksum.",
        "- Linux provides a number of mechanisms for signals.",
        "- The two Fourier variables share a common scale.",
        "- RNNs have feedback loops.",
        "- Load balancers can handle TLS encryption.",
        "- Linux provides hundreds of system calls.",
        "- Sybil attacks insert peers into the overlay.",
        "- A well configured scanner might rarely detect if a spreadsheet reads the passwords.",
        "- Rarely crash entirely when the errors of a disk occur.",
    ],
)
def test_what_speaks_to_somebody_or_is_half_said_is_not_turned(asked, line):
    found = asked(f"# Watermills\n\nThey are old.\n\n{line}\n", everything=True)
    assert not [one for one in found if one.startswith(("How ", "When ", "Can ", "Is ", "What d"))]
