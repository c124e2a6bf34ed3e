"""What growth.py and slow_reader.py put on a server: connections kept alive that GET, drop what they get, and count.

One process and one epoll loop; bodies are dropped in the kernel (recv with MSG_TRUNC), so that the generator copies heads only. It still
takes processor time, some 20 us a request: the share it had is in each outcome ("client"), and near 1 it is what was measured.
"""
import collections, gc, heapq, itertools, os, random, re, resource, select, socket, time
from urllib.parse import urlsplit

TICK = os.sysconf("SC_CLK_TCK")
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
LONGEST_HEAD = 64 * 1024
AT_ONCE = 1 << 20
LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+) *\r\n")
LATER = re.compile(rb"(?i)\r\nretry-after: *(\d+) *\r\n")
CLOSES = re.compile(rb"(?i)\r\nconnection: *close *\r\n")
# A client that is told to come back waits, but not for longer than what is measured.
LONGEST_WAIT = 2.0
LONGEST_ARRIVAL = 30.0

Ask = collections.namedtuple("Ask", "head length")


def ask(url, path, length):
    """A GET and the length that its answer must have."""
    lines = [f"GET {path} HTTP/1.1", f"Host: {urlsplit(url).netloc}", f"Accept: {MANIFEST}, */*", "", ""]
    return Ask("\r\n".join(lines).encode(), length)


def target(text):
    """NAME=URL@PID"""
    name, rest = text.split("=", 1)
    url, _, pid = rest.partition("@")
    return name, url.rstrip("/"), int(pid) if pid else 0


def tree(pid):
    """The process and all below it."""
    children = collections.defaultdict(list)
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as stat:
                    children[int(stat.read().rsplit(")", 1)[1].split()[1])].append(int(entry))
            except OSError:
                pass
    found, todo = [], [pid] if pid else []
    while todo:
        found.append(todo.pop())
        todo += children[found[-1]]
    return found


def cpu(pids):
    """Seconds of processor time, in ticks of 10 ms."""
    seconds = 0.0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/stat") as stat:
                fields = stat.read().rsplit(")", 1)[1].split()
            seconds += (int(fields[11]) + int(fields[12])) / TICK
        except OSError:
            pass
    return seconds


def memory(pids, key):
    """MB of VmRSS or VmHWM, and for Threads their number."""
    total = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/status") as status:
                total += sum(int(line.split()[1]) for line in status if line.startswith(key + ":"))
        except OSError:
            pass
    return total if key == "Threads" else total * 1024 / 1e6


class Watch:
    """Processor time between start and stop, and the highest memory since it was made."""

    def __init__(self, pid):
        self.pids = tree(pid)
        self.begun = self.cpu = 0.0
        for each in self.pids:
            try:
                with open(f"/proc/{each}/clear_refs", "w") as peak:
                    peak.write("5")
            except OSError:
                pass

    def start(self):
        self.begun = cpu(self.pids)

    def stop(self):
        self.cpu = cpu(self.pids) - self.begun

    def figures(self):
        return {"rss_mb": memory(self.pids, "VmHWM"), "rss_after_mb": memory(self.pids, "VmRSS"), "cpu_s": self.cpu}


def quantile(values, share):
    """Of sorted values; nothing of nothing."""
    return values[min(len(values) - 1, int(share * len(values)))] if values else None


def descriptors():
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


class Connection:
    __slots__ = ("socket", "begun", "first", "left", "head", "wait", "closes", "length", "counts", "answered", "sent", "connected",
                 "pause")


class Load:
    """So many connections, each asking again as soon as it has its answer, or so long after it (pause)."""

    def __init__(self, url, asks, connections, pause=0.0, seed=1):
        self.asks, self.connections, self.pause = asks, connections, pause
        self.place = (urlsplit(url).hostname, urlsplit(url).port)
        self.random = random.Random(seed)
        self.poll = select.epoll()
        self.open, self.waiting, self.order = {}, [], itertools.count()
        self.scratch = memoryview(bytearray(AT_ONCE))
        self.errors = collections.Counter()
        self.firsts, self.wholes = [], []
        self.done = self.bytes = self.refused = self.reconnects = self.under_way = self.arrived = 0
        self.counting = self.over = False
        self.left = None

    # Of the whole run

    def run(self, seconds, warm=0.0, each=None, drain=30.0, watch=None):
        """Measures for so long, after so long a warm-up; or until each connection has had so many answers."""
        self.left = each * self.connections if each else None
        gc.collect()
        gc.disable()
        try:
            arrived = time.perf_counter()
            if warm:
                # All come at once, as the nodes of a cluster do; what is measured begins when each has been answered.
                self.connect()
                self.until(lambda: self.arrived + self.errors.total() >= self.connections, LONGEST_ARRIVAL)
                arrived = time.perf_counter() - arrived
                self.until(lambda: False, warm)
            self.done = self.bytes = self.refused = 0
            self.counting = True
            if watch:
                watch.start()
            begun, own = time.perf_counter(), time.process_time()
            if not warm:
                self.connect()
            self.until(lambda: self.left == 0 or not self.open, seconds)
            elapsed, own = time.perf_counter() - begun, time.process_time() - own
            if watch:
                watch.stop()
            figures = {"seconds": elapsed, "requests": self.done, "requests_s": self.done / elapsed,
                       "mb_s": self.bytes / 1e6 / elapsed, "bytes": self.bytes, "refused": self.refused, "client": own / elapsed}
            self.over = True
            self.waiting.clear()
            self.until(lambda: self.under_way == 0, drain)
        finally:
            gc.enable()
            for connection in self.open.values():
                connection.socket.close()
            self.poll.close()
        if self.under_way:
            self.errors["no end"] += self.under_way
        self.firsts.sort()
        self.wholes.sort()
        for name, values in (("first", self.firsts), ("whole", self.wholes)):
            for share in (50, 99):
                value = quantile(values, share / 100)
                figures[f"{name}_p{share}_ms"] = None if value is None else value * 1e3
        figures["samples"] = len(self.wholes)
        figures["arrival_s"] = arrived if warm else None
        figures["reconnects"] = self.reconnects
        figures["errors"] = dict(self.errors)
        return figures

    def until(self, enough, seconds):
        end = time.perf_counter() + seconds
        while not enough():
            now = time.perf_counter()
            if now >= end:
                return
            while self.waiting and self.waiting[0][0] <= now:
                waiting = heapq.heappop(self.waiting)[2]
                # One that was closed while it waited comes again by itself.
                if waiting.connected and not waiting.sent:
                    self.begin(waiting)
            next_one = min(self.waiting[0][0], end) if self.waiting else end
            for descriptor, _ in self.poll.poll(min(0.5, max(0.0, next_one - now)), 512):
                connection = self.open.get(descriptor)
                if connection:
                    self.ready(connection)

    # Of one connection

    def connect(self):
        for _ in range(self.connections):
            self.open_socket(Connection())

    def open_socket(self, connection, wait=0.0):
        """Connects, without waiting for it; what comes of it says the first event."""
        connection.socket = socket.socket()
        connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.socket.setblocking(False)
        connection.answered, connection.connected, connection.sent, connection.pause = 0, False, False, wait
        self.open[connection.socket.fileno()] = connection
        self.poll.register(connection.socket.fileno(), select.EPOLLOUT)
        connection.socket.connect_ex(self.place)

    def connected(self, connection):
        failure = connection.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if failure:
            self.fail(connection, f"connect: {os.strerror(failure)}")
            return
        connection.connected = True
        self.poll.modify(connection.socket.fileno(), select.EPOLLIN)
        # Those that come once in a while do not all come at once.
        self.again(connection, connection.pause or self.random.random() * self.pause, time.perf_counter())

    def begin(self, connection):
        chosen = self.asks[0] if len(self.asks) == 1 else self.random.choice(self.asks)
        connection.head, connection.left, connection.wait, connection.closes = b"", None, None, False
        connection.length = chosen.length
        connection.counts = self.counting
        connection.sent = True
        self.under_way += 1
        connection.begun = time.perf_counter()
        try:
            connection.socket.send(chosen.head)
        except OSError as e:
            self.fail(connection, f"send: {e.__class__.__name__}")

    def ready(self, connection):
        try:
            if not connection.connected:
                self.connected(connection)
                return
            if not connection.sent:
                if not connection.socket.recv(1):
                    self.reopen(connection)
                else:
                    self.fail(connection, "bytes that nobody asked for")
                return
            if connection.left is None and not self.read_head(connection):
                return
            if connection.left > 0:
                got = connection.socket.recv_into(self.scratch, min(AT_ONCE, connection.left), socket.MSG_TRUNC)
                if got == 0:
                    self.fail(connection, "body cut short")
                    return
                self.bytes += got
                connection.left -= got
                if connection.left > 0:
                    return
        except BlockingIOError:
            return
        except OSError as e:
            if connection.sent:
                self.fail(connection, f"read: {e.__class__.__name__}")
            else:
                self.reopen(connection)
            return
        self.end(connection)

    def read_head(self, connection):
        got = connection.socket.recv(8192)
        if connection.head == b"":
            connection.first = time.perf_counter()
        if not got:
            self.fail(connection, "closed in the head" if connection.head
                      else f"closed without an answer, {'after others' if connection.answered else 'the first'}")
            return False
        connection.head += got
        end = connection.head.find(b"\r\n\r\n")
        if end < 0:
            if len(connection.head) > LONGEST_HEAD:
                self.fail(connection, "endless head")
            return False
        head, begun = connection.head[: end + 2], len(connection.head) - end - 4
        status, length = head[9:12], LENGTH.search(head)
        connection.closes = CLOSES.search(head) is not None
        if not length:
            self.fail(connection, f"status {status.decode(errors='replace')} without a length")
            return False
        if status == b"503" and LATER.search(head):
            connection.wait = min(LONGEST_WAIT, int(LATER.search(head)[1]))
        elif status != b"200":
            self.fail(connection, f"status {status.decode(errors='replace')}")
            return False
        elif int(length[1]) != connection.length:
            self.fail(connection, "wrong length")
            return False
        connection.left = int(length[1]) - begun
        if connection.left < 0:
            self.fail(connection, "more than its length")
            return False
        self.bytes += begun
        return True

    def end(self, connection):
        now = time.perf_counter()
        self.under_way -= 1
        connection.answered += 1
        self.arrived += connection.answered == 1
        connection.sent = False
        wait = self.pause
        if connection.wait is not None:
            self.refused += 1
            wait = connection.wait
        else:
            self.done += 1
            if connection.counts:
                self.firsts.append(connection.first - connection.begun)
                self.wholes.append(now - connection.begun)
            if self.left is not None and self.counting:
                self.left -= 1
        if connection.closes:
            self.reopen(connection, wait)
        else:
            self.again(connection, wait, now)

    def again(self, connection, wait, now):
        # With a number of answers to come, nobody asks for more than are left.
        if self.over or (self.left is not None and self.under_way >= self.left):
            return
        if wait:
            heapq.heappush(self.waiting, (now + wait, next(self.order), connection))
        else:
            self.begin(connection)

    def reopen(self, connection, wait=0.0):
        self.close(connection)
        if not self.over:
            self.reconnects += 1
            self.open_socket(connection, wait)

    def fail(self, connection, why):
        """A failure that lasts shall not make a busy loop: the next one comes a while later."""
        if connection.sent:
            self.under_way -= 1
        connection.sent = False
        self.errors[why] += 1
        self.reopen(connection, 0.2)

    def close(self, connection):
        self.open.pop(connection.socket.fileno(), None)
        connection.socket.close()


def alive(url, path):
    """Whether one more GET on a connection of its own is answered with 200."""
    place = urlsplit(url)
    try:
        with socket.create_connection((place.hostname, place.port), timeout=10) as once:
            once.sendall(f"GET {path} HTTP/1.1\r\nHost: {place.netloc}\r\nAccept: {MANIFEST}, */*\r\nConnection: close\r\n\r\n".encode())
            begun = once.recv(64)
            while once.recv_into(bytearray(AT_ONCE)):
                pass
            return begun.startswith(b"HTTP/1.1 200")
    except OSError:
        return False
