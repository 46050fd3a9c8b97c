"""What the compiler says, and what a program leaves behind that crashed, in few and plain words."""

import re

LINES, COLUMNS = 9, 160
ERROR = re.compile(r"error: |undefined reference|used but never defined")
CAUSES = {
    "__n < this->size()": "an index outside of a vector",
    "buffer-overflow": "an index out of bounds",
    "stack-overflow": "a function that calls itself for ever",
    "heap-use-after-free": "memory that was given back already",
    "AddressSanitizer: SEGV": "a pointer to nothing, or an index far out of bounds",
    "AddressSanitizer: FPE": "a division of whole numbers by zero",
}


def first_error(text: str, file: str) -> str:
    """The others often come of it. What stands before it is left out, but for the student's own line
    where the error itself lies in a header."""
    lines = text.splitlines()
    places = [i for i, line in enumerate(lines) if ERROR.search(line)] or [0]
    leads = [line for line in lines[:places[0]] if f"{file}:" in line and "required from" in line]
    shown = leads[-1:] + lines[places[0]:(places + [len(lines)])[1]][:LINES]
    shown = [line for line in shown if not re.match(r"In file included| +from |.*: In ", line)]
    return "\n".join(line[:COLUMNS] for line in shown) + "\n"


def first_warning(text: str, file: str) -> str:
    """The first that is about the student's file, or nothing."""
    found = re.search(rf"^.*\b{re.escape(file)}:\d+:.* warning: .*$", text, re.M)
    return f"The compiler wonders: {found[0][:COLUMNS]}\n\n" if found else ""


def short(text: str) -> str:
    """What a program printed: without the standard library's inner names, and cut in its middle."""
    lines = [line[:400] for line in text.splitlines() if "/c++/" not in line or "Assertion" not in line]
    if len(lines) > 80:
        lines[40:-40] = [f"… {len(lines) - 80} lines more …"]
    return "".join(line + "\n" for line in lines)


def crash(text: str) -> tuple[str, str, int]:
    """Out of AddressSanitizer's report: the cause, and the first line of a student's file that led to it."""
    cause = next((words for sign, words in CAUSES.items() if sign in text), "")
    place = re.search(r"^ +#\d+ .*?((?<!course/)\b[a-z_]+\.hpp):(\d+)", text, re.M)
    return cause, place[1] if place else "", int(place[2]) if place else 0
