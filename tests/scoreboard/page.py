"""The scoreboard for people: a table and a picture, readable on light and on dark."""

from xml.sax.saxutils import escape

# The words and marks are of a middling brightness, which shows on white and on black.
INK, FAINT, OURS, TARGET, PUBLISHED = "#6e7781", "#8c959f66", "#2f81f7", "#bf8700", "#8957e5"
ROW, LEFT, WIDTH, AXIS = 34, 250, 900, 380


def number(value):
    """As many digits as tell rows apart: 0.00498, 2.93, 98.7."""
    if value is None:
        return "–"
    if value == int(value) and abs(value) < 1e6:
        return str(int(value))
    return f"{value:.4g}" if abs(value) < 100 else f"{value:.2f}"


def reached(entry):
    """Whether ours is as good as its target; None where nothing is measured, or there is none."""
    ours, target, within = entry["ours"], entry["target"], entry["within"]
    if ours is None or target is None:
        return None
    if within:
        return abs(ours - target) <= within
    return ours <= target if entry["better"] == "lower" else ours >= target


def markdown(entries):
    measured = [entry for entry in entries if entry["ours"] is not None]
    racing = [entry for entry in measured if entry["target"] is not None]
    met = sum(reached(entry) for entry in racing)
    lines = [
        "# Scoreboard",
        "",
        "Our figures beside published ones and beside the strongest cheap baseline, on MNIST's 10,000 "
        "test images unless a row says otherwise. `./run scoreboard` trains, measures and writes "
        "this page, and nothing else does; `./run scoreboard NAME` measures one row, and "
        "`./run scoreboard --baselines` only the baselines that have commands of their own. All of "
        "them continue where they were interrupted.",
        "",
        "- **Choices** of settings and scores were made on the last 10,000 training images, which "
        "were held out for that, and never on the test set, unless a row says otherwise.",
        "- **±** is the standard deviation over the row's seeds or, in a row with one seed, over the "
        "repetitions that its figure is the mean of.",
        "- **Seconds** are those of training; some rows were trained on a busy machine.",
        "- **Figures depend on the processor**: OpenBLAS has different kernels for each kind, which "
        "add in a different order. That changes the last digits of a figure, and the third digit "
        "after a long training. Figures agree to the last digit only between processors for which "
        "OpenBLAS uses the same kernels.",
        "- **Compressed files** can only be read with the model. As in the papers, its size is not "
        "counted in bits per pixel; the figure that counts it stands beside. A file may be slightly "
        "smaller than the model's bound, for two reasons: a symbol costs at most 24 bits in a file, "
        "while the bound counts in full what the model considers all but impossible, and a file "
        "has one sample of the codes, which may be better than the expectation in the bound.",
        "",
        f"Targets reached: {met} of {len(racing)}."
        if measured else "Nothing is measured yet.",
        "",
    ]
    if measured:
        lines += ["![ours beside target, published figure and baseline](scoreboard.svg)", "",
                  "*Each row has its own scale, from its worst to its best figure.*", "",
                  "| row | metric | ours | target | reached | published | baseline | seed | seconds |",
                  "| --- | --- | --: | --: | --- | --- | --- | --: | --: |"]
        lines += [table_line(entry) for entry in measured]
    missing = [entry for entry in entries if entry["ours"] is None]
    if missing:
        lines += ["", "## Not yet measured", ""]
        lines += [f"- {entry['row']}: {entry['metric']}"
                  + (f", target {target_text(entry)}" if entry["target"] is not None else "")
                  for entry in missing]
    if measured:
        lines += ["", "## The commands", ""]
        for entry in measured:
            lines += [heading(entry), "", "```sh", *entry["command"].split(" && "), "```", ""]
    return "\n".join(lines).rstrip() + "\n"


def heading(entry):
    count = entry["threads"]
    threads = f" ({count} thread{'s' if count > 1 else ''})" if count else ""
    return f"**{entry['row']}**{threads}" + (f": {entry['note']}" if entry["note"] else "")


def target_text(entry):
    if entry["target"] is None:
        return "–"
    if entry["within"]:
        return f"{number(entry['target'])} ± {number(entry['within'])}"
    return ("≤ " if entry["better"] == "lower" else "≥ ") + number(entry["target"])


def spread(value, deviation):
    """A mean and how far its repetitions are from it; the figure alone where it is of one run."""
    return number(value) + (f" ± {deviation:.2g}" if deviation is not None else "")


def with_source(value, source, deviation=None):
    if value is None:
        return source or "–"
    return f"{spread(value, deviation)} ({source})" if source else spread(value, deviation)


def others(figures):
    return "".join(f"; {name} {number(value)}" for name, value in figures.items())


def baseline_text(entry):
    source = entry["baseline_source"] + others(entry.get("baseline_also", {}))
    return with_source(entry["baseline"], source, entry.get("baseline_deviation"))


def seeds_text(seeds):
    return ", ".join(str(seed) for seed in seeds)


def table_line(entry):
    also = others(entry["also"])
    verdict = {True: "yes", False: "no", None: "–"}[reached(entry)]
    ours = spread(entry["ours"], entry.get("ours_deviation"))
    return "| " + " | ".join([
        entry["row"], entry["metric"] + also, f"**{ours}**", target_text(entry), verdict,
        with_source(entry["published"], entry["published_source"]),
        baseline_text(entry),
        seeds_text(entry.get("seeds", [entry["seed"]])),
        "–" if entry["seconds"] is None else f"{entry['seconds']:.0f}"]) + " |"


def picture(entries):
    """A line a row, from worst at the left to best at the right of what the row knows."""
    measured = [entry for entry in entries if entry["ours"] is not None]
    height = 56 + ROW * len(measured)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" font-family="system-ui, sans-serif" font-size="13" '
        f'fill="{INK}" role="img" aria-label="Each row: ours, target, published and baseline">',
        legend()]
    for i, entry in enumerate(measured):
        parts.append(line(entry, 62 + ROW * i))
    return "\n".join([*parts, "</svg>"]) + "\n"


def mark(kind, x, y):
    if kind == "ours":
        return f'<circle cx="{x:.1f}" cy="{y}" r="6" fill="{OURS}"/>'
    if kind == "target":
        return f'<path d="M{x:.1f} {y - 10}v20" stroke="{TARGET}" stroke-width="3"/>'
    if kind == "published":
        return (f'<path d="M{x:.1f} {y - 7}l7 7l-7 7l-7 -7z" fill="none" stroke="{PUBLISHED}" '
                'stroke-width="2"/>')
    return (f'<circle cx="{x:.1f}" cy="{y}" r="5" fill="none" stroke="{INK}" stroke-width="2"/>')


def legend():
    words = [("ours", 45), ("target", 58), ("published", 78), ("baseline", 70)]
    parts, x = [], LEFT
    for kind, width in words:
        parts += [mark(kind, x, 20), f'<text x="{x + 12}" y="24">{kind}</text>']
        x += width + 24
    parts.append(f'<text x="{LEFT + AXIS + 20}" y="24">→ better</text>')
    return "\n".join(parts)


def line(entry, y):
    values = {kind: entry[kind] for kind in ("baseline", "published", "target", "ours")
              if entry[kind] is not None}
    low, high = min(values.values()), max(values.values())
    span = (high - low) or 1

    def place(value):
        share = (value - low) / span
        return LEFT + AXIS * (1 - share if entry["better"] == "lower" else share)

    verdict = {True: f"  (target {target_text(entry)}: reached)", None: "",
               False: f"  (target {target_text(entry)}: short)"}[reached(entry)]
    parts = [f'<text x="{LEFT - 20}" y="{y + 4}" text-anchor="end" font-weight="600">'
             f"{escape(entry['row'])}</text>",
             f'<path d="M{LEFT} {y}h{AXIS}" stroke="{FAINT}" stroke-width="2"/>']
    parts += [mark(kind, place(value), y) for kind, value in values.items()]
    parts.append(f'<text x="{LEFT + AXIS + 20}" y="{y + 4}"><tspan font-weight="600">'
                 f"{number(entry['ours'])}</tspan>{escape(verdict)}</text>")
    return "\n".join(parts)
