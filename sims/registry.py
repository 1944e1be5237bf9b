"""Looking up a topic, simulation, derivation or claim by its name.

Names are `<slug>.<name>`, so one name imports one module. Topics of other packages come from
the entry point group `studytui.topics`, whose entries name a module with a `topic`.
"""

import importlib
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from sims.catalogue import BY_SLUG, CATALOGUE
from sims.errors import PluginError, UnknownNameError, meant

if TYPE_CHECKING:
    from sims.claims.claim import Claim
    from sims.derivation import Derivation
    from sims.simulation import Simulation
    from sims.topic import Topic

Entry = TypeVar("Entry")


def module_name(slug: str) -> str:
    """Return the module of a bundled topic."""
    return f"sims.topics.{slug.replace('-', '_')}"


@cache
def plugins() -> dict[str, str]:
    """Return slug → module of the topics that other installed packages bring."""
    from importlib.metadata import entry_points

    return {point.name: point.value for point in entry_points(group="studytui.topics")}


def available() -> list[str]:
    """Return the slugs of all topics, bundled ones first; imports none of them."""
    return [*BY_SLUG] + [slug for slug in plugins() if slug not in BY_SLUG]


def module_of(slug: str) -> str:
    """Return the name of the module that holds a topic, without importing it.

    Raises UnknownNameError with a sentence when the topic is unknown.
    """
    if slug in BY_SLUG:
        return module_name(slug)
    if slug in plugins():
        return plugins()[slug]
    near = meant(slug, [*BY_SLUG, *plugins()])
    raise UnknownNameError(f"there is no topic called {slug}{near}")


def load(slug: str) -> "Topic":
    """Import one topic's module and return its topic.

    Raises UnknownNameError with a sentence when the topic is unknown, PluginError when another
    package brings it and fails.
    """
    module = module_of(slug)
    if slug in BY_SLUG:
        topic: Topic = importlib.import_module(module).topic
        return topic
    plugin = _plugin(module)
    if isinstance(plugin, str):
        raise PluginError(f"the topic {slug}, which {module} brings, cannot be loaded: {plugin}")
    return plugin


@cache
def _plugin(module: str) -> "Topic | str":
    """Return the topic of another package's module, else the error that it raises."""
    from sims.topic import Topic

    try:
        topic = importlib.import_module(module).topic
    except (Exception, SystemExit) as error:
        return f"{type(error).__name__}: {error}"
    return topic if isinstance(topic, Topic) else "its topic is none"


def opens(slug: str) -> bool:
    """Return whether a slug is that of a topic; one that another package brings must load."""
    return slug in BY_SLUG or (slug in plugins() and not isinstance(_plugin(plugins()[slug]), str))


def broken() -> list[str]:
    """Return a sentence on each topic that another package brings and that does not load."""
    sentences = []
    for slug in available()[len(BY_SLUG) :]:
        try:
            load(slug)
        except PluginError as error:
            sentences.append(str(error))
    return sentences


def _topic_of(name: str) -> "Topic | None":
    """Return the topic that a name `<slug>.<name>` begins with, None if there is none."""
    slug = name.partition(".")[0]
    return load(slug) if slug in available() else None


def simulation(name: str) -> "Simulation":
    """Return the simulation `<slug>.<name>`; raises UnknownNameError with a sentence."""
    topic = _topic_of(name)
    return _known(name, topic.simulations if topic else {}, "simulation", "studytui sim")


def derivation(name: str) -> "Derivation":
    """Return the derivation `<slug>.<name>`; raises UnknownNameError with a sentence."""
    topic = _topic_of(name)
    return _known(name, topic.derivations if topic else {}, "derivation", "studytui derive")


def _known(name: str, entries: Mapping[str, Entry], noun: str, command: str) -> Entry:
    """Return the entry of a name, or raise UnknownNameError, which names the command for a list."""
    if name not in entries:
        near = meant(name, entries)
        raise UnknownNameError(f"there is no {noun} called {name}{near}; {command} lists them")
    return entries[name]


def claim(id: str) -> "Claim":
    """Return the claim of an id such as `5.8`; raises UnknownNameError with a sentence.

    Claims of topics that other packages bring are `<slug>.<number>`.
    """
    head = id.partition(".")[0]
    slugs = [entry.slug for entry in CATALOGUE if str(entry.number) == head] or [head]
    claims = load(slugs[0]).claims
    if id not in claims:
        raise UnknownNameError(f"there is no claim called {id}")
    return claims[id]
