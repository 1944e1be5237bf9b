"""The named forms of an answer, which a card may ask for: as they are written in a check fence."""

SOLVED = "solved for "
FORMS = {
    "expanded": "multiplied out: no product of sums, no power of one",
    "factored": "a product that cannot be factored further over the rationals",
    "single fraction": "one fraction, without fractions inside it",
    "partial fractions": "a sum of proper fractions over powers of irreducibles",
    "lowest terms": "fractions cancelled, no root or i in a denominator",
    "completed square": "a (x - b)^2 + c, with the variable in one square only",
    "simplified": "no longer than the expected answer, like terms and factors gathered",
    "as written": "the expected expression, up to order and grouping",
    "decimal": "a decimal number, such as 0.25",
    "fraction": "a whole number or a fraction of whole numbers, such as 1/4",
    "scientific": "one digit before the point, times a power of ten, such as 2.5e-4",
}
"""What each form asks for; besides these there is `solved for x`: `x = …` without x in it."""


def unknown_form(name: str) -> str | None:
    """Return what is wrong with the name of a form, or None."""
    name = name.strip().lower()
    if name in FORMS or (name.startswith(SOLVED) and name.removeprefix(SOLVED).strip()):
        return None
    return f"there is no form '{name}': it is one of {', '.join(FORMS)}, or solved for x"
