"""`make setup`: everything that developing and testing need. Run by the system's own Python; see demo.py."""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "This needs Python 3.11 or newer; this is Python %d.%d. Try: make setup PYTHON=python3.11"
        % sys.version_info[:2]
    )

from scripts import environment
from scripts.console import PlainError, say


def install_all(quiet: bool = False) -> None:
    """The environment with both locked sets, the front-end assets and the H5P service; says only what takes time."""
    sets = [name for name in ("requirements.txt", "requirements-dev.txt") if not environment.is_installed(name)]
    if sets:
        environment.check_disk(environment.ROOT, environment.FRESH_INSTALL_BYTES)
        environment.make_venv()
    for name in sets:
        say(f"Installing {name} …")
        environment.install(name)
    environment.build_assets()
    environment.install_h5p_service()
    if not quiet:
        say("Everything is installed.")


def main() -> int:
    try:
        install_all("--quiet" in sys.argv)
    except PlainError as error:
        say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
