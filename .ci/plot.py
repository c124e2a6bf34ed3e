#!/usr/bin/env python3
"""plot.py DIRECTORY OUT: the series that growth.py left in DIRECTORY as SVG in OUT: growth-concurrency, growth-size, growth-entries.

Three panels each, on logarithmic axes, with labels on a light ground, so that they can be read on a dark page too.
"""
import argparse, json, math, os
from xml.sax.saxutils import escape

PANEL, GAP, LEFT, TOP, HEIGHT, BOTTOM = 270, 62, 58, 80, 210, 48
# Colours that can be told apart without seeing red or green; pass-through is dashed.
LOOKS = {"nginx": ("#767676", "2 3", "nginx static, direct"), "17-pass": ("#c2560c", "6 3", "17, pass-through"),
         "25-pass": ("#0b62a4", "6 3", "25, pass-through"), "17-cache": ("#c2560c", "", "17, cached"), "25-cache": ("#0b62a4", "", "25, cached"),
         "17": ("#c2560c", "", "Java 17"), "25": ("#0b62a4", "", "Java 25")}
SIZES = {10: "1 KiB", 15: "32 KiB", 16: "64 KiB", 20: "1 MiB", 25: "32 MiB", 30: "1 GiB"}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("directory")
    arguments.add_argument("out")
    given = arguments.parse_args()
    os.makedirs(given.out, exist_ok=True)
    for series, key, title, axis, panels in (
            ("concurrency", "connections", "Pulls at a time", "connections",
             (("requests_s", "requests a second"), ("whole_p99_ms", "p99 of a whole blob, ms"), ("rss_mb", "memory, MB"))),
            ("size", "length", "Blobs by size", "size of the blob",
             (("mb_s", "MB/s"), ("whole_p99_ms", "p99 of a whole blob, ms"), ("rss_mb", "memory, MB"))),
            ("entries", "entries", "Entries of a cache", "entries",
             (("start_s", "start to first hit, s"), ("whole_p99_ms", "p99 of a hit, ms"), ("rss_mb", "memory, MB")))):
        path = os.path.join(given.directory, series + ".json")
        if os.path.exists(path):
            with open(path) as file:
                found = json.load(file)
            rows = found["results"]
            if series == "concurrency":
                first = rows[0]["blob"]
                rows = [row for row in rows if row["blob"] == first]
                title += f", blobs of {first.replace('KiB', ' KiB').replace('MiB', ' MiB')}"
            with open(os.path.join(given.out, f"growth-{series}.svg"), "w") as file:
                file.write(drawing(f"{title} ({found['date']}, {found['cores']} cores)", rows, key, axis, panels))


def drawing(title, rows, key, axis, panels):
    width = LEFT + len(panels) * PANEL + (len(panels) - 1) * GAP + 24
    height = TOP + HEIGHT + BOTTOM
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
           'font-family="Helvetica,Arial,sans-serif" font-size="12" fill="#222">',
           f"<title>{escape(title)}</title>", f'<rect width="{width}" height="{height}" fill="#fff"/>',
           f'<text x="14" y="22" font-size="15" font-weight="bold">{escape(title)}</text>']
    targets = list(dict.fromkeys(row["target"] for row in rows))
    at = 14
    for target in targets:
        colour, dashes, name = looks(target)
        out.append(f'<path d="M{at} 41h26" stroke="{colour}" stroke-width="2.5"{dashed(dashes)}/>'
                   f'<text x="{at + 31}" y="45">{escape(name)}</text>')
        at += 52 + 6.6 * len(name)
    for number, (metric, label) in enumerate(panels):
        out += panel(LEFT + number * (PANEL + GAP), rows, targets, key, axis, metric, label)
    return "\n".join(out) + "\n</svg>\n"


def panel(left, rows, targets, key, axis, metric, label):
    known = [row for row in rows if row.get(metric)]
    out = [f'<text x="{left}" y="{TOP - 8}" font-weight="bold">{escape(label)}</text>']
    if not known:
        return out
    abscissae = sorted({row[key] for row in known})
    x_low, x_high = math.log10(abscissae[0]), math.log10(abscissae[-1])
    values = [row[metric] for row in known]
    y_low, y_high = math.floor(math.log10(min(values)) * 2) / 2, math.ceil(math.log10(max(values)) * 2) / 2
    y_high = max(y_high, y_low + 1)

    def x(value):
        return left + (PANEL * (math.log10(value) - x_low) / (x_high - x_low) if x_high > x_low else PANEL / 2)

    def y(value):
        return TOP + HEIGHT - HEIGHT * (math.log10(value) - y_low) / (y_high - y_low)

    free = 0
    for value in abscissae:
        out.append(f'<path d="M{x(value):.1f} {TOP}v{HEIGHT}" stroke="#e4e4e4"/>')
        text = sized(value) if key == "length" else short(value)
        # A label that has no place between its neighbours is left out.
        if x(value) - 3.4 * len(text) >= free:
            out.append(f'<text x="{x(value):.1f}" y="{TOP + HEIGHT + 17}" text-anchor="middle">{text}</text>')
            free = x(value) + 3.4 * len(text) + 4
    for value in marks(y_low, y_high):
        out.append(f'<path d="M{left} {y(value):.1f}h{PANEL}" stroke="#e4e4e4"/>'
                   f'<text x="{left - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{short(value)}</text>')
    out.append(f'<rect x="{left}" y="{TOP}" width="{PANEL}" height="{HEIGHT}" fill="none" stroke="#888"/>')
    out.append(f'<text x="{left + PANEL / 2}" y="{TOP + HEIGHT + 37}" text-anchor="middle">{escape(axis)}</text>')
    for target in targets:
        colour, dashes, _ = looks(target)
        mine = [(x(row[key]), y(row[metric])) for row in known if row["target"] == target]
        if mine:
            out.append(f'<polyline points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in mine)}" fill="none" stroke="{colour}" '
                       f'stroke-width="2"{dashed(dashes)}/>')
            out += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}"/>' for a, b in mine]
    return out


def marks(low, high):
    """One, two and five of each power of ten, or fewer where there are many."""
    steps = (1, 2, 5) if high - low <= 2 else (1, 3) if high - low <= 3.5 else (1,)
    return [step * 10.0 ** power for power in range(math.floor(low), math.ceil(high) + 1) for step in steps
            if low - 1e-9 <= math.log10(step * 10.0 ** power) <= high + 1e-9]


def looks(target):
    return LOOKS.get(target, ("#444", "", target))


def dashed(dashes):
    return f' stroke-dasharray="{dashes}"' if dashes else ""


def short(value):
    for unit, name in ((1e6, "M"), (1e3, "k")):
        if value >= unit:
            return f"{value / unit:g}{name}"
    return f"{value:g}"


def sized(value):
    power = round(math.log2(value))
    return SIZES.get(power, f"{value / (1 << 30):.0f} GiB")


if __name__ == "__main__":
    main()
