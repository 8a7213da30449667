# SPDX-License-Identifier: GPL-2.0-only
"""timeline.svg: throughput over time, crashes marked. Stands alone: no fonts, no
scripts, no style sheet of others."""

from xml.sax.saxutils import escape

WIDTH, HEIGHT = 1200, 460
LEFT, RIGHT, TOP, BOTTOM = 76, 20, 96, 52
FINE, COARSE = "#a8cbe8", "#1f5f99"
PER_SECOND = 10  # samples
COLOURS = {
    "null_write": "#d62728", "wild_jump": "#9467bd", "bug": "#e6820e", "divide": "#2ca02c",
    "loop": "#111111", "stack_overflow": "#e377c2", "not_injected": "#888888",
}


def _step(span, most):
    """A round distance between ticks, at most `most` of them."""
    scale = 1
    while True:
        for factor in (1, 2, 5):
            if span / (factor * scale) <= most:
                return factor * scale
        scale *= 10


def _rates(samples):
    """(time, so much a second) between neighbours; slices are never mixed up."""
    points = []
    for (t0, n0), (t1, n1) in zip(samples, samples[1:]):
        if t1 > t0:
            points.append(((t0 + t1) / 2, (n1 - n0) / (t1 - t0)))
    return points


class Canvas:
    def __init__(self, seconds, rate):
        self.seconds, self.rate = seconds, rate
        self.parts = []

    def x(self, t):
        return LEFT + (WIDTH - LEFT - RIGHT) * t / self.seconds

    def y(self, rate):
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * rate / self.rate

    def text(self, x, y, words, anchor="start", more=""):
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>'
                          f"{escape(words)}</text>")

    def line(self, x1, y1, x2, y2, colour, width=1):
        self.parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
                          f'stroke="{colour}" stroke-width="{width}"/>')

    def rect(self, x, y, width, height, colour):
        self.parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" '
                          f'height="{height:.1f}" fill="{colour}"/>')


def _axes(canvas, words):
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    step = _step(canvas.rate, 6)
    for rate in range(0, int(canvas.rate) + 1, step):
        canvas.line(LEFT, canvas.y(rate), right, canvas.y(rate), "#d8d8d8")
        canvas.text(LEFT - 8, canvas.y(rate) + 4, f"{rate:,}", "end")
    step = _step(canvas.seconds, 14)
    for second in range(0, int(canvas.seconds) + 1, step):
        canvas.line(canvas.x(second), bottom, canvas.x(second), bottom + 5, "#444")
        canvas.text(canvas.x(second), bottom + 20, str(second), "middle")
    canvas.line(LEFT, bottom, right, bottom, "#444")
    canvas.line(LEFT, TOP, LEFT, bottom, "#444")
    canvas.text((LEFT + right) / 2, HEIGHT - 12, "seconds", "middle")
    middle = (TOP + bottom) / 2
    canvas.text(18, middle, words, "middle",
                f' transform="rotate(-90 18 {middle:.0f})"')


def _slices(canvas, run):
    for piece in run["slices"]:
        if piece["crashing"]:
            left = canvas.x(piece["from"])
            canvas.rect(left, TOP, canvas.x(piece["to"]) - left, HEIGHT - TOP - BOTTOM, "#fdf0e4")


def _busy(samples):
    """Without the idle time of the load's start and end."""
    moved = [n for _, n in samples]
    if not moved or moved[0] == moved[-1]:
        return []
    first = next(i for i, n in enumerate(moved) if n > moved[0]) - 1
    return samples[first:moved.index(moved[-1]) + 1]


def _curve(canvas, samples, colour, width):
    points = " ".join(f"{canvas.x(t):.1f},{canvas.y(rate):.1f}" for t, rate in _rates(samples))
    canvas.parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" '
                        f'stroke-width="{width}"/>')


def _throughput(canvas, run):
    """Two curves a slice; between slices there is no load."""
    for piece in run["slices"]:
        inside = _busy([s for s in run["samples"] if piece["from"] <= s[0] <= piece["to"]])
        _curve(canvas, inside, FINE, 1)
        _curve(canvas, inside[::PER_SECOND], COARSE, 2)


def _crashes(canvas, run):
    for crash in run["crashes"]:
        x, colour = canvas.x(crash["t"]), COLOURS[crash["kind"]]
        canvas.line(x, TOP, x, HEIGHT - BOTTOM, colour, 0.5)
        canvas.parts.append(f'<path d="M{x - 4:.1f},{TOP - 8} h8 l-4,8 z" fill="{colour}"/>')


def _legend(canvas, kind, run, report):
    canvas.text(LEFT, 24, f"{kind.setting(run)}; the driver is crashed again and again; stock "
                f"kernel {report['kernel']}", more=' font-size="17"')
    canvas.text(LEFT, 44, f"{kind.rates(report)} (medians of slices)")
    x = LEFT
    for colour, words in (FINE, "each 100 ms"), (COARSE, "each second"):
        canvas.line(x, 64, x + 22, 64, colour, 2)
        canvas.text(x + 28, 68, words)
        x += 122
    canvas.rect(x, 57, 22, 14, "#f9dcc0")
    canvas.text(x + 28, 68, "crash a second")
    x += 150
    for kind in dict.fromkeys(crash["kind"] for crash in run["crashes"]):
        canvas.parts.append(f'<path d="M{x},60 h8 l-4,8 z" fill="{COLOURS[kind]}"/>')
        canvas.text(x + 13, 68, kind)
        x += 40 + 7 * len(kind)


def draw(kind, run, report):
    """The picture as text; with nothing measured, axes and a title."""
    seconds = max([piece["to"] for piece in run["slices"]], default=1)
    rates = sorted(rate for _, rate in _rates(run["samples"]))
    # The two or three highest of many are artefacts of a late sample.
    highest = rates[int(len(rates) * 0.998)] if rates else 1
    canvas = Canvas(seconds, max(highest * 1.05, 1))
    _slices(canvas, run)
    _axes(canvas, kind.AXIS)
    _crashes(canvas, run)
    canvas.parts.append(f'<clipPath id="plot"><rect x="{LEFT}" y="{TOP}" '
                        f'width="{WIDTH - LEFT - RIGHT}" height="{HEIGHT - TOP - BOTTOM}"/>'
                        '</clipPath><g clip-path="url(#plot)">')
    _throughput(canvas, run)
    canvas.parts.append("</g>")
    _legend(canvas, kind, run, report)
    body = "\n".join(canvas.parts)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            f'width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="13" '
            f'fill="#222">\n<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n'
            f"{body}\n</svg>\n")
