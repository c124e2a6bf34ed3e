#!/usr/bin/env python3
"""report.py DIRECTORY [--into FILE]: the tables of what growth.py and slow_reader.py left in DIRECTORY, as markdown.

With --into, what stands in FILE between <!-- growth:begin --> and <!-- growth:end --> becomes those tables, with the plots of plot.py.
"""
import argparse, json, math, os

BEGIN, END = "<!-- growth:begin -->", "<!-- growth:end -->"
NAMES = {"nginx": "nginx static, direct", "17-pass": "17, pass-through", "25-pass": "25, pass-through", "17-cache": "17, cached",
         "25-cache": "25, cached", "17": "17", "25": "25"}
# What grows that much faster than linear from one row to the next is called out; less is noise.
TOLERANCE = 1.5


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("directory")
    arguments.add_argument("--into")
    given = arguments.parse_args()
    text = "\n".join(part for part in map(lambda part: part(given.directory), (concurrency, size, entries, slow)) if part)
    if not given.into:
        print(text)
        return
    with open(given.into) as file:
        before, rest = file.read().split(BEGIN)
    after = rest.split(END)[1]
    with open(given.into, "w") as file:
        file.write(before + BEGIN + "\n" + text + END + after)


def concurrency(directory):
    found = read(directory, "concurrency")
    if not found:
        return ""
    parts = ["### Pulls at a time\n", said(found), "Each cell: requests a second, MB/s; p50 / p99 until the blob is whole; memory.\n",
             "![Pulls at a time: throughput, p99 and memory](images/growth-concurrency.svg)\n"]
    for blob in distinct(found, "blob"):
        rows = [row for row in found["results"] if row["blob"] == blob]
        parts.append(f"Blobs of {spaced(blob)}:\n")
        parts.append(table(rows, "connections", "connections", lambda value: f"{value:,}"))
        parts.append(steps(rows, "connections", [("p50", "whole_p50_ms"), ("p99", "whole_p99_ms"), ("memory", "rss_mb"),
                                                  ("CPU a request", "cpu_us_request")]))
    return "\n".join(parts)


def size(directory):
    found = read(directory, "size")
    if not found:
        return ""
    rows = found["results"]
    return "\n".join([
        "### Blobs by size\n", said(found),
        "Pulls at a time: " + ", ".join(f"{spaced(blob)}: {next(row['connections'] for row in rows if row['blob'] == blob)}"
                                        for blob in distinct(found, "blob")) + ". Cells as above.\n",
        "![Blobs by size: throughput, p99 and memory](images/growth-size.svg)\n",
        table(rows, "blob", "size", spaced),
        steps(rows, "length", [("p99", "whole_p99_ms"), ("memory", "rss_mb")])])


def entries(directory):
    found = read(directory, "entries")
    if not found:
        return ""
    lines = ["### Entries of a cache\n", said(found),
             f"Start: from exec to the first hit; hits: entries at random, {found['results'][0]['connections']} connections.\n",
             "![Entries of a cache: start, p99 and memory](images/growth-entries.svg)\n",
             "| entries | Java | start s | memory after it | hits a second | p50 / p99 ms | memory | |", "| --- | --- | --- | --- | --- | --- | --- | --- |"]
    for row in found["results"]:
        lines.append(f"| {row['entries']:,} | {row['target']} | {row['start_s']:.2f} [{min(row['start_all_s']):.2f}..{max(row['start_all_s']):.2f}] "
                     f"| {row['start_rss_mb']:.0f} MB | {row['requests_s']:,.0f} | {number(row['whole_p50_ms'])} / {number(row['whole_p99_ms'])} "
                     f"| {row['rss_mb']:.0f} MB | {wrong(row)} |")
    return "\n".join(lines) + "\n\n" + steps(found["results"], "entries",
                                             [("start", "start_s"), ("p99", "whole_p99_ms"), ("memory", "rss_mb")])


def slow(directory):
    found = read(directory, "slow")
    if not found:
        return ""
    lines = ["### One slow reader\n",
             f"p99 of {found['connections']} connections that ask every {found['pause_s'] * 1000:.0f} ms, without and beside one reader that takes 10 KB/s of "
             f"a blob of 200 MiB; rounds in turns ({found['rounds']} each), medians [min..max], {found['date']}, {found['cores']} cores. Noise: two halves of the rounds "
             "without a reader, against each other. nginx stands there for what the machine itself does.\n",
             "| | what is asked | without, ms | beside, ms | ratio | noise |", "| --- | --- | --- | --- | --- | --- |"]
    for row in found["results"]:
        lines.append(f"| {NAMES.get(row['target'], row['target'])} | {spaced(row['kind'])} | {spread(row, 'without')} | {spread(row, 'beside')} "
                     f"| **{row['ratio']:.2f}x** | {row['noise']:.2f}x |")
    for what in found["wrong"]:
        lines.append(f"\nNot as it should be: {what}.")
    return "\n".join(lines) + "\n"


def read(directory, series):
    path = os.path.join(directory, series + ".json")
    if not os.path.exists(path):
        return None
    with open(path) as file:
        return json.load(file)


def said(found):
    rounds = "one round" if found["rounds"] == 1 else f"medians of {found['rounds']} rounds"
    return f"{found['date']}, {found['cores']} cores shared with the load generator and the registry behind, {rounds}.\n"


def distinct(found, key):
    return list(dict.fromkeys(row[key] for row in found["results"]))


def table(rows, key, title, shown):
    targets = list(dict.fromkeys(row["target"] for row in rows))
    lines = [f"| {title} | " + " | ".join(NAMES.get(target, target) for target in targets) + " |", "| --- |" + " --- |" * len(targets)]
    for value in dict.fromkeys(row[key] for row in rows):
        cells = []
        for target in targets:
            row = next(row for row in rows if row[key] == value and row["target"] == target)
            cell = f"{rate(row['requests_s'])}, {row['mb_s']:,.0f} MB/s; {number(row['whole_p50_ms'])} / {number(row['whole_p99_ms'])} ms; {row['rss_mb']:.0f} MB"
            bad = wrong(row)
            cells.append(cell + (f"; **{bad}**" if bad else ""))
        lines.append(f"| {shown(value)} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def wrong(row):
    parts = []
    if row.get("refused"):
        parts.append(f"{100 * row['refused'] / (row['refused'] + row['requests']):.0f} % refused")
    parts += [f"{count:,} x {what}" for what, count in row["errors"].items()]
    return ", ".join(parts)


def steps(rows, key, metrics):
    """How things grow with what they depend on, over all rows and from one row to the next."""
    found, overall = [], []
    for target in dict.fromkeys(row["target"] for row in rows):
        mine = [row for row in rows if row["target"] == target]
        if key != "connections":
            # What is pulled by fewer at a time is no step of the same series.
            mine = [row for row in mine if row.get("connections") == mine[0].get("connections")]
        exponents = []
        for name, metric in metrics:
            known = [row for row in mine if row.get(metric)]
            if len(known) < 2:
                continue
            exponents.append(f"{name} {exponent(known[0], known[-1], key, metric):.2f}")
            for before, after in zip(known, known[1:]):
                factor, grown = after[key] / before[key], after[metric] / before[metric]
                # What one request takes shall not grow at all.
                if grown > TOLERANCE * (1 if name == "CPU a request" else factor):
                    found.append(f"{name} of {NAMES.get(target, target)} from {before[key]:,} to {after[key]:,}: {grown:.1f}x for {factor:.0f}x")
        overall.append(f"{NAMES.get(target, target)}: {', '.join(exponents)}")
    text = f"From the first row to the last, as exponents (1 is linear): {'; '.join(overall)}.\n"
    return text + (f"\nSteps that were more than {TOLERANCE} times linear: {'; '.join(found)}.\n" if found else "")


def exponent(first, last, key, metric):
    return math.log(last[metric] / first[metric]) / math.log(last[key] / first[key])


def spread(row, which):
    low, high = row[f"{which}_spread"]
    return f"{row[f'{which}_ms']:.2f} [{low:.2f}..{high:.2f}]"


def spaced(size):
    return size.replace("KiB", " KiB").replace("MiB", " MiB").replace("GiB", " GiB")


def rate(value):
    return f"{value:,.0f}/s" if value >= 10 else f"{value:.2f}/s"


def number(value):
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"


if __name__ == "__main__":
    main()
