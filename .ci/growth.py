#!/usr/bin/env python3
"""growth.py origin|concurrency|size|entries ...: how servers grow; results as JSON, which plot.py and report.py read.

  growth.py origin DIRECTORY [--most BYTES]
      writes the blobs (zeros, in files with holes) and a manifest for a static server at DIRECTORY, and DIRECTORY/blobs.json
  growth.py concurrency --origin DIRECTORY --json FILE [--counts 1,10,...] [--blobs 64KiB,1MiB] NAME=URL@PID ...
  growth.py size        --origin DIRECTORY --json FILE [--sizes 1KiB,...] [--connections 4] NAME=URL@PID ...
      pulls over that many connections at once, each asking again when it has its blob, in rounds over all targets in rotated
      order. Targets whose name ends in -cache are asked for each blob once before. Medians of the rounds; memory is the highest
      of the first round, in which what is measured grows.
  growth.py entries --json FILE --directory DIRECTORY --make COMMAND --url URL [--counts 1,...] NAME=COMMAND ...
      a cache of so many entries, made by the first command ({directory} and {entries} in it are replaced), whose entry i holds
      "entry i" and a line feed; the server, which the second command starts in front of it to listen at URL, until its
      first 200, and then random hits. It is ended by its pid.

A 503 with Retry-After is "refused", which is correct beyond a server's limit, and is waited for; everything else that is not the
blob, whole, is an error.
"""
import argparse, hashlib, json, os, random, shlex, shutil, signal, statistics, subprocess, sys, time
from load import Load, Watch, alive, ask, descriptors, memory, target, tree

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
SIZES = {"1KiB": KIB, "32KiB": 32 * KIB, "64KiB": 64 * KIB, "1MiB": MIB, "32MiB": 32 * MIB, "200MiB": 200 * MIB, "1GiB": GIB, "10GiB": 10 * GIB}
REPOSITORY = "growth/app"
# Larger ones are pulled a number of times, not for a while: too few would end in it.
TIMED = 64 * MIB
# What has more under way at a time takes one round: it is long enough.
HEAVY = 2 * GIB
WARM_UP = "64KiB"


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    series = arguments.add_subparsers(dest="series", required=True)
    origin = series.add_parser("origin")
    origin.add_argument("directory")
    origin.add_argument("--most", type=int, default=10 * GIB, help="bytes; larger blobs are left out")
    pulls = argparse.ArgumentParser(add_help=False)
    pulls.add_argument("--json", required=True)
    pulls.add_argument("--rounds", type=int, default=3)
    pulls.add_argument("--secs", type=float, default=2)
    pulls.add_argument("--warm-up", type=float, default=4, help="seconds of load on each target before everything, for the JIT")
    pulls.add_argument("targets", nargs="+")
    concurrency = series.add_parser("concurrency", parents=[pulls])
    concurrency.add_argument("--origin", required=True)
    concurrency.add_argument("--counts", default="1,10,100,1000,5000")
    concurrency.add_argument("--blobs", default="64KiB,1MiB")
    size = series.add_parser("size", parents=[pulls])
    size.add_argument("--origin", required=True)
    size.add_argument("--sizes", default="1KiB,32KiB,1MiB,32MiB,1GiB,10GiB")
    size.add_argument("--connections", type=int, default=4)
    entries = series.add_parser("entries", parents=[pulls])
    entries.add_argument("--counts", default="1,100,10000,1000000")
    entries.add_argument("--connections", type=int, default=16)
    entries.add_argument("--starts", type=int, default=3)
    entries.add_argument("--directory", required=True)
    entries.add_argument("--make", required=True)
    entries.add_argument("--url", required=True)
    given = arguments.parse_args()
    descriptors()
    {"origin": make_origin, "concurrency": by_concurrency, "size": by_size, "entries": by_entries}[given.series](given)


# What is pulled

def make_origin(given):
    place = os.path.join(given.directory, "v2", REPOSITORY)
    for part in ("blobs", "manifests"):
        os.makedirs(os.path.join(place, part), exist_ok=True)
    known = os.path.join(given.directory, "blobs.json")
    blobs = {}
    if os.path.exists(known):
        with open(known) as file:
            blobs = {name: blob for name, blob in json.load(file).items() if blob["length"] <= given.most}
    for name, length in SIZES.items():
        if length <= given.most and name not in blobs:
            digest = zeros(length)
            with open(os.path.join(place, "blobs", digest), "wb") as blob:
                blob.truncate(length)
            blobs[name] = {"digest": digest, "length": length}
    manifest = json.dumps({
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": blobs["1KiB"]["digest"], "size": KIB},
        "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": blobs[name]["digest"], "size": blobs[name]["length"]}
                   for name in blobs if name != "1KiB"],
        "annotations": {"padding": "x" * 2800}}).encode()
    digest = "sha256:" + hashlib.sha256(manifest).hexdigest()
    for name in ("v1", digest):
        with open(os.path.join(place, "manifests", name), "wb") as file:
            file.write(manifest)
    blobs["manifest"] = {"digest": digest, "length": len(manifest)}
    with open(known, "w") as file:
        json.dump(blobs, file, indent=1)


def zeros(length):
    digest, some = hashlib.sha256(), bytes(MIB)
    for _ in range(length // MIB):
        digest.update(some)
    digest.update(bytes(length % MIB))
    return "sha256:" + digest.hexdigest()


def blobs_of(origin):
    with open(os.path.join(origin, "blobs.json")) as file:
        blobs = json.load(file)
    return {name: (f"/v2/{REPOSITORY}/blobs/{blob['digest']}", blob["length"]) for name, blob in blobs.items() if name != "manifest"}


# The series of pulls

def by_concurrency(given):
    blobs, points = blobs_of(given.origin), []
    for blob in given.blobs.split(","):
        for count in map(int, given.counts.split(",")):
            points.append({"blob": blob, "connections": count})
    measure(given, blobs, points)


def by_size(given):
    blobs, points = blobs_of(given.origin), []
    for blob in given.sizes.split(","):
        if blob in blobs:
            points.append({"blob": blob, "connections": 1 if SIZES[blob] > GIB else given.connections})
        else:
            print(f"no blob of {blob}: left out", file=sys.stderr)
    measure(given, blobs, points)


def measure(given, blobs, points):
    targets = [target(text) for text in given.targets]
    for name, url, _ in targets:
        path, length = blobs[WARM_UP]
        Load(url, [ask(url, path, length)], 16).run(given.warm_up)
    rows, asked = {}, set()
    for number in range(given.rounds):
        for position, point in enumerate(points):
            path, length = blobs[point["blob"]]
            if number > 0 and (length > TIMED or length * point["connections"] > HEAVY):
                continue
            turn = (number + position) % len(targets)
            for name, url, pid in targets[turn:] + targets[:turn]:
                if name.endswith("-cache") and (name, path) not in asked:
                    asked.add((name, path))
                    filled(url, path, length)
                figures = pulled(given, url, path, length, point["connections"], pid)
                rows.setdefault((position, name), []).append(figures)
                told(number, name, point, figures)
    results = []
    for position, point in enumerate(points):
        for name, _, _ in targets:
            results.append({"target": name, **point, "length": blobs[point["blob"]][1], **together(rows[position, name])})
    write(given, results)


def filled(url, path, length):
    figures = Load(url, [ask(url, path, length)], 1).run(600, each=1)
    if figures["requests"] != 1:
        print(f"{url}{path} did not come: {figures['errors']}", file=sys.stderr)


def pulled(given, url, path, length, connections, pid):
    load, watch = Load(url, [ask(url, path, length)], connections), Watch(pid)
    if length > TIMED:
        figures = load.run(300, each=1, watch=watch)
    else:
        figures = load.run(given.secs, warm=min(1.0, given.secs / 2), drain=60, watch=watch)
    figures.update(watch.figures())
    if not alive(url, path if length <= TIMED else f"/v2/{REPOSITORY}/manifests/v1"):
        figures["errors"]["nothing answered afterwards"] = 1
    return figures


def told(number, name, point, figures):
    shown = {key: round(value, 2) if isinstance(value, float) else value for key, value in figures.items() if value}
    print(f"{number + 1} {name} {point['connections']} x {point['blob']}: {json.dumps(shown)}", file=sys.stderr, flush=True)


def together(rounds):
    """Medians; what went wrong is added up; memory as the first round has it."""
    figures = {}
    for key in rounds[0]:
        values = [figure[key] for figure in rounds if figure[key] is not None]
        if key == "errors":
            figures[key] = {}
            for value in values:
                for what, count in value.items():
                    figures[key][what] = figures[key].get(what, 0) + count
        elif key.startswith("rss_"):
            figures[key] = rounds[0][key]
        elif key in ("refused", "samples", "reconnects", "requests"):
            figures[key] = sum(values)
        elif key == "client":
            figures[key] = max(values)
        else:
            figures[key] = statistics.median(values) if values else None
    # Ticks are coarse and rounds short: all of them together.
    moved, requests = sum(figure["bytes"] for figure in rounds), figures["requests"] + figures["refused"]
    spent = sum(figure["cpu_s"] for figure in rounds)
    figures["cpu_s_gb"] = spent / (moved / 1e9) if moved else None
    figures["cpu_us_request"] = spent / requests * 1e6 if requests else None
    figures["spread_mb_s"] = [min(figure["mb_s"] for figure in rounds), max(figure["mb_s"] for figure in rounds)]
    return figures


# Entries

def by_entries(given):
    commands, results = [text.split("=", 1) for text in given.targets], []
    for count in map(int, given.counts.split(",")):
        shutil.rmtree(given.directory, ignore_errors=True)
        command = given.make.replace("{directory}", given.directory).replace("{entries}", str(count))
        subprocess.run(shlex.split(command), check=True, stdout=subprocess.DEVNULL)
        choice = random.Random(1)
        numbers = range(count) if count <= 20_000 else [choice.randrange(count) for _ in range(20_000)]
        asks = [ask(given.url, *entry(number)) for number in numbers]
        for name, command in commands:
            row = started(given, command.replace("{directory}", given.directory), asks)
            results.append({"target": name, "entries": count, "connections": given.connections, **row})
            told(0, name, {"connections": given.connections, "blob": f"{count} entries"}, row)
    shutil.rmtree(given.directory, ignore_errors=True)
    write(given, results)


def entry(number):
    content = f"entry {number}\n".encode()
    return f"/v2/{REPOSITORY}/blobs/sha256:{hashlib.sha256(content).hexdigest()}", len(content)


def started(given, command, asks):
    """Several starts; random hits on what the last one left running."""
    first = entry(0)[0]
    begun, idle, figures = [], [], {"errors": {}}
    for number in range(given.starts):
        at = time.perf_counter()
        server = subprocess.Popen(shlex.split(command), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while not alive(given.url, first):
                if server.poll() is not None or time.perf_counter() - at > 120:
                    raise SystemExit(f"no 200 from: {command}")
                time.sleep(0.005)
            begun.append(time.perf_counter() - at)
            idle.append(memory(tree(server.pid), "VmHWM"))
            if number == given.starts - 1:
                Load(given.url, asks, given.connections).run(given.warm_up)
                rounds = []
                for seed in range(given.rounds):
                    watch = Watch(server.pid)
                    rounds.append(Load(given.url, asks, given.connections, seed=seed).run(given.secs, warm=0.5, watch=watch))
                    rounds[-1].update(watch.figures())
                figures = together(rounds)
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(40)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
                figures["errors"]["no end at SIGTERM"] = 1
    figures.update(start_s=statistics.median(begun), start_all_s=begun, start_rss_mb=statistics.median(idle))
    return figures


def write(given, results):
    with open(given.json, "w") as file:
        json.dump({"series": given.series, "date": time.strftime("%F", time.gmtime()), "cores": os.cpu_count(),
                   "rounds": given.rounds, "results": results}, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
