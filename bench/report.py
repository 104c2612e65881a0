"""Writes what the benches found into the page that shows it, and draws the plot there."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

Rows = Sequence[tuple[str, float]]


def written_into(page: str, name: str, lines: Sequence[str]) -> str:
    """The page with these lines between the marks of that name; raises `ValueError` where it has none."""
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    if begin not in page or end not in page:
        raise ValueError(f"the page has no place for {name}: {begin.strip()} ... {end}")
    before, rest = page.split(begin, 1)
    return before + begin + "\n" + "\n".join(lines).strip() + "\n\n" + end + rest.split(end, 1)[1]


def table_rows(lines: Sequence[str], title: str) -> Rows:
    """First and second column, as words and number, of the table whose head begins with that title."""
    start = next(i for i, line in enumerate(lines) if line.startswith(f"| {title}"))
    found = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        number = re.search(r"[\d.]+", cells[1])
        found.append((cells[0], float(number.group()) if number else 0.0))
    return found


def plot(found: Mapping[str, Sequence[str]], path: Path) -> None:
    """Time for a picture by each way, and pictures a second over requests in flight and over known adapters."""
    mpl.rcParams |= {"svg.hashsalt": "styleseal", "font.size": 9}
    figure = Figure(figsize=(10, 2.8), layout="constrained")
    bars, flight, known = figure.subplots(1, 3, width_ratios=(2, 1, 1))
    ways = table_rows(found["pictures"], "pocket base")
    colours = ["#9aa5b1"] * (len(ways) - 1) + ["#c2452d"]
    drawn = bars.barh([name.replace("`", "") for name, _ in ways], [ms for _, ms in ways], color=colours)
    bars.bar_label(drawn, fmt="%.0f ms", padding=3)
    bars.invert_yaxis()
    bars.margins(x=0.15)
    bars.set_title("time for a picture, 8 requests of 8 styles")
    for axes, title, label in (
        (flight, "requests in flight", "pictures a second"),
        (known, "adapters that went through", ""),
    ):
        rows = table_rows(found["work"], title)
        axes.plot([name for name, _ in rows], [rate for _, rate in rows], marker="o", color="#c2452d")
        axes.set_ylim(0, 1.15 * max(rate for _, rate in rows))
        axes.set_xlabel(title if axes is flight else "adapters known")
        axes.set_ylabel(label)
    for axes in (bars, flight, known):
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Date": None})
