"""Where the `gistkg` command and `python -m gistkg` start and end."""

from __future__ import annotations

import gc
import os
import sys

__all__ = ["run"]


def run() -> None:
    """Run the command line, and leave at once: nothing is held that needs an orderly farewell."""
    gc.set_threshold(100_000, 50, 50)  # a short process makes little garbage, and looking for it takes a while
    from gistkg.cli import main

    code = main()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        pass
    os._exit(code)


if __name__ == "__main__":
    run()
