"""The graph in other formats and other people's vocabularies: one module a target, listed in `targets`."""
