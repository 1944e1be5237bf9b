"""What a topic rests on: named by a note's `requires:`, or by the catalogue of bundled topics.

A note's `requires:` is kept as tags of its cards, `requires::softmax`, which a search finds.
"""

from cards.card import Card
from sims.catalogue import REQUIRES

TAG = "requires::"


def required_by(card: Card) -> tuple[str, ...]:
    """Return the slugs of the topics that a card's topic rests on, each once."""
    named = [tag.removeprefix(TAG) for tag in card.tags if tag.startswith(TAG)]
    topics = dict.fromkeys([*named, *REQUIRES.get(card.topic, ())])
    return tuple(topic for topic in topics if topic != card.topic)
