"""Random tensors are drawn where their generator lives, so that a run works on any device."""

import ast
from collections.abc import Iterator
from pathlib import Path

import sims

DRAWS = {"rand", "randn", "randint", "randperm"}


def draws_without_device(path: Path) -> Iterator[str]:
    """Yield the calls torch.rand(…, generator=…) and the like that name no device.

    A function that makes a generator of its own, on the processor, may leave it out.
    """
    tree = ast.parse(path.read_text())
    own = {
        call
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and "torch.Generator()" in ast.unparse(function)
        for call in ast.walk(function)
    }
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        named = {keyword.arg for keyword in call.keywords}
        drawn = ast.unparse(call.func.value) == "torch" and call.func.attr in DRAWS
        if drawn and call not in own and not named & {"device", None} and "generator" in named:
            yield f"{path}:{call.lineno}: {ast.unparse(call)}"


def test_random_tensors_are_drawn_on_the_device_of_their_generator() -> None:
    sources = sorted(Path(sims.__file__).parent.rglob("*.py"))
    assert len(sources) > 100
    drawing = [path for path in sources if "generator=" in path.read_text()]
    assert len(drawing) > 20
    assert [call for path in drawing for call in draws_without_device(path)] == []


def test_a_draw_without_a_device_is_found(tmp_path: Path) -> None:
    source = tmp_path / "draws.py"
    source.write_text("torch.rand(3, generator=g)\ntorch.rand(3, generator=g, device=d)\n")
    assert len(list(draws_without_device(source))) == 1
