#!/usr/bin/env python3
"""slow_reader.py [-n ROUNDS] --origin DIRECTORY NAME=URL@PID ...: what one slow reader does to everybody else.

Eight connections GET a manifest, then a blob of 64 KiB, in turns: without a slow reader, and beside one that takes 10 KB a second of a
blob of 200 MiB through a small receive buffer. Each connection asks again so long after its answer (--pause): a server that is asked all it can take
has the p99 of its queue, which says nothing. Printed: medians of the rounds' p99 with min..max, and their ratio; as a measure of the
noise also the ratio of the rounds' halves without a reader. The exit status is 1 when a ratio is above 2, or anything failed.
"""
import argparse, json, os, socket, statistics, sys, threading, time
from urllib.parse import urlsplit
from load import Load, ask, descriptors, target
from growth import REPOSITORY, blobs_of, filled

RATE = 10_000
MOST = 2.0
# Where halves of the same rounds differ by more, the machine has other things to do.
QUIET = 1.5


class SlowReader:
    """Takes so many bytes a second, from when it has its head until it is closed."""

    def __init__(self, url, path):
        place = urlsplit(url)
        self.taken, self.failure, self.ended = 0, None, threading.Event()
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        self.socket.settimeout(10)
        self.socket.connect((place.hostname, place.port))
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n".encode())
        if not self.socket.recv(512).startswith(b"HTTP/1.1 200"):
            raise RuntimeError("the slow reader was refused")
        self.thread = threading.Thread(target=self.read)
        self.thread.start()

    def read(self):
        while not self.ended.wait(0.1):
            try:
                got = len(self.socket.recv(RATE // 10))
            except OSError as e:
                self.failure = e
                return
            if not got:
                self.failure = "cut off"
                return
            self.taken += got

    def close(self):
        self.ended.set()
        self.thread.join()
        self.socket.close()


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("-n", type=int, default=5)
    arguments.add_argument("--secs", type=float, default=3)
    arguments.add_argument("--connections", type=int, default=8)
    arguments.add_argument("--pause", type=float, default=0.01, help="seconds between an answer and the next request")
    arguments.add_argument("--warm-up", type=float, default=4)
    arguments.add_argument("--origin", required=True)
    arguments.add_argument("--json")
    arguments.add_argument("targets", nargs="+")
    given = arguments.parse_args()
    descriptors()
    blobs = blobs_of(given.origin)
    with open(os.path.join(given.origin, "blobs.json")) as file:
        manifest = json.load(file)["manifest"]["length"]
    kinds = {"manifest": (f"/v2/{REPOSITORY}/manifests/v1", manifest), "64KiB": blobs["64KiB"]}
    targets = [target(text) for text in given.targets]
    for name, url, _ in targets:
        filled(url, *blobs["200MiB"])
        for path, length in kinds.values():
            Load(url, [ask(url, path, length)], given.connections).run(given.warm_up / 2)
    results, wrong = {}, []
    for number in range(given.n):
        turn = number % len(targets)
        for name, url, _ in targets[turn:] + targets[:turn]:
            for kind, (path, length) in kinds.items():
                asks = [ask(url, path, length)]
                # Which one comes first changes, so that what drifts hits both.
                for beside in (False, True) if number % 2 == 0 else (True, False):
                    figures = one(given, url, asks, blobs["200MiB"][0] if beside else None)
                    results.setdefault((name, kind), {False: [], True: []})[beside].append(figures)
                    if figures["errors"] or figures["refused"]:
                        wrong.append(f"{name} {kind}: {figures['errors']}, {figures['refused']} refused")
    rows = [summed(name, kind, rounds) for (name, kind), rounds in results.items()]
    for row in rows:
        print(f"{row['target']:12s} {row['kind']:9s} p99 without {row['without_ms']:6.2f} ms {spread(row['without_spread'])}"
              f"  beside {row['beside_ms']:6.2f} ms {spread(row['beside_spread'])}  {row['ratio']:.2f}x  (noise {row['noise']:.2f}x)"
              f"  {row['requests_s']:.0f} requests/s")
        if row["ratio"] > MOST:
            undecided = f", in a noise of {row['noise']:.2f}x that decides nothing" if row["noise"] > QUIET else ""
            wrong.append(f"{row['target']} {row['kind']}: {row['ratio']:.2f}x{undecided}")
    for what in wrong:
        print(f"!! {what}")
    if given.json:
        with open(given.json, "w") as file:
            json.dump({"series": "slow", "rounds": given.n, "date": time.strftime("%F", time.gmtime()), "cores": os.cpu_count(),
                       "pause_s": given.pause, "connections": given.connections, "results": rows, "wrong": wrong}, file, indent=1)
            file.write("\n")
    sys.exit(1 if wrong else 0)


def one(given, url, asks, slow_path):
    reader = SlowReader(url, slow_path) if slow_path else None
    try:
        # What fills before a slow reader stalls its server is filled by then.
        time.sleep(0.3)
        figures = Load(url, asks, given.connections, given.pause).run(given.secs, warm=0.3)
    finally:
        if reader:
            reader.close()
    if reader and (reader.failure or reader.taken == 0):
        figures["errors"][f"slow reader: {reader.failure or 'got nothing'}"] = 1
    return figures


def summed(name, kind, rounds):
    without = [figures["whole_p99_ms"] for figures in rounds[False] if figures["samples"]]
    beside = [figures["whole_p99_ms"] for figures in rounds[True] if figures["samples"]]
    if not without or not beside:
        raise SystemExit(f"{name} answered nothing: {rounds}")
    halves = sorted(statistics.median(half) for half in (without[::2], without[1::2] or without))
    return {"target": name, "kind": kind, "without_ms": statistics.median(without), "beside_ms": statistics.median(beside),
            "without_spread": [min(without), max(without)], "beside_spread": [min(beside), max(beside)],
            "ratio": statistics.median(beside) / statistics.median(without), "noise": halves[1] / halves[0],
            "requests_s": statistics.median(figures["requests_s"] for figures in rounds[False] + rounds[True])}


def spread(values):
    return f"[{values[0]:.2f}..{values[1]:.2f}]"


if __name__ == "__main__":
    main()
