#!/usr/bin/env python3
"""tables.py LOG [--into PAGE]: what bench.sh printed, as tables; into PAGE between <!-- bench:begin --> and <!-- bench:end -->.

  .ci/bench.sh DIRECTORY pass slow cached cold ranged start 2>&1 | tee LOG; .ci/tables.py LOG --into docs/benchmarks.md
"""
import collections, re, sys

BENCH = re.compile(r"^(\w+) (MB/s|cpu-s/GB|req/s|p50ms|p99ms|cpu-us/req|MB) +(\S+) +([\d.]+) +\[([\d.]+) \.\. ([\d.]+)\]")
COLD = re.compile(r"^(\S+) +c=\d+ +wall +([\d.]+)s \[([\d.]+)\.\.([\d.]+)\] +ttfb p50 +([\d.]+)s +upstream +([\d.]+)x blob .* failed (\d+)")
SLOW = re.compile(r"^(\S+) +c=(\d+) +serving +(\d+) dead +(\d+) +rss +(\d+) -> +(\d+) MB \( *([\d.-]+) KB/reader\) +threads +(\d+) -> +(\d+)"
                  r" .*probe p50 +([\d.]+) ms max +([\d.]+) ms +probes failed (\d+)")
START = re.compile(r"^(\S+) +first 200 after +(\d+) ms \[(\d+)\.\.(\d+)\] +rss +([\d.]+) MB +cpu +([\d.]+) s")


def number(text):
    value = float(text)
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def sections(lines):
    found, name = collections.OrderedDict(), ""
    for line in lines:
        if line.startswith("== "):
            name = line[3:].strip()
        found.setdefault(name, []).append(line.rstrip("\n"))
    return found


def table(head, rows):
    return ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)] + ["| " + " | ".join(row) + " |" for row in rows] + [""]


def bench(lines, title, tests):
    figures = collections.OrderedDict()
    for line in lines:
        match = BENCH.match(line)
        if match:
            test, what, name = match[1], match[2], match[3]
            figures.setdefault(name, {})[f"{test} {what}"] = (match[4], match[5], match[6])

    def spread(of, key):
        return "-" if key not in of else f"{number(of[key][0])} [{number(of[key][1])}..{number(of[key][2])}]"

    def middle(of, key):
        return "-" if key not in of else number(of[key][0])

    head, rows = [title], []
    for test, said in tests:
        head += [f"{said}, MB/s", "CPU s/GB"] if test.startswith("big") else [f"{said}, req/s", "p50 / p99 ms", "CPU us"]
    head.append("RSS MB")
    for name, of in figures.items():
        row = [name]
        for test, _ in tests:
            if test.startswith("big"):
                row += [spread(of, f"{test} MB/s"), middle(of, f"{test} cpu-s/GB")]
            else:
                latency = f"{middle(of, f'{test} p50ms')} / {middle(of, f'{test} p99ms')}"
                row += [spread(of, f"{test} req/s"), latency, middle(of, f"{test} cpu-us/req")]
        rows.append(row + [middle(of, "rss MB")])
    return table(head, rows)


def cold(found):
    rows = []
    for title, lines in found.items():
        if title.startswith(("cold", "ranges")):
            for match in filter(None, map(COLD.match, lines)):
                failed = "" if match[7] == "0" else f", {match[7]} failed"
                wall = f"{match[2]} [{match[3]}..{match[4]}]{failed}"
                rows.append([title, match[1], wall, f"{float(match[5]) * 1e3:,.0f}", match[6]])
    head = ["upstream, clients", "", "wall s", "first byte, p50 ms", "upstream bytes / blob"]
    return table(head, rows) if rows else []


def slow(lines):
    rows = []
    for match in filter(None, map(SLOW.match, lines)):
        probes = f"{number(match[10])} / {number(match[11])}" + ("" if match[12] == "0" else f", {match[12]} unanswered")
        rows.append([match[1], f"{match[3]} of {match[2]}", number(match[7]) if float(match[7]) > 0 else "0 (RSS fell)",
                     f"{match[8]} to {match[9]}", probes])
    head = ["readers at 4 KB/s", "served", "KB per reader", "threads", "others' manifest, p50 / max ms"]
    return table(head, rows) if rows else []


def start(lines):
    rows = [[m[1], f"{m[2]} [{m[3]}..{m[4]}]", number(m[5]), m[6]] for m in filter(None, map(START.match, lines))]
    return table(["start", "ms to the first answer", "RSS MB a second later", "CPU s by then"], rows) if rows else []


def main():
    with open(sys.argv[1]) as log:
        found = sections(log)
    run = next((lines for title, lines in found.items() if re.match(r"\d{4}-", title)), [])
    out = ["Made by `.ci/bench.sh` and `.ci/tables.py`: " + "; ".join(line.removeprefix("== ").strip() for line in run if line.strip()) + ".", ""]
    parts = {
        "pass-through": ("### Pass-through", lambda l: bench(l, "", [("big1", "200 MiB blob, 1 stream"), ("big8", "8 streams"),
                                                                     ("man", "manifest of 4 KiB, 32 clients")])),
        "cached": ("### Cached", lambda l: bench(l, "", [("big1", "200 MiB blob, 1 stream"), ("big8", "8 streams"),
                                                         ("man", "manifest by tag"), ("mand", "by digest")])),
        "slow readers": ("### Slow readers", slow),
        "start to the first answer": ("### Start", start),
    }
    for title, (heading, made) in parts.items():
        if title in found:
            out += [heading, ""] + made(found[title])
        if title == "cached":
            of_cold = cold(found)
            out += ["### Cold", ""] + of_cold if of_cold else []
    text = "\n".join(out)
    if "--into" not in sys.argv:
        print(text)
        return
    page = sys.argv[sys.argv.index("--into") + 1]
    with open(page) as old:
        before, rest = old.read().split("<!-- bench:begin -->")
        after = rest.split("<!-- bench:end -->")[1]
    with open(page, "w") as new:
        new.write(f"{before}<!-- bench:begin -->\n{text}<!-- bench:end -->{after}")


if __name__ == "__main__":
    main()
