"""Where a cheque may be and where it may go from there: the one graph, for Python, the database and the screen."""

PLACES = {
    "portfolio": "In portfolio",
    "clearing": "Clearing",
    "credited": "Credited",
    "endorsed": "Endorsed",
    "rejected": "Rejected",
    "returned": "Returned",
    "voided": "Voided",
    "handed": "Handed over",
    "debited": "Debited",
}
MARKS = {
    "portfolio": "done",
    "clearing": "wait",
    "credited": "done",
    "endorsed": "open",
    "rejected": "late",
    "returned": "void",
    "voided": "void",
    "handed": "open",
    "debited": "done",
}
START = ""
STEPS: dict[str, tuple[str, ...]] = {
    START: ("portfolio", "handed"),
    "portfolio": ("clearing", "credited", "endorsed", "rejected", "returned", "voided"),
    "clearing": ("credited", "rejected", "portfolio"),
    "credited": ("rejected",),
    "endorsed": ("rejected", "portfolio"),
    "rejected": ("returned", "clearing"),
    "handed": ("debited", "rejected", "voided"),
}
ENDED = ("returned", "voided")
ALLOWED = tuple(f"{before}>{after}" for before, afters in STEPS.items() for after in afters)
ACCOUNTS = {
    "portfolio": "cheques_portfolio",
    "clearing": "cheques_clearing",
    "rejected": "cheques_rejected",
    "handed": "own_cheques",
}


def may_go(before: str, after: str) -> bool:
    """Whether a cheque may go from one place to another in one step."""
    return after in STEPS.get(before, ())
