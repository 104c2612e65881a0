"""`styleseal run` with an engine that is not one."""

import sys

from bot import engine_process
from cli.main import main

engine_process.COMMAND = (sys.executable, "-m", "tests.fake_engine")
main(["run"])
