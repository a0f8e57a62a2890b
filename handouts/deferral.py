"""Goes in: the name of a module. Comes out: that module, without what is not needed of it yet."""

from __future__ import annotations

import importlib
import sys
from importlib.util import LazyLoader, find_spec, module_from_spec


def defer_import(name: str) -> None:
    """Let `import` give a module that reads itself on first use; a module already read stays.

    For what a library imports and this program never asks of it. The way of doing it is the one in
    the documentation of `importlib`; the folder must know the module too, or `from` would read it.
    """
    if name in sys.modules:
        return
    folder, _, own = name.rpartition(".")
    package = importlib.import_module(folder)
    spec = find_spec(name)
    if spec is None or spec.loader is None:
        return
    spec.loader = LazyLoader(spec.loader)
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    setattr(package, own, module)


def import_without(name: str, optional: str) -> None:
    """Import a module as if another, which it can do without, were not installed."""
    if name in sys.modules or optional in sys.modules:
        return
    sys.modules[optional] = None  # type: ignore[assignment] # the documented way to refuse it
    try:
        importlib.import_module(name)
    finally:
        del sys.modules[optional]
