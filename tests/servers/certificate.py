"""A certificate for 127.0.0.1, made for one test run and trusted by nobody else."""

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A self-made certificate with its key."""

    certificate: Path
    key: Path

    def server_context(self) -> ssl.SSLContext:
        """Return what a server uses."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context

    def trusting_context(self) -> ssl.SSLContext:
        """Return what a client uses that trusts this certificate."""
        return ssl.create_default_context(cafile=str(self.certificate))


def make_certificate(folder: Path, *, name: str = "IP:127.0.0.1") -> Certificate:
    """Make one with ``openssl``, good for a day."""
    made = Certificate(certificate=folder / "certificate.pem", key=folder / "key.pem")
    words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=test"
    names = ["-addext", f"subjectAltName={name}"]
    files = ["-keyout", str(made.key), "-out", str(made.certificate)]
    subprocess.run(
        ["openssl", *words.split(), *names, *files],
        check=True,
        capture_output=True,
        timeout=30,
    )
    return made
