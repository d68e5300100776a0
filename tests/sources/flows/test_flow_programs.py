"""Logs as nginx and conntrack write them here and now, where they are installed."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from hardstand.model.flow import Ended

from .told import read

DOCS = Path("docs/flows.md")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def documented() -> str:
    """The `log_format` of docs/flows.md, as people copy it."""
    text = DOCS.read_text()
    return text[text.index("    log_format hardstand") :].partition("\n\n")[0]


@contextmanager
def nginx(folder: Path, port: int, behind: int) -> Iterator[None]:
    conf = folder / "nginx.conf"
    conf.write_text(
        f"pid {folder}/pid; error_log {folder}/error.log; daemon off; worker_processes 1;\nevents {{}}\n"
        f"http {{\n{documented()}\n"
        f"  access_log {folder}/combined.log; access_log {folder}/json.log hardstand;\n"
        f"  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};\n"
        f"  uwsgi_temp_path {folder}; scgi_temp_path {folder};\n"
        f"  upstream two {{ server 127.0.0.1:{free_port()} max_fails=0; server 127.0.0.1:{behind} max_fails=0; }}\n"
        f"  server {{ listen 127.0.0.1:{port}; location / {{ return 200 hello; }}\n"
        f"    location /up {{ proxy_pass http://two; }} }}\n"
        f"  server {{ listen 127.0.0.1:{behind}; access_log off; location / {{ return 204; }} }}\n}}\n"
    )
    process = subprocess.Popen(["nginx", "-c", str(conf)], stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.send_signal(signal.SIGQUIT)
        process.wait(30)


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")
def test_nginx(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    for above in tmp_path.parents[:2]:  # Its worker is another user, and must come through.
        with suppress(PermissionError):
            above.chmod(0o755)
    port, behind = free_port(), free_port()
    with nginx(tmp_path, port, behind):
        for path in ("/", "/up", "/up", "/up"):
            for _ in range(300):
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}"):
                        break
                except urllib.error.URLError:
                    time.sleep(0.1)
    combined, _, faults = read(tmp_path / "combined.log")
    assert (len(combined), faults) == (4, [])
    assert {one.source.address for one in combined} == {"127.0.0.1"}
    flows, _, faults = read(tmp_path / "json.log")
    assert faults == []
    called = [one for one in flows if one.port == port]
    assert len(called) == 4
    assert all(one.source_port and one.bytes_sent and one.bytes_received for one in called)
    asked = [one for one in flows if one.port == behind]
    assert len(asked) == 3
    assert {one.ended for one in asked} == {Ended.ALLOWED}
    tried = [one for one in flows if one.port not in (port, behind)]
    assert tried, "the first server of the two was asked at least once"
    assert {one.ended for one in tried} == {Ended.UNTOLD}


TOOLS = ("conntrack", "ip", "nft")


def within(namespace: str, *command: str) -> list[str]:
    return ["ip", "netns", "exec", namespace, *command]


@pytest.fixture
def routed() -> Iterator[tuple[str, str]]:
    """Two network namespaces, of which one calls the other's port 8080 at 10.96.0.10:80 too."""
    here, there = f"hs{os.getpid()}a", f"hs{os.getpid()}b"
    rules = (
        "table inet hs {\n chain before {\n  type nat hook prerouting priority -100\n"
        "  ip daddr 10.96.0.10 tcp dport 80 dnat ip to 10.78.0.2:8080\n }\n"
        " chain into {\n  type filter hook input priority 0\n  ct state established accept\n }\n}\n"
    )
    steps = [
        ["ip", "netns", "add", here],
        ["ip", "netns", "add", there],
        ["ip", "-n", here, "link", "add", "v0", "type", "veth", "peer", "name", "v1", "netns", there],
        ["ip", "-n", here, "addr", "add", "10.78.0.1/24", "dev", "v0"],
        ["ip", "-n", there, "addr", "add", "10.78.0.2/24", "dev", "v1"],
        ["ip", "-n", here, "link", "set", "v0", "up"],
        ["ip", "-n", there, "link", "set", "v1", "up"],
        ["ip", "-n", there, "link", "set", "lo", "up"],
        ["ip", "-n", here, "route", "add", "10.96.0.0/16", "via", "10.78.0.2"],
        within(there, "sysctl", "-qw", "net.netfilter.nf_conntrack_acct=1", "net.netfilter.nf_conntrack_timestamp=1"),
    ]
    try:
        for step in steps:
            done = subprocess.run(step, capture_output=True, text=True, check=False)
            if done.returncode:
                pytest.skip(f"no network namespaces here: {done.stderr.strip()}")
        subprocess.run(within(there, "nft", "-f", "-"), input=rules.encode(), check=True)
        yield here, there
    finally:
        for name in (here, there):
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)


SERVE = """
import socketserver
class One(socketserver.StreamRequestHandler):
    def handle(self):
        self.rfile.readline()
        self.wfile.write(b'x' * 500)
socketserver.TCPServer.allow_reuse_address = True
with socketserver.TCPServer(('10.78.0.2', 8080), One) as server:
    print('ready', flush=True)
    server.serve_forever()
"""
CALL = """
import socket
for where in (('10.78.0.2', 8080), ('10.96.0.10', 80)):
    with socket.create_connection(where, 10) as one:
        one.sendall(b'hello\\n')
        while one.recv(4096):
            pass
try:
    socket.create_connection(('10.78.0.2', 7777), 10)
except OSError:
    pass
"""


@pytest.mark.skipif(
    os.geteuid() != 0 or any(shutil.which(one) is None for one in TOOLS), reason="takes root, conntrack, ip and nft"
)
def test_conntrack(routed: tuple[str, str], tmp_path: Path) -> None:
    here, there = routed
    options = ["-o", "timestamp,extended,id"]
    with (
        (tmp_path / "events").open("wb") as events,
        subprocess.Popen(within(there, sys.executable, "-c", SERVE), stdout=subprocess.PIPE) as server,
        subprocess.Popen(within(there, "conntrack", "-E", *options), stdout=events) as watching,
    ):
        assert server.stdout is not None
        server.stdout.readline()
        for _ in range(300):
            subprocess.run(within(here, sys.executable, "-c", CALL), check=True)
            if (tmp_path / "events").stat().st_size:
                break
            time.sleep(0.1)
        listed = subprocess.run(within(there, "conntrack", "-L", "-o", "extended"), capture_output=True, check=True)
        (tmp_path / "list").write_bytes(listed.stdout)
        for process in (server, watching):
            process.terminate()
    for name in ("events", "list"):
        flows, _, faults = read(tmp_path / name)
        assert faults == []
        assert {(one.source.address, one.destination.address) for one in flows} == {("10.78.0.1", "10.78.0.2")}
        answered = [one for one in flows if one.port == 8080]
        assert len({one.source_port for one in answered}) == len(answered) >= 2
        assert {one.ended for one in answered} == {Ended.ALLOWED}
    refused = [one for one in read(tmp_path / "events")[0] if one.port == 7777]
    assert {one.ended for one in refused} == {Ended.UNTOLD}
    sizes = [one for one in read(tmp_path / "list")[0] if one.port == 8080]
    assert all((one.bytes_received or 0) > 500 > (one.bytes_sent or 0) > 6 for one in sizes)
