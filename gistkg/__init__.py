"""gistkg: which therapy applies to a gastrointestinal stromal tumour under which conditions, how sure that is, and why.

>>> import gistkg
>>> kg = gistkg.load()
>>> kg.query("ASK { gistkg:Imatinib rdfs:subClassOf gistkg:TyrosineKinaseInhibitor }")
True

It informs; it does not choose a patient's treatment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gistkg.errors import GistkgError
    from gistkg.kg import KnowledgeGraph, load

__all__ = ["GistkgError", "KnowledgeGraph", "__version__", "load"]

__version__ = "0.1.0"

_HOMES = {"GistkgError": "gistkg.errors", "KnowledgeGraph": "gistkg.kg", "load": "gistkg.kg"}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that `import gistkg` costs next to nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'gistkg' has no attribute {name!r}; it has {', '.join(sorted(__all__))}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
