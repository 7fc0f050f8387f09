"""One module a tool: its name, with - for _, is what `baseline --from-ledger` takes."""

from __future__ import annotations

import pkgutil


def modules() -> dict[str, str]:
    """Give the modules of all tools by the names of the tools; none is imported."""
    return {one.name.replace("_", "-"): one.name for one in sorted(pkgutil.iter_modules(__path__))}
