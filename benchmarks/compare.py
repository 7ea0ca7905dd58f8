"""Two saved results side by side: `python -m benchmarks.compare BEFORE.json AFTER.json`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path


def main() -> None:
    """Print each number before, after, and their ratio."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compare", description=__doc__)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    options = parser.parse_args()
    before, after = (json.loads(path.read_text()) for path in (options.before, options.after))
    for name in before["results"].keys() & after["results"].keys():
        for key, old in before["results"][name].items():
            new = after["results"][name].get(key)
            if new is not None:
                ratio = f"{new / old:8.3f}" if old else "     new"
                sys.stdout.write(f"{name + '.' + key:40} {old:12.5g} {new:12.5g} {ratio}\n")


if __name__ == "__main__":
    main()
