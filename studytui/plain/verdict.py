"""A judgement in lines: what `verify` prints, and what plain study tells of a claim."""

from typing import Any


def lines(judged: dict[str, Any]) -> list[str]:
    """Return one judgement as lines: the note's sentence beside what was decided in its place."""
    rows = [f"{judged['id']:<7} {judged['verdict']:<12} {judged['shown']}".rstrip()]
    if judged["verdict"] != judged["expected"]:
        rows[0] += f" (expected {judged['expected']})"
    told = [
        ("not decided", judged.get("error")),
        ("note", judged["says"]),
        ("decided as", judged["decided_as"]),
        ("condition", judged["condition"]),
        ("rule", judged["rule"]),
    ]
    for name in ("inside", "outside"):
        if judged[name]:
            told.append((name, f"{judged[name]['verdict']}, {judged[name]['evidence']}"))
    if not judged["inside"]:
        told.append(("evidence", judged["evidence"]))
    if judged["mutant"]:
        refused = "refused" if judged["mutant"]["refused"] else "NOT REFUSED"
        passed = "passed" if judged["control"]["passed"] else "DID NOT PASS"
        told.append((f"mutant {refused}", judged["mutant"]["says"]))
        told.append((f"control {passed}", judged["control"]["says"]))
    told.append(("assuming", "; ".join(judged["assumptions"])))
    if judged["verdict"] != "HOLDS":
        told.append(("right", judged["right"]))
    told.append(("source", judged["source"]))
    told.append(("simulation", judged["simulation"]))
    told.append(("derivation", judged["derivation"]))
    told.append(("cards", " ".join(judged.get("cards", ()))))
    return rows + [f"        {name}: {text}" for name, text in told if text]
