#!/usr/bin/env python3
"""entries.py JAVA_HOME ROUNDS WORK_DIRECTORY ENTRIES...: how long the built server takes from exec to the first blob out of a cache with so
many entries, whose page cache is warm, and what memory it takes once all are read. Entries.java writes the caches; 8 GB for a million."""
import os, re, signal, socket, subprocess, sys, time

home, rounds, work = sys.argv[1], int(sys.argv[2]), sys.argv[3]
here = os.path.dirname(os.path.abspath(__file__))
jar = os.path.join(here, "../registry-proxy-server/target/registry-proxy.jar")
java, jcmd = home + "/bin/java", home + "/bin/jcmd"
upstream = "http://127.0.0.1:9"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def answer(port, digest):
    """The status of a pull of the blob; None while nobody listens."""
    try:
        with socket.create_connection(("127.0.0.1", port), 0.5) as s:
            s.settimeout(60)
            s.sendall(f"GET /v2/app/blobs/{digest} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            head = s.recv(4096).decode("latin-1")
            return int(head.split()[1]) if head else None
    except OSError:
        return None


def status(directory, environment):
    done = subprocess.run([java, "-jar", jar, "cache", "status"], env=environment, capture_output=True, text=True)
    return done.stdout


def heap(pid):
    """Used after a collection, in bytes."""
    subprocess.run([jcmd, str(pid), "GC.run"], capture_output=True, check=True)
    out = subprocess.run([jcmd, str(pid), "GC.class_histogram"], capture_output=True, text=True).stdout
    return int(out.splitlines()[-1].split()[2]), out


def start(directory, digest, last):
    port = free_port()
    environment = dict(
        os.environ, PORT=str(port), HOST="127.0.0.1", REGISTRY_HOST=upstream, REGISTRY_USERNAME="u", REGISTRY_PASSWORD="p",
        CACHE_DIR=directory, CACHE_SIZE="1TiB", TAG_TTL="1h")
    began = time.monotonic()
    server = subprocess.Popen([java, *os.environ.get("OPTIONS", "").split(), "-jar", jar], env=environment,
                              stdout=subprocess.DEVNULL, stderr=open(work + "/log", "w"))
    try:
        while (code := answer(port, digest)) is None:
            if server.poll() is not None or time.monotonic() - began > 120:
                sys.exit(open(work + "/log").read())
            time.sleep(0.003)
        first = time.monotonic() - began
        if code != 200:
            sys.exit(f"answer {code}: " + open(work + "/log").read())
        if not last:
            return first, None, None, None
        said = status(directory, environment)
        while "being read" in said:
            time.sleep(0.5)
            said = status(directory, environment)
        rss = int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{server.pid}/status").read()).group(1))
        used, histogram = heap(server.pid)
        with open(work + "/histogram", "w") as out:
            out.write(histogram)
        return first, rss // 1024, used, re.search(r"entries: (\d+)", said).group(1)
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()


base = None
for entries in sys.argv[4:]:
    directory = f"{work}/{entries}"
    if os.path.exists(directory):
        digest = "sha256:52e6666efd45b3ad6cf70c01c6186d992b448108428da618a8aca33a6dfc3d21"
    else:
        digest = subprocess.run([java, here + "/Entries.java", directory, entries, upstream, "app"], check=True,
                                capture_output=True, text=True).stdout.strip()
    start(directory, digest, False)  # warms the page cache
    times = []
    for i in range(rounds):
        first, rss, used, there = start(directory, digest, i == rounds - 1)
        times.append(round(first * 1000))
    base = used if base is None else base
    each = f"{(used - base) / max(int(entries) - 1, 1):.0f}" if int(entries) > 1 else "-"
    print(f"| {entries} | {sorted(times)[len(times) // 2]} [{min(times)}..{max(times)}] ms | RSS {rss} MiB | heap {used // 1024} KiB"
          f" | {each} B/entry | {there} there |", flush=True)
