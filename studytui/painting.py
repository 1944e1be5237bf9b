"""What is done once something has been painted, by a part of a page that may be gone by then."""

from collections.abc import Callable
from typing import Any

from textual.dom import DOMNode


def after_painting(node: DOMNode, do: Callable[..., Any], *arguments: Any, **more: Any) -> None:
    """Call something of a page or a part of one once what stands there now has been painted.

    It is dropped where the page is being taken away by then: Textual takes what is within away
    first, and lets the screen on top make the call, so that a part that is looked for would be
    missing, and the wrong screen would end of it.
    """

    def call() -> Any:
        return do(*arguments, **more) if is_there(node) else None

    node.call_after_refresh(call)


def is_there(node: DOMNode) -> bool:
    """Return whether a node, and all that it lies in, still handles messages."""
    above = node.ancestors_with_self
    return above[-1] is node.app and all(one.is_running for one in above)
