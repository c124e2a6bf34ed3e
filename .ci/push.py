#!/usr/bin/env python3
"""push.py [-n ROUNDS] NAME=URL[@PID] ...: how fast registries take pushes, side by side.

Every round pushes to every target, in rotated order: a new blob of 200 MiB by POST and PUT with curl, eight of 25 MiB at once,
and 200 small images (config, layer of 4 KiB, manifest with a tag) from eight connections. Medians with min..max, the ratio to the
first target, and with @PID the CPU time of the process per pushed GB.
"""
import argparse, hashlib, http.client, json, os, statistics, subprocess, sys, tempfile, threading, time
from urllib.parse import urlsplit

MIB = 1 << 20
TICK = os.sysconf("SC_CLK_TCK")
MEDIA = "application/vnd.oci.image."
SMALL, CLIENTS = 200, 8


def cpu(pid):
    if not pid:
        return 0.0
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def upload(base, path, name):
    """One blob by POST and PUT, as docker does it."""
    head = subprocess.run(["curl", "-sSf", "-D-", "-o", "/dev/null", "-X", "POST", f"{base}/v2/bench/push/blobs/uploads/"],
                          capture_output=True, text=True, check=True).stdout
    location = next(l.split(":", 1)[1].strip() for l in head.splitlines() if l.lower().startswith("location:"))
    if location.startswith("/"):
        location = base + location
    url = location + ("&" if "?" in location else "?") + "digest=" + name
    subprocess.run(["curl", "-sSf", "-o", "/dev/null", "-H", "Content-Type: application/octet-stream", "-T", path, url], check=True)


def small_images(base, seed):
    host = urlsplit(base).netloc
    failures = []

    def client(number):
        connection = http.client.HTTPConnection(host, timeout=30)

        def send(method, path, body=b"", headers={}):
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            answer.read()
            return answer

        try:
            for i in range(number, SMALL, CLIENTS):
                blobs = [hashlib.sha256(f"{seed} {i} {part}".encode()).digest() * 128 for part in ("config", "layer")]
                for data in blobs:
                    begun = send("POST", "/v2/bench/small/blobs/uploads/")
                    location = begun.getheader("Location").replace(base, "")
                    url = location + ("&" if "?" in location else "?") + "digest=" + digest(data)
                    if send("PUT", url, data, {"Content-Type": "application/octet-stream"}).status != 201:
                        raise RuntimeError("a blob was refused")
                manifest = json.dumps({
                    "schemaVersion": 2, "mediaType": MEDIA + "manifest.v1+json",
                    "config": {"mediaType": MEDIA + "config.v1+json", "digest": digest(blobs[0]), "size": len(blobs[0])},
                    "layers": [{"mediaType": MEDIA + "layer.v1.tar", "digest": digest(blobs[1]), "size": len(blobs[1])}]}).encode()
                put = send("PUT", f"/v2/bench/small/manifests/t{i}", manifest, {"Content-Type": MEDIA + "manifest.v1+json"})
                if put.status != 201:
                    raise RuntimeError("a manifest was refused")
        except Exception as e:
            failures.append(e)

    threads = [threading.Thread(target=client, args=(n,)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def timed(work):
    begun = time.monotonic()
    work()
    return time.monotonic() - begun


def together(base, files):
    threads = [threading.Thread(target=upload, args=(base, path, name)) for path, name in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("-n", type=int, default=3)
    arguments.add_argument("targets", nargs="+")
    given = arguments.parse_args()
    targets = []
    for text in given.targets:
        name, url = text.split("=", 1)
        url, _, pid = url.partition("@")
        targets.append((name, url, int(pid) if pid else 0))
    figures = {name: {"big": [], "eight": [], "small": [], "cpu": []} for name, _, _ in targets}
    with tempfile.TemporaryDirectory() as directory:
        for number in range(-1, given.n):
            files = []
            for i in range(9):
                data = os.urandom((200 if i == 0 else 25) * MIB)
                path = os.path.join(directory, f"blob{i}")
                with open(path, "wb") as file:
                    file.write(data)
                files.append((path, digest(data)))
            turn = max(number, 0) % len(targets)
            for name, url, pid in targets[turn:] + targets[:turn]:
                before = cpu(pid)
                big = timed(lambda: upload(url, *files[0]))
                eight = timed(lambda: together(url, files[1:]))
                spent = cpu(pid) - before
                small = timed(lambda: small_images(url, f"{name} {number} {time.time()}"))
                if number < 0:
                    continue  # warmed up
                of = figures[name]
                of["big"].append(200 * MIB / 1e6 / big)
                of["eight"].append(200 * MIB / 1e6 / eight)
                of["cpu"].append(spent / (400 * MIB / 1e9))
                of["small"].append(SMALL / small)
    first = targets[0][0]
    for what, title in (("big", "one blob of 200 MiB, MB/s"), ("eight", "eight of 25 MiB at once, MB/s"),
                        ("cpu", "CPU s/GB"), ("small", "small images/s")):
        print(title)
        base = statistics.median(figures[first][what]) or 1
        for name, _, _ in targets:
            values = figures[name][what]
            median = statistics.median(values)
            print(f"  {name:24} {median:9.2f} [{min(values):.2f}..{max(values):.2f}]  {median / base:5.2f}x")


if __name__ == "__main__":
    main()
