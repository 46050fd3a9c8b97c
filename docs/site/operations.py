"""The operation reference: a table for each heading of autograd/operations.hpp, in its order, with every
operation's signature and what its docstring says."""

import re
from pathlib import Path

DECLARATION = re.compile(r"^Var\s+([\w+*/-]+)\(([^;]*)\);(?:\s*///< (.*))?$")
PARAMETER = re.compile(r"(?:const\s+)?[\w:<>]+\s*[&*]?\s+(\w+)(\s*=.*)?$")


def escape(text: str) -> str:
    """As it is, in Markdown, but for code in backticks; what stands apart in columns stays apart."""
    parts = re.split(r"(`[^`]*`)", text.strip())
    parts[::2] = [re.sub(r"([\\*_\[\]<>|$#])", r"\\\1", part) for part in parts[::2]]
    return re.sub(r" {2,}", "\N{EM SPACE}", "".join(parts))


def paragraph(lines: list[str]) -> str:
    """Lines run on, but those set in columns, as shapes are, stay lines."""
    text = escape(lines[0])
    for before, line in zip(lines, lines[1:]):
        columns = re.search(r"\S {3,}\S", before) or re.match(r" *[\w, ]+: \(", line)
        text += ("\\\n    " if columns else " ") + escape(line)
    return text


def signature(name: str, parameters: str) -> str:
    """matmul(x, w); a default as in conv2d(x, w, options = {}); operators as they are written."""
    parts = [PARAMETER.sub(r"\1\2", part.strip()) for part in re.split(r",(?![^<({]*[>)}])", parameters)]
    if name.startswith("operator"):
        sign = name.removeprefix("operator")
        return f" {sign} ".join(parts) if len(parts) == 2 else sign + parts[0]
    return f"{name}({', '.join(parts)})"


def statements(header: str):
    """The header's comments and declarations, each on one line, in order: (kind, text)."""
    text = header[header.index("namespace hourglass"):]
    text = re.sub(r"(?:class|struct) \w+ \{.*?\n\};", "", text, flags=re.S)
    pending = ""
    for line in text.splitlines()[1:]:
        line = line.strip()
        if line.startswith("///") and not pending:
            yield "doc", line[3:]
        elif line.startswith("//") and not pending:
            yield "heading", line[2:].strip()
        elif not line and not pending:
            yield "gap", ""
        elif line and not line.startswith("}"):
            pending = f"{pending} {line}".strip()
            if re.search(r";(\s*///<.*)?$", pending):
                yield "declaration", re.sub(r"\s+", " ", pending)
                pending = ""


def page(header: Path) -> str:
    out = ["# Operations", "",
           "Every operation of the engine, from its declaration in `autograd/operations.hpp`. Each computes its",
           "value at once and records its gradient; how each is proven stands in [the engine](../engine.md).", ""]
    heading, doc, rows = [], [], 0
    for kind, text in statements(header.read_text()):
        if kind == "heading":
            heading.append(text)
        elif kind == "doc":
            doc.append(text)
        elif kind == "gap":
            if heading:
                title, rest = re.match(r"(.*?)[.,:;] (.*)", " ".join(heading)).groups()
                out += ["", f"## {escape(title)}", "", escape(rest[0].upper() + rest[1:] if rest[0].isascii() else rest), "",
                        "```{list-table}", ":widths: 2 5", ":header-rows: 1", "",
                        "* - operation", "  - what it computes", "```"]
            heading, doc = [], []
        elif found := DECLARATION.match(text):
            name, parameters, note = found.groups()
            row = ["* - " + f"`{signature(name, parameters)}`",
                   "  - " + paragraph(doc or [note or "the same"])]
            out[-1:] = ["\n".join(row), "```"]
            rows += 1
            doc = []
    if rows < 80:
        raise SystemExit(f"{header}: only {rows} operations were found; its form has changed")
    return "\n".join(out) + "\n"
