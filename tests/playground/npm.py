"""Packages from npm for tests that run Node.js: installed once, into a folder outside the checkout."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest


def installed(package: Path) -> Path:
    """A folder with what a `package.json` and its lock name; skips the test where that cannot be had."""
    if shutil.which("node") is None or (npm := shutil.which("npm")) is None:
        pytest.skip("Node.js is not installed")
    lock = (package / "package-lock.json").read_bytes()
    name = f"styleseal-tests-{os.getuid()}-{hashlib.sha256(lock).hexdigest()[:12]}"
    folder = Path(tempfile.gettempdir()) / name
    folder.mkdir(mode=0o700, exist_ok=True)
    for file in ("package.json", "package-lock.json"):
        shutil.copy(package / file, folder)
    if not (folder / "node_modules" / ".package-lock.json").is_file():
        command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=180, check=False)
        if done.returncode != 0:
            pytest.skip(f"{package.name}'s packages cannot be had from npm: {done.stderr[-200:]}")
    return folder
