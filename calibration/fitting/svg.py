"""`svg`: a drawing of dots, bars, arrows and text as the bytes of an SVG file.

Coordinates are rounded to 0.1, so that the same drawing is the same bytes everywhere. Text is taken to be as
wide as in the widest common font (`_EM`): what does not overlap here overlaps nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

__all__ = ["INK", "SOFT", "WIDTH", "apart", "arrow", "bar", "cut", "dot", "guide", "legend", "svg", "text"]

WIDTH = 900.0
INK, SOFT = "#222222", "#595959"
_LINE = "#d0d0d0"
_EM = 0.64
"""Mean width of a character as part of the size of the font; DejaVu Sans has 0.60, and 0.64 for digits."""


def svg(height: float, title: str, about: str, body: Iterable[str]) -> str:
    """Put a drawing on a white ground below its title.

    Parameters
    ----------
    height
        Pixels of a drawing that is `WIDTH` wide.
    title, about
        What is drawn, and what is seen in it: for readers of screens too.
    body
        Elements, already escaped.

    Returns
    -------
    The file.
    """
    size = f'viewBox="0 0 {WIDTH:.0f} {height:.0f}" width="{WIDTH:.0f}" height="{height:.0f}"'
    fonts = "Verdana, 'DejaVu Sans', Arial, sans-serif"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title about">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="about">{escape(about)}</desc>',
        f'<g font-family="{fonts}">',
        '<rect class="ground" width="100%" height="100%" fill="#ffffff"/>',
        text(12, 26, cut(title, WIDTH - 24, 16), size=16),
        *body,
        "</g>",
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def text(x: float, y: float, said: str, *, size: int = 11, anchor: str = "start", fill: str = INK) -> str:
    """Write a line; `y` is its foot, `anchor` the end of it that stands at `x`."""
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{fill}"'
    return f"<text {place}>{escape(said)}</text>"


def cut(said: str, room: float, size: int, *, start: bool = False) -> str:
    """Shorten a line to the pixels that there are, at its end or at its start."""
    most = int(room / (_EM * size))
    if len(said) <= most:
        return said
    return f"…{said[len(said) - most + 1 :]}" if start else f"{said[: most - 1]}…"


def bar(kind: str, start: float, end: float, y: float, height: float, fill: str) -> str:
    """Draw a bar around the line at `y`, at least a pixel long; `kind` is its class."""
    place = f'x="{start:.1f}" y="{y - height / 2:.1f}" width="{max(end - start, 1.0):.1f}"'
    return f'<rect class="{kind}" {place} height="{height:.1f}" fill="{fill}"/>'


def dot(kind: str, x: float, y: float, fill: str, line: str = "none", about: str = "") -> str:
    """Draw a dot; `about` is shown when it is pointed at."""
    place = f'cx="{x:.1f}" cy="{y:.1f}" r="3.5"'
    return f'<circle class="{kind}" {place} fill="{fill}" stroke="{line}">{_about(about)}</circle>'


def arrow(kind: str, x: float, y: float, side: int, fill: str, line: str = "none", about: str = "") -> str:
    """Draw an arrow head whose tip is at `x`, to the right (`side` 1) or to the left (-1)."""
    foot = x - 8 * side
    place = f'points="{x:.1f},{y:.1f} {foot:.1f},{y - 4.5:.1f} {foot:.1f},{y + 4.5:.1f}"'
    return f'<polygon class="{kind}" {place} fill="{fill}" stroke="{line}">{_about(about)}</polygon>'


def guide(x: float, top: float, bottom: float, said: str) -> list[str]:
    """Draw a thin line down the drawing, with what it means above and below it."""
    line = f'<line x1="{x:.1f}" y1="{top:.1f}" x2="{x:.1f}" y2="{bottom:.1f}" stroke="{_LINE}"/>'
    return [line, *(text(x, y, said, anchor="middle", fill=SOFT) for y in (top - 6, bottom + 15))]


def legend(y: float, keys: Iterable[tuple[str, float, str]]) -> list[str]:
    """Write marks, each drawn from (0, 0) and so many pixels wide, and their meaning in one line."""
    x, parts = 12.0, []
    for mark, width, said in keys:
        parts += [f'<g transform="translate({x:.1f} {y - 4:.1f})">{mark}</g>', text(x + width + 6, y, said)]
        x += width + 24 + _width(said, 11)
    return parts


def apart(wanted: Sequence[tuple[float, str]], left: float, right: float) -> list[tuple[float, str]]:
    """Join labels of size 11 that would overlap on a line.

    Parameters
    ----------
    wanted
        Middle and content of each label.
    left, right
        Ends of the line.

    Returns
    -------
    Middle and content of the labels; those that overlapped are one, with their contents from left to right.
    """
    groups: list[tuple[list[float], str]] = []
    for x, said in sorted(wanted):
        groups.append(([x], said))
        while len(groups) > 1 and _span(*groups[-2], left, right)[1] + 4 > _span(*groups[-1], left, right)[0]:
            (some, first), (more, then) = groups.pop(-2), groups.pop()
            groups.append(([*some, *more], f"{first} {then}"))
    spans = [_span(*group, left, right) for group in groups]
    room = right - left
    return [((a + b) / 2, cut(said, room, 11)) for (a, b), (_, said) in zip(spans, groups, strict=True)]


def _span(xs: Sequence[float], said: str, left: float, right: float) -> tuple[float, float]:
    """Ends of a label around the mean of its marks, within the line."""
    half = min(_width(said, 11), right - left) / 2
    middle = min(max(sum(xs) / len(xs), left + half), right - half)
    return middle - half, middle + half


def _width(said: str, size: int) -> float:
    return len(said) * _EM * size


def _about(said: str) -> str:
    return f"<title>{escape(said)}</title>" if said else ""
